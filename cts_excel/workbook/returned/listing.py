"""What a correction list says: the findings of one outcome, in the words of its reader."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cts_excel.audit.catalogue import repair, title
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.levels import shown
from cts_excel.audit.outcome import Outcome
from cts_excel.standard.model import Standard
from cts_excel.workbook.form.layout import CORRECTIONS
from cts_excel.workbook.form.style import clipped

TITLE = CORRECTIONS
# Heading and width in characters; the writer of a fresh list and the writer of XML share them.
COLUMNS = (
    ("序号", 6.0),
    ("代码", 7.0),
    ("严重程度", 10.0),
    ("位置", 20.0),
    ("条款", 10.0),
    ("发现", 36.0),
    ("应为", 34.0),
    ("修改办法", 48.0),
    ("影响", 18.0),
)
LOCATION, SEVERITY = 3, 2  # places of two columns that look different
CENTRED = (0, 1, 2, 4)
FIRST_ROWS = 5  # title, three lines, headings
_LONGEST = 600
# What XML 1.0 cannot hold, and lone surrogates.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLACE = re.compile(r"([A-Z]{1,3}[1-9][0-9]{0,6})(:[A-Z]{1,3}[1-9][0-9]{0,6})?")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; ``cells`` follow :data:`COLUMNS`.

    ``cell`` is the address of the one cell that is meant, ``""`` where there is none.
    """

    severity: Severity
    sheet: str
    cell: str
    cells: tuple[str, ...]
    remark: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: its title, three lines of text, its rows, the gravest first."""

    title: str
    lines: tuple[str, str, str]
    rows: tuple[Row, ...]


def listing(outcome: Outcome, standard: Standard) -> Listing:
    """List what is to be corrected (errors) and looked at (warnings); notices are counted only."""
    wanted = [f for f in outcome.findings if f.severity is not Severity.NOTICE]
    rows = tuple(row_of(number, found) for number, found in enumerate(wanted, start=1))
    return Listing(TITLE, (_subject(outcome), _state(outcome, standard), _request(outcome)), rows)


def row_of(number: int, found: Finding, *, where: str = "") -> Row:
    """Word one line of a list.

    :param where: shown instead of the finding's own place, which then is neither linked nor marked.
    """
    match = None if where else _PLACE.fullmatch(found.cell)
    own = f"{found.sheet}!{found.cell}" if found.sheet and found.cell else found.sheet
    wrong = f"{title(found)}：{found.found}" if found.found else title(found)
    cells = (
        str(number),
        found.code,
        found.severity.shown,
        where or own or "整个文件",
        found.clause,
        wrong,
        found.expected,
        repair(found),
        str(found.impact or ""),
    )
    sheet, cell = "" if where else found.sheet, match[1] if match else ""
    return Row(found.severity, sheet, cell, tuple(map(printable, cells)), remark(found))


def printable(text: str, longest: int = _LONGEST) -> str:
    """Return a text that XML can hold, other characters as visible escapes, shortened."""
    plain = _UNPRINTABLE.sub(lambda m: f"\\x{ord(m[0]):02x}", text.replace("\r", "\n"))
    return clipped(plain, longest)


def remark(found: Finding) -> str:
    """Word one finding for a comment on its cell."""
    effect = f"\n影响：{found.impact}" if found.impact is not None and str(found.impact) else ""
    words = f"{found.code} {found.severity.shown}：{title(found)}\n{repair(found)}{effect}"
    return printable(words)


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
