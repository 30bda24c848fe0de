"""What a client report says, before any cell is written: texts and choices, no layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cts_excel.audit.levels import FailReason, reason_text, shown, shown_beside
from cts_excel.batch.outputs.columns import DEDUCTION
from cts_excel.batch.outputs.run_reader import Row
from cts_excel.files.numbers import plain
from cts_excel.standard.model import NOT_PASSED, Standard
from cts_excel.summary.report.client_run import Client

MOST_ITEMS = 6  # strengths, and as many weaknesses
STRONG = 0.8  # a rate from which an indicator may be called a strength
_NO_DATE = "—"


@dataclass(frozen=True, slots=True)
class Item:
    """One rated indicator: rate as a fraction of 1, points lost, and the assessor's words."""

    clause: str
    text: str
    rate: float
    lost: float
    evidence: str


def items(client: Client, standard: Standard) -> list[Item]:
    """Return the rated indicators in the order of the standard."""
    found = []
    for line in client.ratings:
        if line["percent"] and line["clause"] in standard.by_clause:
            indicator = standard.by_clause[line["clause"]]
            lost = indicator.weight * (1 - Decimal(line["percent"]))
            found.append(
                Item(
                    indicator.clause, indicator.text, float(line["percent"]), float(lost),
                    line["evidence"].strip(),
                )
            )  # fmt: skip
    return found


def weaknesses(rated: Sequence[Item]) -> list[Item]:
    """Return the indicators that cost most points, the dearest first."""
    losing = [item for item in rated if item.lost > 0]
    return sorted(losing, key=lambda item: -item.lost)[:MOST_ITEMS]


def strengths(rated: Sequence[Item]) -> list[Item]:
    """Return the best rated indicators; none that is among the weaknesses."""
    weak = {item.clause for item in weaknesses(rated)}
    strong = [item for item in rated if item.rate >= STRONG and item.clause not in weak]
    return sorted(strong, key=lambda item: -item.rate)[:MOST_ITEMS]


def report_number(grade: Row) -> str:
    """Return the report's number, from the client's own audit alone."""
    return "-".join(part for part in (grade["audit_no"], "PJ", _digits(grade["end_date"])) if part)


def _digits(day: str) -> str:
    return day.replace("-", "")


def period(grade: Row) -> str:
    """Return the days of the audit."""
    start, end = grade["start_date"] or _NO_DATE, grade["end_date"] or _NO_DATE
    return start if start == end else f"{start} 至 {end}"


def team(grade: Row) -> str:
    """Name the people of the audit: lead, assessor, members."""
    listed = (("组长", "lead_assessor"), ("评审员", "assessor"), ("成员", "team_members"))
    parts = (f"{role}：{grade.get(key, '')}" for role, key in listed if grade.get(key, ""))
    return "；".join(parts)


def level_label(key: str, standard: Standard) -> str:
    """Return the label of a level's key."""
    labels = {level.key: level.label for level in standard.levels}
    return labels.get(key, "未通过")


def level_rule(grade: Row, standard: Standard) -> str:
    """Say which rule gives the level, or why none is reached."""
    if grade["level"] != NOT_PASSED:
        statements = {level.key: level.statement for level in standard.levels}
        return statements.get(grade["level"], "")
    rules = {
        FailReason.BELOW_MINIMUM: standard.lowest_level.statement,
        FailReason.DEDUCTION_LIMIT: standard.special.deduction.rule,
    }
    reasons = [FailReason(reason) for reason in grade["fail_reasons"].split(";") if reason]
    return "；".join(f"{reason_text(reason, standard)}（{rules[reason]}）" for reason in reasons)


def score_line(grade: Row, standard: Standard) -> str:
    """Show how the final score comes about."""
    final, base = Decimal(grade["final_score"]), Decimal(grade["base_score"])
    deductions, bonus = Decimal(grade["deductions"]), Decimal(grade["bonus"])
    less, more = f"− 特别扣分 {plain(deductions)}", f"＋ 特别加分 {plain(bonus)}"
    line = f"基础得分 {shown_beside(base, final, standard)} {less} {more}"
    floor = "，不低于 0" if base - deductions + bonus < 0 else ""
    return f"{line} ＝ 最终得分 {shown(final, standard)}（满分 {plain(standard.total)}）{floor}"


def conclusion(client: Client, standard: Standard) -> str:
    """Return the assessor's conclusion, else one that the result gives."""
    grade = client.grade
    if own := grade.get("conclusion", "").strip():
        return own
    final = shown(Decimal(grade["final_score"]), standard)
    deductions = sum(1 for item in client.specials if item["kind"] == DEDUCTION)
    facts = f"，特别扣分项 {deductions} 项" if deductions else ""
    if grade["level"] == NOT_PASSED:
        verdict = "未达到通过要求"
    else:
        verdict = f"建议级别为{level_label(grade['level'], standard)}"
    source = f"《{standard.title}》（{standard.edition} 版）"
    return f"依据{source}评价，最终得分 {final} 分{facts}，{verdict}。"
