"""The values that the workbook's own formulas show for given answers, as Excel would cache them.

This follows the *formulas* (to them a text ``85%`` is no number), not the reader, which may accept
more. Tests compare it with LibreOffice's calculation of the same cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from math import isfinite

from cts_excel.audit.cover import COVER_FIELDS, CoverField, cover_field
from cts_excel.audit.levels import judge, reason_text
from cts_excel.audit.scoring import final_score
from cts_excel.standard.model import Band, Indicator, Standard, parent
from cts_excel.workbook.form import formulas, formulas_cover, formulas_special, layout
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer, Value

_ZERO = Decimal(0)
_STEP = Decimal(1).scaleb(-layout.FORMULA_DECIMALS)
_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Results:
    """Cached values of every formula, in points; ``None`` and ``""`` are cells that show nothing.

    ``scores`` and ``states`` follow the indicators; ``subtotals`` hold the points earned by clause
    of first and second level; ``earned`` is their total before any proration; ``spelled`` are the
    placeholders as :func:`formulas.placeholder_spellings` lists them; ``missing`` follows
    :func:`cts_excel.workbook.form.formulas_cover.missing`.
    """

    headline: str
    scores: tuple[Decimal | None, ...]
    states: tuple[str, ...]
    ranks: tuple[Decimal, ...]
    hints: tuple[str, ...]
    spelled: frozenset[str]
    subtotals: Mapping[str, Decimal]
    earned: Decimal
    deduction_points: tuple[Decimal | None, ...]
    deduction_hints: tuple[str, ...]
    bonus_points: tuple[Decimal | None, ...]
    bonus_hints: tuple[str, ...]
    base: Decimal
    deductions: Decimal
    bonus: Decimal
    final: Decimal
    level: str
    reason: str
    completion: str
    missing: tuple[str, ...]


def calculate(standard: Standard, answers: Answers) -> Results:
    """Calculate every formula of the workbook for given answers."""
    rated = [
        (indicator, answers.ratings.get(indicator.clause, RatingAnswer()))
        for indicator in standard.indicators
    ]
    scores = tuple(_item_score(standard, indicator, answer) for indicator, answer in rated)
    spelled = frozenset(formulas.placeholder_spellings(standard))
    states = tuple(_state(standard, answer, spelled) for _indicator, answer in rated)
    bands = tuple(_band(standard, answer) for _indicator, answer in rated)
    special = standard.special
    deduction_hints = _hints(
        answers.deductions, layout.DEDUCTION_ROWS, special.deduction.categories, spelled
    )
    bonus_hints = _hints(answers.bonuses, layout.BONUS_ROWS, special.bonus.categories, spelled)
    deduction_points = _deduction_points(standard, answers.deductions, deduction_hints, spelled)
    bonus_points = _bonus_points(standard, bonus_hints)
    earned = _total(scores)
    base = _base(standard, earned, states)
    deductions, bonus = _total(deduction_points), _total(bonus_points)
    final = final_score(base, deductions, bonus)
    finished = sum(1 for state in states if state in formulas_cover.finished_states(standard))
    begun = sum(
        1 for hint in (*deduction_hints, *bonus_hints) if hint.startswith(formulas_special.LACKS)
    )
    count = len(states)
    is_open = finished < count or begun > 0 or states.count(layout.LEFT_OUT) == count
    judgement = judge(final, deductions, standard)
    reasons = [reason_text(reason, standard) for reason in judgement.fail_reasons]
    return Results(
        headline=_headline(answers),
        scores=scores,
        states=states,
        ranks=tuple(_rank(standard, band) for band in bands),
        hints=tuple(map(partial(_row_hint, standard), states, bands)),
        spelled=spelled,
        subtotals=_subtotals(standard, scores),
        earned=earned,
        deduction_points=deduction_points,
        deduction_hints=deduction_hints,
        bonus_points=bonus_points,
        bonus_hints=bonus_hints,
        base=base,
        deductions=deductions,
        bonus=bonus,
        final=final,
        level=layout.INCOMPLETE_LEVEL if is_open else judgement.label,
        reason="" if is_open else formulas_cover.REASONS_APART.join(reasons),
        completion=f"{finished}/{count}（{finished * 100 // count}%）",
        missing=_missing(standard, answers, states, begun, spelled),
    )


def rounded(number: Decimal) -> Decimal:
    """Round as the formulas do: half away from zero."""
    return number.quantize(_STEP, rounding=ROUND_HALF_UP)


def _total(points: Iterable[Decimal | None]) -> Decimal:
    return rounded(sum((p for p in points if p is not None), _ZERO))


def _base(standard: Standard, earned: Decimal, states: tuple[str, ...]) -> Decimal:
    left_out = sum(
        indicator.weight
        for indicator, state in zip(standard.indicators, states, strict=True)
        if state in (layout.LEFT_OUT, layout.NO_REASON)
    )
    if not left_out:
        return earned
    applicable = standard.total - left_out
    return rounded(earned * standard.total / applicable) if applicable > 0 else _ZERO


def _subtotals(standard: Standard, scores: tuple[Decimal | None, ...]) -> dict[str, Decimal]:
    clauses = [s.clause for s in standard.sections] + [g.clause for g in standard.groups]
    sums = dict.fromkeys(clauses, _ZERO)
    for indicator, score in zip(standard.indicators, scores, strict=True):
        group = parent(indicator.clause)
        for clause in (group, parent(group)):
            sums[clause] += score or _ZERO
    return {clause: rounded(points) for clause, points in sums.items()}


def _item_score(standard: Standard, indicator: Indicator, answer: RatingAnswer) -> Decimal | None:
    band, percent = _band(standard, answer), number(answer.percent)
    if band is None or percent is None or not band.holds(percent):
        return None
    return rounded(indicator.weight * percent)


def _band(standard: Standard, answer: RatingAnswer) -> Band | None:
    """Find the chosen band; Excel's ``=`` knows no case."""
    chosen = answer.band.casefold()
    return next((b for b in standard.bands if b.label.casefold() == chosen), None)


