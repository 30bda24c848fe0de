"""The input of an audit workbook, typed: from a roster, a migration, the demo or a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cts_excel.audit.cover import COVER_FIELDS, Cover

Value = str | int | float | bool | Decimal | date | None


@dataclass(frozen=True, slots=True)
class RatingAnswer:
    """Input cells of one indicator row, as typed; ``percent`` is a fraction of 1 when a number."""

    band: str = ""
    percent: Value = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class SpecialAnswer:
    """Input cells of one entry of 特别项."""

    category: str = ""
    clause: str = ""
    description: str = ""
    evidence: str = ""
    rectification: str = ""
    measure: str = ""
    responsible: str = ""
    due: Value = None
    verifier: str = ""
    verified_on: Value = None


@dataclass(frozen=True, slots=True)
class Answers:
    """Input cells of one workbook; ``cover`` by printed label, ``ratings`` by clause number."""

    cover: Mapping[str, Value] = field(default_factory=dict)
    ratings: Mapping[str, RatingAnswer] = field(default_factory=dict)
    deductions: tuple[SpecialAnswer, ...] = ()
    bonuses: tuple[SpecialAnswer, ...] = ()


def cover_answers(cover: Cover) -> dict[str, Value]:
    """Return the fields of a cover by printed label, as :class:`Answers` takes them."""
    return {field.label: getattr(cover, field.key) for field in COVER_FIELDS}
