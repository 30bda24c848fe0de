"""What is shown adds up: parts to totals, scores to distances, in every row and on every sheet."""

from __future__ import annotations

import random
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from sample_outcomes import STANDARD, outcome, write_data_files
from summary_files import heading_row, opened, write

from cts_excel.audit.outcome import Outcome
from cts_excel.summary import read_previous

FORMAT = re.compile(r"\+?0(?:\.(0+))?(?:;.*)?")


def shown(cell: Cell) -> Decimal | None:
    """Return the number that a reader sees in a cell."""
    if not isinstance(cell.value, int | float):
        return None
    match = FORMAT.fullmatch(cell.number_format)
    assert match, (cell.coordinate, cell.number_format)
    step = Decimal(1).scaleb(-len(match[1] or ""))
    return Decimal(repr(cell.value)).quantize(step, ROUND_HALF_UP)


def rows(sheet: Worksheet, first: str) -> list[dict[str, Cell]]:
    heads = heading_row(sheet, first)
    names = {str(c.value): c.column for c in heads if c.value}
    below = range(heads[0].row + 1, sheet.max_row + 1)
    return [{name: sheet.cell(row, column) for name, column in names.items()} for row in below]


def _audits(seed: int, count: int = 30) -> list[Outcome]:
    """Return audits with fine percentages, some a hair below a level."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        digits = chance.choice((2, 3, 4))
        percents = [Decimal(chance.randrange(6 * 10 ** (digits - 1), 10**digits)).scaleb(-digits)
                    for _i in STANDARD.indicators]  # fmt: skip
        if number % 5 == 0:
            percents = [Decimal(chance.choice(("0.79996", "0.899951", "0.70004")))] * 50
        made.append(
            outcome(f"企业{number}", percents, number=number, deductions=chance.choice((0, 1, 2)),
                    bonuses=chance.choice((0, 1)), evidence=f"企业{number}的证据")
        )  # fmt: skip
    return made


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_parts_add_up_to_what_is_shown_as_their_total(tmp_path: Path, seed: int) -> None:
    minima = {level.minimum for level in STANDARD.levels}
    finals = {}
    book = opened(write(tmp_path / "s.xlsx", _audits(seed)))
    for row in rows(book["评分汇总"], "排名"):
        base, less, more, final, missing = (
            shown(row[name])
            for name in ("基础得分", "特别扣分", "特别加分", "最终得分", "距上一级")
        )
        assert base is not None
        assert less is not None
        assert more is not None
        assert base - less + more == final
        assert missing is None or final + missing in minima
        finals[row["企业名称"].value] = final
    for title, first in (("认证决定", "企业名称"), ("临界分析", "企业名称")):
        for row in rows(book[title], first):
            assert shown(row["最终得分"]) == finals[row["企业名称"].value], title
            if title == "临界分析":
                gap = shown(row["距级别线"])
                assert gap is not None
                assert shown(row["最终得分"]) - gap in minima  # type: ignore[operator]


@pytest.mark.parametrize("seed", [1, 2])
def test_second_level_points_add_up_to_the_first_level(tmp_path: Path, seed: int) -> None:
    sheet = opened(write(tmp_path / "s.xlsx", _audits(seed)))["分类得分"]
    head = next(row for row in sheet.iter_rows() if row[4].value == STANDARD.sections[0].label)
    columns = {str(c.value): c.column for c in reversed(head) if c.value}  # points stand first
    audits = [row[0].row for row in sheet.iter_rows() if isinstance(row[3].value, float | int)]
    assert len(audits) >= 30
    for row in audits:
        for section in STANDARD.sections:
            parts = [
                shown(sheet.cell(row, columns[group.label]))
                for group in STANDARD.groups
                if group.clause.startswith(f"{section.clause}.")
            ]
            whole = shown(sheet.cell(row, columns[section.label]))
            assert sum(part for part in parts if part is not None) == whole


def test_differences_are_those_of_the_numbers_shown(tmp_path: Path) -> None:
    previous = read_previous(write_data_files(tmp_path / "last", _audits(4)))
    book = opened(write(tmp_path / "s.xlsx", _audits(5), previous=[previous]))
    compared = rows(book["对比"], "变动")
    assert len(compared) == 30
    for row in compared:
        then, now, change = (
            shown(row[name]) for name in ("上次最终得分", "本次最终得分", "差值（分）")
        )
        assert now - then == change  # type: ignore[operator]