def _rank(standard: Standard, band: Band | None) -> Decimal:
    return Decimal(standard.bands.index(band) + 1 if band else 0)


def _row_hint(standard: Standard, state: str, band: Band | None) -> str:
    if band is None:
        return ""
    rank = standard.bands.index(band)
    text = formulas.HINTS.get(state, formulas.band_points(standard)[rank])
    return text.replace("{}", formulas.band_ranges(standard)[rank])


def folded_value(value: Value) -> str:
    """Return what :func:`formulas.folded_text` gives for a cell."""
    if _is_error(value):
        return "#"
    text = (value if isinstance(value, str) else _as_text(value)).lower()
    if len(text) > formulas.MOST_FOLDED:
        return "#"
    for characters, instead in ((formulas.DROPPED, ""), (formulas.DIVIDERS, " ")):
        text = text.translate({ord(character): instead for character in characters})
    return " ".join(part for part in text.split(" ") if part)


def stating_nothing(value: Value, spelled: frozenset[str]) -> bool:
    """Return what :func:`formulas.states_nothing` gives for a cell."""
    words = folded_value(value).split(" ")
    halves = (("".join(words[:n]), "".join(words[n:])) for n in (1, 2))
    return "".join(words) in {"", *spelled} or any({*half} <= spelled for half in halves)


def _state(standard: Standard, answer: RatingAnswer, spelled: frozenset[str]) -> str:
    given = answer.percent not in (None, "")
    bare = stating_nothing(answer.evidence, spelled)
    if _is_error(answer.percent):
        return layout.ERROR_VALUE
    if not answer.band:
        return layout.NO_BAND if given else layout.UNRATED
    if standard.prorates and answer.band == layout.NOT_APPLICABLE:
        if given:
            return layout.SURPLUS_PERCENT
        return layout.NO_REASON if bare else layout.LEFT_OUT
    return _band_state(_band(standard, answer), answer.percent, given=given, bare=bare)


def _band_state(band: Band | None, percent: Value, *, given: bool, bare: bool) -> str:
    if band is None:
        return layout.BAD_BAND
    if not given:
        return layout.NO_PERCENT
    entered = number(percent)
    if entered is None:
        return layout.BAD_PERCENT
    if not band.holds(entered):
        return layout.OUTSIDE
    return layout.NO_EVIDENCE if bare else layout.DONE


