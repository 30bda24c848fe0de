"""The same audit, however its identity is spelled (rule 12)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from altering import COVER, answers
from people.expecting import case
from people.places import CLAUSES, STANDARD

from cts_excel.api import grade_files
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.workbook.form.answers import RatingAnswer
from cts_excel.workbook.form.filling import filled_bytes

Entries = Mapping[str, object]
CODE, NAME, NUMBER, ASSESSOR = "统一社会信用代码", "企业名称", "项目编号", "评审员"
VALID, OTHER_VALID = COVER[CODE], "91440106MA500001XP"


def outcomes(folder: Path, first: Entries, second: Entries, *, differ: bool) -> list[Outcome]:
    """Grade two workbooks that differ in their identity, and in one answer if asked."""
    other = {CLAUSES[0]: RatingAnswer("80%-100%", 0.95, "查阅记录")} if differ else {}
    for name, cover, ratings in (("1.xlsx", first, {}), ("2.xlsx", second, other)):
        content = filled_bytes(STANDARD, answers(cover=cover, ratings=ratings))
        (folder / name).write_bytes(content)
    return grade_files([folder / "1.xlsx", folder / "2.xlsx"])


# The organisation is spelled otherwise, yet it is the same one.
SAME = (
    case({}, {CODE: "9131OOOO775785552L"}, id="letter O for zero"),
    case({}, {CODE: "91310000775785552K"}, id="wrong check digit"),
    case({}, {CODE: "9131000077578555"}, id="digits missing"),
    case({}, {CODE: None}, id="no code"),
    case({}, {CODE: "无"}, id="无 as code"),
    case({}, {CODE: "待补充"}, id="待补充 as code"),
    case({CODE: "N/A"}, {CODE: "/"}, id="two placeholders"),
    case({}, {CODE: f" {str(VALID).lower()} "}, id="lower case and blanks"),
    case({}, {NAME: "另一个名称有限公司"}, id="equal valid codes, other name"),
    case({}, {CODE: OTHER_VALID}, id="equal names, two valid codes"),
)

# Spelled alike once width, blanks, dashes, brackets and the order of names are folded.
FOLDED = (
    case({}, {}, id="spelled alike"),
    case({}, {NUMBER: "ZJ—2025—0001"}, id="em dashes"),
    case({}, {NUMBER: "ZJ–2025–0001"}, id="en dashes"),
    case({}, {NUMBER: "ＺＪ－２０２５－０００１"}, id="full width"),
    case({}, {NUMBER: "ZJ−2025‑0001"}, id="minus and no-break hyphen"),
    case({}, {NUMBER: "ZJ-2025-0001\u200b"}, id="zero-width space"),
    case({}, {NUMBER: "zj-2025- 0001"}, id="case and a blank"),
    case({}, {ASSESSOR: "李 四"}, id="a blank in a name"),
    case({}, {ASSESSOR: "李\u3000四"}, id="a wide blank in a name"),
    case({ASSESSOR: "张三、李四"}, {ASSESSOR: "李四，张三"}, id="order of names"),
    case({ASSESSOR: "张三 李四"}, {ASSESSOR: "李四/张三"}, id="other separators"),
    case(
        {CODE: None, NAME: "甲（广州）有限公司"},
        {CODE: None, NAME: "甲(广州)有限公司"},
        id="brackets",
    ),
    case(
        {CODE: None, NAME: "甲（广州）有限公司"},
        {CODE: None, NAME: "甲〔广州〕有限公司"},
        id="other brackets",
    ),
    case({CODE: None}, {CODE: None, NAME: "南京某某 电器\u00a0有限公司"}, id="blanks in a company"),
)


@pytest.mark.parametrize(("first", "second"), [*SAME, *FOLDED])
def test_other_answers_of_one_audit_are_a_conflict(
    first: Entries, second: Entries, tmp_path: Path
) -> None:
    found = outcomes(tmp_path, first, second, differ=True)
    assert [one.status for one in found] == [Status.CONFLICT, Status.CONFLICT]


@pytest.mark.parametrize(("first", "second"), FOLDED)
def test_same_answers_of_one_audit_count_once(
    first: Entries, second: Entries, tmp_path: Path
) -> None:
    found = outcomes(tmp_path, first, second, differ=False)
    assert {one.status for one in found} == {Status.GRADED, Status.DUPLICATE}


APART = (
    case({CODE: "无", NAME: "甲公司"}, {CODE: "无", NAME: "乙公司"}, id="无 twice"),
    case({CODE: "/", NAME: "甲公司"}, {CODE: "/", NAME: "乙公司"}, id="/ twice"),
    case({CODE: None, NAME: "甲公司"}, {CODE: None, NAME: "乙公司"}, id="no codes"),
    case(
        {CODE: "9131OOOO775785552L", NAME: "甲公司"},
        {CODE: "9131OOOO775785552L", NAME: "乙公司"},
        id="one invalid code twice",
    ),
    case({}, {CODE: OTHER_VALID, NAME: "乙公司"}, id="another company"),
    case({}, {NUMBER: "ZJ-2025-00011"}, id="another number"),
    case({}, {"审核类型": "监督审核"}, id="another type"),
    case({}, {ASSESSOR: "王五"}, id="another assessor"),
)


@pytest.mark.parametrize(("first", "second"), APART)
def test_different_audits_are_each_graded(first: Entries, second: Entries, tmp_path: Path) -> None:
    found = outcomes(tmp_path, first, second, differ=True)
    assert [one.status for one in found] == [Status.GRADED, Status.GRADED]


@pytest.mark.parametrize("assessor", ["王五", "李四、王五", "赵六"])
def test_one_audit_by_two_assessors_is_flagged_on_both(assessor: str, tmp_path: Path) -> None:
    found = outcomes(tmp_path, {}, {ASSESSOR: assessor}, differ=True)
    assert [one.status for one in found] == [Status.GRADED, Status.GRADED]
    assert all(any(f.code.startswith("D") for f in one.findings) for one in found)
