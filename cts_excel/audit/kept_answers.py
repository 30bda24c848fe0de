"""Tell whether a corrected workbook keeps every valid answer of a faulty one (rule 14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cts_excel.audit.cover import COVER_FIELDS
from cts_excel.audit.findings import Severity
from cts_excel.audit.model import Audit, Rating, SpecialItem
from cts_excel.audit.outcome import Outcome
from cts_excel.standard.folding import folded


def keeps_valid_answers(faulty: Outcome, corrected: Outcome) -> bool:
    """Return whether all that a faulty workbook answers validly stands unchanged in another.

    What is blank, incomplete or wrong in the faulty one is free. Texts are compared without blanks,
    width and case.
    """
    if faulty.audit is None or corrected.audit is None:
        return False
    return (
        _cover_is_kept(faulty, corrected.audit)
        and all(map(_rating_is_kept, faulty.audit.ratings, corrected.audit.ratings))
        and _are_kept(faulty.audit.deductions, corrected.audit.deductions)
        and _are_kept(faulty.audit.bonuses, corrected.audit.bonuses)
    )


def _cover_is_kept(faulty: Outcome, corrected: Audit) -> bool:
    audit = faulty.audit
    if audit is None:
        return False
    wrong = {f.cell for f in faulty.findings if f.severity is Severity.ERROR and f.cell}
    for entry in COVER_FIELDS:
        was = folded(audit.cover.text(entry.key))
        valid = was and audit.cover_cells.get(entry.key, "") not in wrong
        if valid and folded(corrected.cover.text(entry.key)) != was:
            return False
    return True


def _rating_is_kept(was: Rating, now: Rating) -> bool:
    if (was.rated or was.not_applicable) and not was.faulty:
        answers = [(r.band, r.percent, r.not_applicable) for r in (was, now)]
        if answers[0] != answers[1]:
            return False
    if now.pictures < was.pictures:
        return False
    evidence = folded(was.evidence)
    return not evidence or folded(now.evidence) == evidence


def _are_kept(was: tuple[SpecialItem, ...], now: tuple[SpecialItem, ...]) -> bool:
    return Counter(_texts(was)) <= Counter(_texts(now))


def _texts(items: tuple[SpecialItem, ...]) -> Iterator[tuple[str, ...]]:
    for item in items:
        if item.complete:
            yield tuple(map(folded, item.texts.values()))
