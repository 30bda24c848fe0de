"""What a correction list says: the findings of one outcome, worded for the person who corrects."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cts_excel.audit.catalogue import repair, shown_value, title
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.levels import shown
from cts_excel.audit.outcome import Outcome
from cts_excel.standard.model import Standard
from cts_excel.workbook.form.layout import CORRECTIONS
from cts_excel.workbook.form.style import clipped

TITLE = CORRECTIONS
_MAX_LENGTH = 600
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
    """A list: its title, three lines of text, its corrections, the gravest first."""

    title: str
    lines: tuple[str, str, str]
    corrections: tuple[Correction, ...]


def list_corrections(outcome: Outcome, standard: Standard) -> CorrectionList:
    """List what is to be corrected (errors) or checked (warnings); notices are only counted."""
    wanted = [f for f in outcome.findings if f.severity is not Severity.NOTICE]
    corrections = tuple(correction(number, found) for number, found in enumerate(wanted, start=1))
    lines = (_subject(outcome), _state(outcome, standard), _request(outcome))
    return CorrectionList(TITLE, lines, corrections)


def correction(number: int, found: Finding, *, where: str = "") -> Correction:
    """Word one line of a list.

    :param where: shown instead of the finding's own place, which is then neither linked nor marked.
    """
    own = f"{found.sheet}!{found.cell}" if found.sheet and found.cell else found.sheet
    shown_found = shown_value(found, found.found)
    wrong = f"{title(found)}：{shown_found}" if shown_found else title(found)
    impact = str(found.impact or "")
    texts = (
        str(number),
        found.code,
        found.severity.shown,
        where or own or "整个文件",
        found.clause,
        wrong,
        shown_value(found, found.expected),
        repair(found),
        impact,
    )
    effect = f"\n影响：{impact}" if impact else ""
    comment = f"{found.code} {found.severity.shown}：{title(found)}\n{repair(found)}{effect}"
    sheet, cells = ("", ()) if where else (found.sheet, found.addresses)
    return Correction(
        found.severity, sheet, cells, tuple(map(printable, texts)), printable(comment)
    )


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


def _state(outcome: Outcome, standard: Standard) -> str:
    errors, warnings = outcome.count(Severity.ERROR), outcome.count(Severity.WARNING)
    words = [
        f"状态：{outcome.status.shown}",
        f"错误 {errors} 项（必须改正）",
        f"警告 {warnings} 项",
    ]
    if outcome.judgement is not None and outcome.score is not None:
        words.append(f"最终得分 {shown(outcome.score.final, standard)}")
        words.append(f"建议级别 {outcome.judgement.label}")
    elif outcome.score is not None and outcome.bounds is not None:
        low, high = outcome.bounds.low, outcome.bounds.high
        words.append(
            f"目前得分 {shown(outcome.score.final, standard)}，改正后可能为"
            f" {shown(low, standard)}（{outcome.bounds.low_judgement.label}）"
            f"至 {shown(high, standard)}（{outcome.bounds.high_judgement.label}）"
        )
    return "　|　".join(words)


def _request(outcome: Outcome) -> str:
    if not outcome.count(Severity.ERROR) and not outcome.count(Severity.WARNING):
        return "未发现需要修改之处。"
    return (
        "点击「位置」可跳到该单元格；待改单元格已着色并加批注，改动后底色自动消失。"
        "改完保存并交回本文件即可，本表与批注不影响评定，无需删除。"
    )
