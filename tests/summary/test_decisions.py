"""The committee's form: written, filled in by people, read back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sample_outcomes import FACTS, STANDARD, outcome
from summary_files import heading_row, opened, table

from cts_excel.summary import SummaryBuilder
from cts_excel.summary.outcomes.decisions import (
    DAY,
    DECISION,
    KEY,
    LEVEL,
    MAKER,
    OPINION,
    TITLE,
    Decision,
    DecisionsError,
    Word,
    read_decisions,
)

MADE = [
    outcome("甲", "0.96", number=1, deductions=1),
    outcome("乙", "0.85", number=2),
    outcome("丙", "0.60", number=3),
    outcome("丁", "0.60", number=4, blanks=("5.1.1.1",)),
]


def _form(folder: Path) -> Path:
    builder = SummaryBuilder(STANDARD)
    for one in MADE:
        builder.add(one)
    path = folder / "decisions.xlsx"
    builder.write(folder / "s.xlsx", FACTS, decisions_form=path)
    return path


def _filled(folder: Path, **rows: dict[str, object]) -> Path:
    """Fill in the row of each client as a person does, and save."""
    path = _form(folder)
    book = openpyxl.load_workbook(path)
    sheet = book[TITLE]
    heads = {cell.value: cell.column for cell in heading_row(sheet, "企业名称")}
    for row in sheet.iter_rows(min_row=5):
        for heading, value in rows.get(str(row[0].value), {}).items():
            sheet.cell(row[0].row, heads[heading], value)
    book.save(path)
    return path


def _sha(name: str) -> str:
    return next(o.sha256 for o in MADE if o.audit and o.audit.cover.organisation == name)


def test_every_graded_audit_has_a_row_in_both_workbooks(tmp_path: Path) -> None:
    form = _form(tmp_path)
    for path in (form, tmp_path / "s.xlsx"):
        rows = table(opened(path)[TITLE], "企业名称")
        assert [(r["企业名称"], r["最终得分"], r["建议级别"]) for r in rows] == [
            ("甲", 95, "五星级"), ("乙", 85, "三星级"), ("丙", 60, "未达标"),
        ]  # fmt: skip
        assert [r["未关闭整改"] for r in rows] == [1, None, None]
        assert rows[0][KEY] == MADE[0].sha256
        assert all(r[DECISION] is None for r in rows)
    sheet = opened(form)[TITLE]
    assert all((sheet.row_dimensions[row].height or 0) >= 40 for row in range(5, 8))
    lists = {str(v.sqref)[0]: v.formula1 for v in sheet.data_validations.dataValidation}
    assert '"同意,降级,补充审核,不予认证"' in lists.values()


def test_decisions_are_read_back(tmp_path: Path) -> None:
    path = _filled(
        tmp_path,
        甲={DECISION: "降级", LEVEL: "四星级", MAKER: "王五", OPINION: "证据不足",
           DAY: date(2025, 12, 1)},
        乙={DECISION: "同意"},
        丙={DECISION: "不予认证"},
    )  # fmt: skip
    assert read_decisions(path, STANDARD) == {
        _sha("甲"): Decision(Word.LOWERED, "四星级", "王五", "证据不足", "2025-12-01"),
        _sha("乙"): Decision(Word.AGREED, "三星级", "", "", ""),
        _sha("丙"): Decision(Word.REFUSED, "", "", "", ""),
    }


def test_an_empty_form_decides_nothing(tmp_path: Path) -> None:
    assert read_decisions(_form(tmp_path), STANDARD) == {}


@pytest.mark.parametrize(
    "cells",
    [
        {DECISION: "随便"},
        {LEVEL: "四星级"},
        {DECISION: "降级"},
        {DECISION: "降级", LEVEL: "五星级"},
        {DECISION: "降级", LEVEL: "三星级"},
        {DECISION: "同意", LEVEL: "五星级"},
        {DECISION: "同意", LEVEL: "六星级"},
        {DECISION: "不予认证", LEVEL: "达标级"},
        {DECISION: "同意", KEY: ""},
    ],
)
def test_a_decision_that_contradicts_itself_is_refused(
    tmp_path: Path, cells: dict[str, object]
) -> None:
    path = _filled(tmp_path, 乙=cells)
    with pytest.raises(DecisionsError, match=r"认证决定!6"):
        read_decisions(path, STANDARD)


def test_an_audit_that_failed_cannot_be_agreed_to_a_level(tmp_path: Path) -> None:
    path = _filled(tmp_path, 丙={DECISION: "同意"})
    with pytest.raises(DecisionsError, match="认证决定!7"):
        read_decisions(path, STANDARD)


def test_what_is_no_form_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "decisions.xlsx"
    path.write_bytes(b"no workbook")
    with pytest.raises(DecisionsError, match="cannot be read as a workbook"):
        read_decisions(path, STANDARD)
    openpyxl.Workbook().save(path)
    with pytest.raises(DecisionsError, match="no sheet"):
        read_decisions(path, STANDARD)
