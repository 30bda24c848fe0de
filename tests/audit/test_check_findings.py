"""Every check names sheet, cell, clause and both values of what it found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import msgspec
from made_audits import BUILT_IN, SMALL, audit, left_out, rating

from cts_excel.audit.checks import CHECKS
from cts_excel.audit.model import Audit, Identity
from cts_excel.standard.model import Standard


def told(made: Audit, standard: Standard = BUILT_IN) -> list[tuple[str, ...]]:
    return [
        (f.code.name, f.severity.name, f.sheet, f.cell, f.clause, f.found, f.expected)
        for check in CHECKS
        for f in check(made, standard)
    ]


WHOLE = audit(BUILT_IN, "0.85")
CLAUSE = "5.1.2.2"  # the fourth: row 7


def with_identity(edition: str, digest: str) -> Audit:
    return replace(WHOLE, identity=Identity("1", BUILT_IN.id, edition, digest, "", ""))


def test_a_whole_audit_has_no_finding() -> None:
    assert told(WHOLE) == []
    assert told(with_identity(BUILT_IN.edition, BUILT_IN.digest)) == []
    assert told(with_identity(BUILT_IN.edition, "")) == []


def test_another_specification() -> None:
    ours = f"{BUILT_IN.id} {BUILT_IN.edition}"
    assert told(with_identity("2030", "0" * 64)) == [
        ("OTHER_STANDARD", "ERROR", "_cts", "", "", f"{BUILT_IN.id} 2030", ours)
    ]
    assert told(with_identity(BUILT_IN.edition, "0" * 64)) == [
        ("INDICATOR_TABLE_DIFFERS", "WARNING", "_cts", "", "", "0" * 64, BUILT_IN.digest)
    ]


def test_an_end_before_the_beginning() -> None:
    cover = replace(WHOLE.cover, start_date=date(2025, 9, 30), end_date=date(2025, 9, 28))
    made = replace(WHOLE, cover=cover, cover_cells={"end_date": "C12", "start_date": "C11"})
    assert told(made) == [
        ("ENDS_BEFORE_START", "ERROR", "封面", "C12", "", "2025-09-28", "2025-09-30")
    ]


def test_ratings() -> None:
    right = rating(BUILT_IN, CLAUSE, "0.85")
    cases = [
        (rating(BUILT_IN, CLAUSE, None), ("NOT_RATED", "ERROR", "评分表", "F7", CLAUSE, "", "")),
        (
            rating(BUILT_IN, CLAUSE, None, band="80%-100%"),
            ("PERCENT_MISSING", "ERROR", "评分表", "G7", CLAUSE, "", "80%-100%"),
        ),
        (
            rating(BUILT_IN, CLAUSE, "0.8555"),
            ("PERCENT_TOO_FINE", "NOTICE", "评分表", "G7", CLAUSE, "85.55%", ""),
        ),
        (
            replace(right, evidence=""),
            ("EVIDENCE_MISSING", "WARNING", "评分表", "I7", CLAUSE, "", ""),
        ),
        (
            left_out(BUILT_IN, CLAUSE, reason=""),
            ("NOT_APPLICABLE_WITHOUT_REASON", "ERROR", "评分表", "I7", CLAUSE, "", ""),
        ),
    ]
    for change, expected in cases:
        assert told(audit(BUILT_IN, "0.85", changes={CLAUSE: change})) == [expected]


def test_every_rating_is_checked_after_one_that_needs_no_check() -> None:
    last = BUILT_IN.indicators[-1].clause
    for skipped in (
        rating(BUILT_IN, CLAUSE, None, faulty=True),
        left_out(BUILT_IN, CLAUSE),
        replace(rating(BUILT_IN, CLAUSE, None), row=0),
    ):
        changes = {CLAUSE: skipped, last: rating(BUILT_IN, last, None)}
        names = [line[0] for line in told(audit(BUILT_IN, "0.85", changes=changes))]
        assert names == ["NOT_RATED"]


def test_evidence_is_an_error_if_the_policy_asks_for_it_and_the_column_is_there() -> None:
    clause = SMALL.indicators[0].clause
    bare = replace(rating(SMALL, clause, "0.8"), evidence="")
    made = audit(SMALL, "0.8", changes={clause: bare})
    assert [line[:2] for line in told(made, SMALL)] == [("EVIDENCE_MISSING", "ERROR")]
    gone = replace(made, columns=made.columns._replace(evidence=""))
    assert told(gone, SMALL) == []


def test_everything_left_out() -> None:
    every = {i.clause: left_out(SMALL, i.clause) for i in SMALL.indicators}
    assert told(audit(SMALL, every), SMALL) == [
        ("NOTHING_APPLICABLE", "ERROR", "评分表", "", "", "", "")
    ]


def test_special_items_against_their_limits() -> None:
    def limits(deductions: int = 0, bonuses: int = 0) -> list[tuple[str, ...]]:
        return told(audit(SMALL, "0.8", deductions=deductions, bonuses=bonuses), SMALL)

    assert limits(deductions=2, bonuses=2) == []
    assert limits(deductions=3) == [
        ("DEDUCTIONS_AT_LIMIT", "WARNING", "特别项", "", "", "1.5", "1.5")
    ]
    assert limits(deductions=4) == [
        ("DEDUCTIONS_OVER_LIMIT", "WARNING", "特别项", "", "", "2", "1.5")
    ]
    assert limits(bonuses=3) == [("BONUS_OVER_LIMIT", "WARNING", "特别项", "", "", "3", "2")]


def test_an_incomplete_deduction_counts_towards_the_limit() -> None:
    made = audit(SMALL, "0.8", deductions=3)
    incomplete = replace(made.deductions[0], complete=False)
    made = replace(made, deductions=(incomplete, *made.deductions[1:]))
    assert [line[0] for line in told(made, SMALL)] == ["DEDUCTIONS_AT_LIMIT"]


def test_a_limit_of_nothing_is_reached_by_no_deduction() -> None:
    def limited(limit: int) -> Standard:
        deduction = msgspec.structs.replace(SMALL.special.deduction, limit=Decimal(limit))
        special = msgspec.structs.replace(SMALL.special, deduction=deduction)
        return msgspec.structs.replace(SMALL, special=special)

    assert told(audit(SMALL, "0.8"), limited(0)) == []
    two = told(audit(SMALL, "0.8", deductions=2), limited(1))
    assert [line[0] for line in two] == ["DEDUCTIONS_AT_LIMIT"]
