"""What a correction list says: the findings of one outcome, worded for the person who corrects.

It says what is wrong and never what the audit would be worth: no score, no level, neither reached
nor within reach. Whoever corrects a workbook is not to know how far away a level is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cts_excel.audit.catalogue import effect, repair, shown_value, title
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.outcome import Outcome
from cts_excel.audit.ranges import joined
from cts_excel.workbook.form.layout import CORRECTIONS
from cts_excel.workbook.form.style import clipped
from cts_excel.workbook.returned.terms import NO_TERMS, ReturnTerms

TITLE = CORRECTIONS
_MAX_LENGTH = 600
_BLOCKS_LEVEL = "阻止定级"
_RECALCULATE = "与按评分复算的结果不符，以复算为准。请用 Excel 或 WPS 打开，按 F9 重新计算后保存。"
# Their values are scores and levels, which the list withholds; what to do instead.
_WITHHELD = {
    Code.STATED_PARTIAL_DIFFERS: _RECALCULATE,
    Code.STATED_FINAL_DIFFERS: _RECALCULATE,
    Code.STATED_LEVEL_DIFFERS: _RECALCULATE,
    Code.TOTAL_DOES_NOT_FOLLOW: _RECALCULATE,
    Code.READERS_DIFFER: "请核对该处填写是否清楚，并联系发放单位处理。",
}
_REQUEST = (
    "点击“位置”可跳到该单元格；待改单元格已着色并加批注，改动后底色自动消失。"
    "改完保存并交回本文件即可，本表与批注不影响评定，无需删除。"
)
# What XML 1.0 cannot hold, and lone surrogates.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Correction:
    """One line of the list; ``texts`` are in the order of its columns.

    ``cells`` are the addresses of the cells to mark; the line links to the first.
    """

    severity: Severity
    sheet: str
    cells: tuple[str, ...]
    texts: tuple[str, ...]
    comment: str


@dataclass(frozen=True, slots=True)
class CorrectionList:
    """A list: its title, some lines of text, its corrections, the gravest first.

    ``deadline`` stands in a column of its own, if there is one.
    """

    title: str
    lines: tuple[str, ...]
    corrections: tuple[Correction, ...]
    deadline: str = ""


def list_corrections(
    outcome: Outcome, terms: ReturnTerms = NO_TERMS, request: str = ""
) -> CorrectionList:
    """List what is to be corrected (errors) or checked (warnings); notices are left out.

    :param request: what the person is asked to do, if it is not the usual.
    """
    wanted = (f for f in outcome.findings if f.severity is not Severity.NOTICE)
    corrections = tuple(
        correction(number, found, count=count)
        for number, (found, count) in enumerate(_one_line_each(wanted), start=1)
    )
    usual = _REQUEST if corrections else "未发现需要修改之处。"
    lines = (_subject(outcome), _state(outcome, corrections), _terms(terms), request or usual)
    said = tuple(line for line in lines if line)
    return CorrectionList(TITLE, said, corrections, printable(terms.deadline))


def _one_line_each(findings: Iterable[Finding]) -> Iterator[tuple[Finding, int]]:
    """Join findings that read the same but for their cell; yield each with its number of cells.

    What the audit has joined already says its number itself, and is 1 here.
    """
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for found in findings:
        place = () if _in_one_cell(found) else (found.cell, found.clause)
        values = () if found.code in _WITHHELD else (found.found, found.expected)
        same = (found.code, found.severity, found.sheet, values, effect(found))
        groups.setdefault((same, place), []).append(found)
    for first, *others in groups.values():
        several = bool(others) and _in_one_cell(first)
        found = joined((first, *others)) if several else first
        yield found, len(found.addresses) if several else 1


def _in_one_cell(found: Finding) -> bool:
    return found.addresses == (found.cell,)


def correction(number: int, found: Finding, *, where: str = "", count: int = 1) -> Correction:
    """Word one line of a list.

    :param where: shown instead of the finding's own place, which is then neither linked nor marked.
    :param count: of cells that the line is about, said if there are several.
    """
    first, *others = found.cell.split(",")
    own = f"{found.sheet}!{first}" if found.sheet and first else found.sheet
    what, asked = title(found), _WITHHELD.get(found.code) or repair(found)
    shown_found = shown_expected = ""
    if found.code not in _WITHHELD:
        shown_found = shown_value(found, found.found)
        shown_expected = shown_value(found, found.expected)
    between = "：" if shown_found and not shown_found.startswith("（") else ""
    wrong = f"{what}{between}{shown_found}" + (f"（{count} 处）" if count > 1 else "")
    if others:  # LibreOffice does not wrap a cell that is a link, such as the location
        wrong += f"\n单元格：{'、'.join((first, *others))}"
    impact = _BLOCKS_LEVEL if found.severity is Severity.ERROR else effect(found).shown
    texts = (
        str(number),
        found.code,
        found.severity.shown,
        where or (f"{own} 等" if others else own) or "整个文件",
        found.clause.replace("、", "\n"),  # each on a line of its own
        wrong,
        shown_expected,
        asked,
        impact,
    )
    comment = f"{found.code} {found.severity.shown}：{what}\n{asked}\n影响：{impact}"
    sheet, marked = ("", ()) if where else (found.sheet, found.addresses)
    shown = tuple(map(printable, texts))
    return Correction(found.severity, sheet, marked, shown, printable(comment))


def printable(text: str) -> str:
    """Return a text that XML can hold, other characters as visible escapes, shortened."""
    plain = _UNPRINTABLE.sub(lambda m: f"\\x{ord(m[0]):02x}", text.replace("\r", "\n"))
    return clipped(plain, _MAX_LENGTH)


def _subject(outcome: Outcome) -> str:
    if outcome.audit is None:
        return printable(f"文件：{outcome.file}")
    cover = outcome.audit.cover
    parts = (cover.organisation, cover.audit_no, cover.audit_type, cover.lead_assessor)
    return printable("　|　".join(part for part in parts if part) or f"文件：{outcome.file}")


def _state(outcome: Outcome, corrections: Sequence[Correction]) -> str:
    severities = [one.severity for one in corrections]
    return "　|　".join(
        (
            f"状态：{outcome.status.shown}",
            f"错误 {severities.count(Severity.ERROR)} 项（必须改正）",
            f"警告 {severities.count(Severity.WARNING)} 项（请核对）",
        )
    )


def _terms(terms: ReturnTerms) -> str:
    said = (
        f"补正期限：{terms.deadline}" if terms.deadline else "",
        f"联系人：{terms.contact}" if terms.contact else "",
    )
    return printable("　|　".join(part for part in said if part))
