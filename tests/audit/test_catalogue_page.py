"""docs/findings.md is the catalogue as it stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cts_excel.audit.catalogue import CATALOGUE
from cts_excel.audit.catalogue_page import _row, page
from cts_excel.audit.codes import Code

PAGE = Path(__file__).parents[2] / "docs" / "findings.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: python -m cts_excel.audit.catalogue_page > docs/findings.md"
    )


def test_every_code_has_one_row() -> None:
    rows = [line.split("|")[1].strip() for line in page().splitlines() if line.startswith("| ")]
    assert sorted(row for row in rows if row != "code") == sorted(CATALOGUE)


def test_a_bar_ends_no_cell_of_the_table_and_braces_name_values() -> None:
    entry = replace(CATALOGUE[Code.NOT_RATED], title_en="a|b", repair_en="{found}|{expected}")
    assert _row(entry).startswith("| R01 | error | changes the result | a\\|b<br>")
    assert "| ‹found›\\|‹expected›<br>" in _row(entry)
