"""Two audits side by side, answer by answer, with what each difference does to the result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext

from cts_excel.audit.findings import Finding, Impact, Severity
from cts_excel.audit.identity import folded
from cts_excel.audit.levels import judge
from cts_excel.audit.model import Audit, Rating, SpecialItem
from cts_excel.audit.scoring import EXACT, Score, score
from cts_excel.files.numbers import plain
from cts_excel.standard.model import NOT_APPLICABLE, Standard

# Field of the audit's cover -> printed label; workbooks print the same.
COVER_LABELS = (
    ("organisation", "企业名称"),
    ("uscc", "统一社会信用代码"),
    ("scope", "认证范围"),
    ("audit_no", "项目编号"),
    ("audit_type", "审核类型"),
    ("audit_method", "审核方式"),
    ("start_date", "审核开始日期"),
    ("end_date", "审核结束日期"),
    ("lead_assessor", "审核组长"),
    ("assessor", "评审员"),
)
_ITEM_LABELS = (
    ("category", "类别"),
    ("clause", "关联条款"),
    ("description", "事实描述"),
    ("evidence", "证据"),
    ("rectification", "整改状态"),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that differs: where it belongs, its name, both values as shown.

    ``clause`` is empty but for ratings. ``impact`` says what taking over B's answer alone does to
    A's final score; ``None`` where it does nothing.
    """

    part: str
    clause: str
    label: str
    first: str
    second: str
    impact: Impact | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every difference of two audits, A first, and what all together do to the final score."""

    differences: tuple[Difference, ...]
    final_first: Decimal
    final_second: Decimal
    total: Impact

    @property
    def same(self) -> bool:
        """Whether both state the same answers, as rule 12 understands it."""
        return not self.differences


def compare(first: Audit, second: Audit, standard: Standard) -> Comparison:
    """Compare two audits answer by answer: cover, ratings, special items, what is unreadable.

    Spaces, width and case of letters, positions and calculated results do not count. Levels are
    those of the scores as they stand, complete or not; impacts are B's result minus A's.
    """
    effect = _Effect(first, standard)
    differences = (
        *_cover(first, second),
        *_ratings(first, second, effect),
        *_special(first, second, effect),
        *_unreadable(first, second),
    )
    final = score(second, standard)
    return Comparison(differences, effect.before.final, final.final, effect.towards(final))


class _Effect:
    """What a change of one audit does to its result."""

    def __init__(self, audit: Audit, standard: Standard) -> None:
        self.audit, self.standard = audit, standard
        self.before = score(audit, standard)

    def of(self, changed: Audit) -> Impact | None:
        """Return the effect of a changed audit, ``None`` where the score stands."""
        after = score(changed, self.standard)
        same = (after.final, after.deductions) == (self.before.final, self.before.deductions)
        return None if same else self.towards(after)

    def towards(self, after: Score) -> Impact:
        """Return the effect of another score."""
        with localcontext(EXACT):
            points = Decimal(plain(after.final - self.before.final))
        return Impact(points, self._label(self.before), self._label(after))

    def _label(self, result: Score) -> str:
        return judge(result.final, result.deductions, self.standard).label


def _cover(first: Audit, second: Audit) -> Iterator[Difference]:
    for field, label in COVER_LABELS:
        a, b = getattr(first.cover, field), getattr(second.cover, field)
        if _differ(_text(a), _text(b)):
            yield Difference("封面", "", label, _text(a), _text(b), None)


def _ratings(first: Audit, second: Audit, effect: _Effect) -> Iterator[Difference]:
    for number, (a, b) in enumerate(zip(first.ratings, second.ratings, strict=True)):
        rated = [(n, x, y) for n, x, y in _answers(a, b) if _differ(x, y)]
        if rated:
            ratings = (*first.ratings[:number], b, *first.ratings[number + 1 :])
            impact = effect.of(replace(first, ratings=ratings))
            for place, (label, x, y) in enumerate(rated):
                last = place == len(rated) - 1
                yield Difference("评分表", a.clause, label, x, y, impact if last else None)
        if _differ(a.evidence, b.evidence):
            yield Difference("评分表", a.clause, "审核证据", a.evidence, b.evidence, None)


def _answers(a: Rating, b: Rating) -> tuple[tuple[str, str, str], ...]:
    return (
        ("评分档", _band(a), _band(b)),
        ("评分比例", _percent(a), _percent(b)),
    )


def _band(rating: Rating) -> str:
    return NOT_APPLICABLE if rating.not_applicable else rating.band


def _percent(rating: Rating) -> str:
    if rating.faulty and rating.percent is None:
        return "无法读取"
    return "" if rating.percent is None else f"{plain(rating.percent * 100)}%"


def _special(first: Audit, second: Audit, effect: _Effect) -> Iterator[Difference]:
    for title, here, there, taken in (
        ("特别扣分项", first.deductions, second.deductions, _with_deductions),
        ("特别加分项", first.bonuses, second.bonuses, _with_bonuses),
    ):
        for a, b in _paired(here, there):
            impact = effect.of(taken(first, _exchanged(here, a, b)))
            number = next(item.number for item in (a, b) if item is not None)
            yield Difference("特别项", "", f"{title} {number}", _item(a), _item(b), impact)


def _with_deductions(audit: Audit, items: tuple[SpecialItem, ...]) -> Audit:
    return replace(audit, deductions=items)


def _with_bonuses(audit: Audit, items: tuple[SpecialItem, ...]) -> Audit:
    return replace(audit, bonuses=items)


def _exchanged(
    items: tuple[SpecialItem, ...], gone: SpecialItem | None, new: SpecialItem | None
) -> tuple[SpecialItem, ...]:
    kept = tuple(item for item in items if item is not gone)
    return kept if new is None else (*kept, new)


def _paired(
    here: Sequence[SpecialItem], there: Sequence[SpecialItem]
) -> Iterator[tuple[SpecialItem | None, SpecialItem | None]]:
    """Pair entries that differ, in order; entries that stand in both, anywhere, are left out."""
    rest = list(there)
    left = []
    for item in here:
        twin = next((other for other in rest if _key(other) == _key(item)), None)
        if twin is None:
            left.append(item)
        else:
            rest.remove(twin)
    for number in range(max(len(left), len(rest))):
        yield (
            left[number] if number < len(left) else None,
            rest[number] if number < len(rest) else None,
        )


def _key(item: SpecialItem) -> tuple[object, ...]:
    return (*(folded(getattr(item, field)) for field, _label in _ITEM_LABELS), item.complete)


def _item(item: SpecialItem | None) -> str:
    if item is None:
        return ""
    return "；".join(
        f"{label} {getattr(item, field)}" for field, label in _ITEM_LABELS if getattr(item, field)
    )


def _unreadable(first: Audit, second: Audit) -> Iterator[Difference]:
    """Compare what was entered and could not be read; it has no value that could be compared."""
    a, b = _faults(first), _faults(second)
    for key in [*(k for k in a if k not in b), *(k for k in b if k not in a)]:
        code, clause, _found = key
        shown_first, shown_second = (x[key].found if key in x else "" for x in (a, b))
        found = a.get(key) or b[key]
        label = f"{code} {found.expected}".strip() if not clause else code
        yield Difference(found.sheet, clause, label, shown_first, shown_second, None)


def _faults(audit: Audit) -> dict[tuple[str, str, str], Finding]:
    return {
        (f.code, f.clause, folded(f.found)): f
        for f in audit.findings
        if f.severity is Severity.ERROR and f.code[0] in "CRS" and f.found
    }


def _differ(first: str, second: str) -> bool:
    return folded(first) != folded(second)


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
