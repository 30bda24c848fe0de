"""Two audits side by side, answer by answer, with the effect of each difference on the result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from cts_excel.audit.cover import COVER_FIELDS
from cts_excel.audit.findings import Finding, Impact
from cts_excel.audit.identity import folded_entry
from cts_excel.audit.levels import judge
from cts_excel.audit.model import Audit, Rating, SpecialItem
from cts_excel.audit.scoring import EXACT, Score, score
from cts_excel.files.numbers import plain
from cts_excel.standard.folding import folded
from cts_excel.standard.model import NOT_APPLICABLE, Standard

_ITEM_LABELS = (
    ("category", "类别"),
    ("clause", "关联条款"),
    ("description", "事实描述"),
    ("evidence", "证据"),
    ("rectification", "整改状态"),
    ("measure", "整改措施"),
    ("responsible", "责任人"),
    ("due", "整改期限"),
    ("verifier", "验证人"),
    ("verified_on", "验证日期"),
)


@dataclass(frozen=True, slots=True)
class AnswerDifference:
    """One answer that differs: the part of the workbook, its label, both values as shown.

    Only ratings have a ``clause``. ``impact`` is the effect on A's final score if only this answer
    is replaced by B's; ``None`` if there is none.
    """

    part: str
    clause: str
    label: str
    first: str
    second: str
    impact: Impact | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences of two audits, A first, and their joint effect on the final score."""

    differences: tuple[AnswerDifference, ...]
    final_first: Decimal
    final_second: Decimal
    total: Impact

    @property
    def same(self) -> bool:
        """Whether both state the same answers in the sense of rule 12."""
        return not self.differences


def compare(first: Audit, second: Audit, standard: Standard) -> Comparison:
    """Compare two audits answer by answer: cover, ratings, special items, unreadable entries.

    Spaces, width and case of letters, positions and calculated results do not count. Levels follow
    from the scores even if an audit is incomplete; impacts are B's result minus A's.
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
    """The effect of changes to one audit on its result."""

    def __init__(self, audit: Audit, standard: Standard) -> None:
        self.audit, self.standard = audit, standard
        self.before = score(audit, standard)

    def of(self, changed: Audit) -> Impact | None:
        """Return the effect of a changed audit, ``None`` if the score stays the same."""
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


def _cover(first: Audit, second: Audit) -> Iterator[AnswerDifference]:
    for field in COVER_FIELDS:
        a, b = first.cover.text(field.key), second.cover.text(field.key)
        if folded_entry(field.key, a) != folded_entry(field.key, b):
            yield AnswerDifference("封面", "", field.label, a, b, None)


def _ratings(first: Audit, second: Audit, effect: _Effect) -> Iterator[AnswerDifference]:
    for number, (a, b) in enumerate(zip(first.ratings, second.ratings, strict=True)):
        rated = [(n, x, y) for n, x, y in _answers(a, b) if _differ(x, y)]
        if rated:
            ratings = (*first.ratings[:number], b, *first.ratings[number + 1 :])
            impact = effect.of(replace(first, ratings=ratings))
            for place, (label, x, y) in enumerate(rated):
                last = place == len(rated) - 1
                yield AnswerDifference("评分表", a.clause, label, x, y, impact if last else None)
        one, other = a.evidence_shown, b.evidence_shown
        if _differ(one, other):
            yield AnswerDifference("评分表", a.clause, "审核证据", one, other, None)


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


def _special(first: Audit, second: Audit, effect: _Effect) -> Iterator[AnswerDifference]:
    for title, here, there, taken in (
        ("特别扣分项", first.deductions, second.deductions, _with_deductions),
        ("特别加分项", first.bonuses, second.bonuses, _with_bonuses),
    ):
        for a, b in _paired(here, there):
            impact = effect.of(taken(first, _exchanged(here, a, b)))
            number = next(item.number for item in (a, b) if item is not None)
            yield AnswerDifference("特别项", "", f"{title} {number}", _item(a), _item(b), impact)


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
    """Pair the entries that differ, in order; an entry that both audits hold is left out."""
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
    return (*map(folded, item.texts.values()), item.complete)


def _item(item: SpecialItem | None) -> str:
    if item is None:
        return ""
    texts = item.texts
    return "；".join(f"{label} {texts[field]}" for field, label in _ITEM_LABELS if texts[field])


def _unreadable(first: Audit, second: Audit) -> Iterator[AnswerDifference]:
    """Compare entries that could not be read by their text; they have no value to compare."""
    a, b = _faults(first), _faults(second)
    for key in [*(k for k in a if k not in b), *(k for k in b if k not in a)]:
        code, clause, _found = key
        shown_first, shown_second = (x[key].found if key in x else "" for x in (a, b))
        found = a.get(key) or b[key]
        label = f"{code} {found.expected}".strip() if not clause else code
        yield AnswerDifference(found.sheet, clause, label, shown_first, shown_second, None)


def _faults(audit: Audit) -> dict[tuple[str, str, str], Finding]:
    return {
        (f.code, f.clause, folded(f.found)): f
        for f in audit.findings
        if f.entry_unreadable and f.found
    }


def _differ(first: str, second: str) -> bool:
    return folded(first) != folded(second)
