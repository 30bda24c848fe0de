"""What the note on upgrading says of columns, findings and workbooks of format 1 is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cts_excel.api import grade_file
from cts_excel.audit.catalogue import CATALOGUE
from cts_excel.batch.outputs.columns import GRADES
from cts_excel.standard.loading import load_standard
from cts_excel.workbook.issuing.key_file import PREFIX
from cts_excel.workbook.migrate import migrate

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "docs" / "upgrade.md", ROOT / "docs" / "upgrade.zh-CN.md")
FORMAT_1 = ROOT / "tests" / "data" / "format_1"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_the_note_names_the_columns_that_were_appended(page: Path) -> None:
    (row,) = re.findall(r"^\| `grades\.csv` \|.*$", page.read_text("utf-8"), re.M)
    appended = [column.name for column in GRADES.columns if column.later]
    assert [name for name in re.findall(r"`(\w+)`", row) if name in appended] == appended


def test_both_notes_name_the_same_findings_and_each_exists() -> None:
    english, chinese = (re.findall(r"`([A-Z]\d\d)`", page.read_text("utf-8")) for page in PAGES)
    assert sorted(english) == sorted(chinese)
    assert set(english) <= set(CATALOGUE)


def test_a_workbook_of_format_1_keeps_its_proof_and_a_migrated_one_does_not(tmp_path: Path) -> None:
    key = tmp_path / "office.key"
    key.write_text(f"{PREFIX}{bytes(range(32)).hex()}\n", encoding="ascii")
    key.chmod(0o600)
    issued = FORMAT_1 / "issued.xlsx"
    assert "I" not in {str(found.code)[0] for found in grade_file(issued, key_file=key).findings}
    moved = migrate(issued.read_bytes(), load_standard()).content
    outcome = grade_file(moved, key_file=key)
    assert "I05" in {str(finding.code) for finding in outcome.findings}
    assert outcome.judgement is None