def number(value: Value) -> Decimal | None:
    """Return the number that a formula sees in a cell; ``None`` for text, logicals and errors."""
    if isinstance(value, bool) or value is None or isinstance(value, str) or _is_error(value):
        return None
    if isinstance(value, date):
        return Decimal((_day(value) - _EPOCH).days)
    return Decimal(repr(float(value)))


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _is_error(value: Value) -> bool:
    """Return whether a value is written as an error cell: no sheet can hold NaN or infinity."""
    return isinstance(value, (float, Decimal)) and not isfinite(value)


def _hints(
    entries: tuple[SpecialAnswer, ...],
    rows: int,
    categories: tuple[str, ...],
    spelled: frozenset[str],
) -> tuple[str, ...]:
    hints = [_hint(entry, categories, spelled) for entry in entries[:rows]]
    return (*hints, *[""] * (rows - len(hints)))


def _hint(entry: SpecialAnswer, categories: tuple[str, ...], spelled: frozenset[str]) -> str:
    values = [getattr(entry, name) for name in layout.SPECIAL_INPUTS]
    if not any(_is_error(value) or _as_text(value) for value in values):
        return ""
    if any(_is_error(getattr(entry, name)) for name in layout.BONUS_INPUTS):
        return formulas_special.NO_CONTENT
    if folded_value(entry.description) and stating_nothing(entry.description, spelled):
        return formulas_special.NO_FACT
    bare = {
        "category": not _as_text(entry.category),
        "description": stating_nothing(entry.description, spelled),
        "evidence": stating_nothing(entry.evidence, spelled),
    }
    lacking = "".join(label for name, label in formulas_special.special_labels() if bare[name])
    if lacking:
        return formulas_special.LACKS + lacking.strip(" ")
    known = entry.category.casefold() in (category.casefold() for category in categories)
    return formulas_special.COMPLETE if known else formulas_special.NO_CATEGORY


def _deduction_points(
    standard: Standard,
    entries: tuple[SpecialAnswer, ...],
    hints: tuple[str, ...],
    spelled: frozenset[str],
) -> tuple[Decimal | None, ...]:
    facts = [not stating_nothing(entry.description, spelled) for entry in entries[: len(hints)]]
    points = standard.special.deduction.points
    counted = [points if fact else _ZERO for fact in facts]
    rest = [None] * (len(hints) - len(facts))
    return tuple(p if hint else None for p, hint in zip([*counted, *rest], hints, strict=True))


def _bonus_points(standard: Standard, hints: tuple[str, ...]) -> tuple[Decimal | None, ...]:
    bonus = standard.special.bonus
    points: list[Decimal | None] = []
    for hint in hints:
        left = max(_ZERO, bonus.limit - sum((p for p in points if p), _ZERO))
        counts = min(bonus.points, left) if hint == formulas_special.COMPLETE else _ZERO
        points.append(counts if hint else None)
    return tuple(points)


def _headline(answers: Answers) -> str:
    return "".join(
        label + _as_text(answers.cover.get(cover_field(key).label))
        for key, label in formulas_cover.headline_labels().items()
    )


def _as_text(value: Value) -> str:
    """Return a cover value as the text that ``TRIM`` gives."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str) or value is None:
        return " ".join(part for part in (value or "").split(" ") if part)
    entered = number(value)
    return "" if entered is None else f"{entered.normalize():f}"


def _is_missing(field: CoverField, answers: Answers, spelled: frozenset[str]) -> bool:
    value = answers.cover.get(field.label)
    return field.required and (_is_error(value) or stating_nothing(value, spelled))


def _missing(
    standard: Standard,
    answers: Answers,
    states: tuple[str, ...],
    begun: int,
    spelled: frozenset[str],
) -> tuple[str, ...]:
    blank = [field.label for field in COVER_FIELDS if _is_missing(field, answers, spelled)]
    counts = [(state, states.count(state)) for state in formulas_cover.open_states(standard)]
    bare = states.count(layout.NO_EVIDENCE)
    nothing = formulas_cover.NOTHING_MISSING
    lines = (
        "、".join(blank) or nothing,
        "、".join(f"{state} {count} 项" for state, count in counts if count) or nothing,
        f"{bare} 项已评指标未填审核证据" if bare else nothing,
        f"{begun} 项未填完整" if begun else nothing,
    )
    complete = all(line == nothing for line in lines)
    return (formulas_cover.ALL_THERE if complete else formulas_cover.SOMETHING_MISSING, *lines)
