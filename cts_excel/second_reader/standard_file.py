"""The standard file as ``tomllib`` reads it, numbers as exact fractions."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

BUILT_IN = Path(__file__).parents[1] / "standard" / "cts_after_sales_2025.toml"
# Texts that state nothing (rule 13), for a standard file that lists none of its own.
PLACEHOLDERS = (
    *("无", "没有", "暂无", "未发现", "未发现问题", "无问题", "无异常", "不涉及", "不适用"),
    *("待定", "待补充", "待补", "待填", "/", "-", "—", "0", "N/A", "none", "null", "nil", "TBD"),
)


@dataclass(frozen=True, slots=True)
class Indicator:
    """Clause, weight in points, and wording of one indicator."""

    clause: str
    weight: Fraction
    text: str


@dataclass(frozen=True, slots=True)
class Band:
    """A rubric band: label and closed interval, fractions of 1."""

    label: str
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class SpecialRule:
    """One block of 特别项: its title, points per entry, limit in points, categories."""

    title: str
    points: Fraction
    limit: Fraction
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StandardFile:
    """What the second reader needs of a specification; levels from the highest down."""

    total: Fraction
    prorates: bool
    require_evidence: bool
    placeholders: tuple[str, ...]
    deduction: SpecialRule
    bonus: SpecialRule
    levels: tuple[tuple[str, Fraction], ...]
    bands: tuple[Band, ...]
    indicators: tuple[Indicator, ...]


def read_standard_file(source: Path | bytes | None = None) -> StandardFile:
    """Read a standard file, given as a path or as its content; the built-in one by default.

    The main loader has validated the file before; this one only refuses what it cannot use.
    :raises OSError: if the file cannot be read.
    :raises ValueError: if it is no TOML file or lacks an entry.
    """
    if isinstance(source, bytes):
        return _read(source)
    return _read((BUILT_IN if source is None else source).read_bytes())


@lru_cache(maxsize=4)
def _read(content: bytes) -> StandardFile:
    try:
        return _standard(tomllib.loads(content.decode("utf-8-sig"), parse_float=Fraction))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no standard file: {error!r}") from None


def _standard(data: dict[str, Any]) -> StandardFile:
    policy: dict[str, Any] = data.get("policy", {})
    placeholders = data.get("placeholders") or policy.get("placeholders") or PLACEHOLDERS
    levels = [(str(level["key"]), Fraction(level["minimum"])) for level in data["levels"]]
    return StandardFile(
        total=Fraction(data["total"]),
        prorates=policy.get("not_applicable", "reject") == "prorate",
        require_evidence=policy.get("require_evidence", False) is True,
        placeholders=tuple(placeholders),
        deduction=_special(data["special"]["deduction"]),
        bonus=_special(data["special"]["bonus"]),
        levels=tuple(sorted(levels, key=lambda level: level[1], reverse=True)),
        bands=tuple(
            Band(band["label"], Fraction(band["low"]), Fraction(band["high"]))
            for band in data["bands"]
        ),
        indicators=tuple(
            Indicator(row["clause"], Fraction(row["weight"]), row["text"])
            for row in data["indicators"]
        ),
    )


def _special(table: dict[str, Any]) -> SpecialRule:
    return SpecialRule(
        table["title"],
        Fraction(table["points"]),
        Fraction(table["limit"]),
        tuple(table["categories"]),
    )
