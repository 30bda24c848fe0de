"""docs/findings.md is the catalogue as it stands."""

from __future__ import annotations

from pathlib import Path

from cts_excel.audit.catalogue import CATALOGUE
from cts_excel.audit.catalogue_page import page

PAGE = Path(__file__).parents[2] / "docs" / "findings.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: python -m cts_excel.audit.catalogue_page > docs/findings.md"
    )


def test_every_code_has_one_row() -> None:
    rows = [line.split("|")[1].strip() for line in page().splitlines() if line.startswith("| ")]
    assert sorted(row for row in rows if row != "code") == sorted(CATALOGUE)
