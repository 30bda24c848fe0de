"""Carry the answers of an older workbook into a fresh one, of the same or another edition."""

from __future__ import annotations

from dataclasses import dataclass

from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding
from cts_excel.standard.model import Standard
from cts_excel.workbook.form.answers import RatingAnswer
from cts_excel.workbook.form.imprint import NO_IMPRINT, Imprint
from cts_excel.workbook.form.template import template_bytes
from cts_excel.workbook.returned.corrections import TITLE, CorrectionList, correction
from cts_excel.workbook.returned.marking import marked
from cts_excel.workbook.typed_answers import read_answers

# Findings whose cell is in the new workbook.
_INDICATORS = (Code.OTHER_INDICATOR, Code.NO_EARLIER_ANSWER)


@dataclass(frozen=True, slots=True)
class Migration:
    """A migrated workbook (.xlsx): how many ratings moved, and what needs a look.

    Cells of findings ``M01`` and ``M03`` are the new workbook's, all others the old one's.
    """

    content: bytes
    carried: int
    findings: tuple[Finding, ...]


def migrate(
    content: bytes, standard: Standard, *, kind: str = "xlsx", imprint: Imprint = NO_IMPRINT
) -> Migration:
    """Move the answers of a workbook into a fresh one for a specification, clause by clause.

    Answers are carried as they were typed, right or wrong: grading the new workbook finds what is
    wrong. What cannot be carried is a finding. Indicators with a new text or weight are marked in
    the new workbook and listed on its first sheet.

    :param kind: of the old file: ``xlsx``, ``xlsm``, ``xls``, ``ods`` or ``xlsb``.
    :param imprint: what the issuing body prints on its forms.
    :raises NotReadableError: the old file is no audit workbook or cannot be read.
    """
    read = read_answers(content, standard, kind=kind)
    issue_id = read.identity.issue_id
    fresh = template_bytes(standard, answers=read.answers, issue_id=issue_id, imprint=imprint)
    found = tuple(sorted(read.findings, key=lambda one: one.gravity))
    carried = sum(1 for rating in read.answers.ratings.values() if rating != RatingAnswer())
    return Migration(marked(fresh, _listing(found, carried)), carried, found)


def _listing(found: tuple[Finding, ...], carried: int) -> CorrectionList:
    """Word the first sheet of the new workbook; places in the old one are no links."""
    rows = []
    for number, one in enumerate(found, start=1):
        if one.code in _INDICATORS:
            rows.append(correction(number, one))
        else:
            rows.append(correction(number, one, where=f"旧文件 {one.place}".strip()))
    lines = (
        f"已迁移 {carried} 项指标的答案；以下 {len(rows)} 项需要处理或留意。",
        "指标文字或分值有变化的，请按新内容复核评分；未能迁移的内容，请按需手工填写。",
        "点击“位置”可跳到该单元格。本表与批注不影响评定，无需删除。",
    )
    return CorrectionList(f"{TITLE}（答案迁移）", lines, tuple(rows))
