"""特别项: the block of special deductions and the block of special bonus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xlsxwriter.worksheet import Worksheet

from cts_excel.audit.cover import EARLIEST_DATE, LATEST_DATE
from cts_excel.workbook.form import formulas_special, layout
from cts_excel.workbook.form.answers import SpecialAnswer
from cts_excel.workbook.form.formulas import date_formula, quoted
from cts_excel.workbook.form.layout import SPECIAL_COLUMN
from cts_excel.workbook.form.parts import (
    FormBuilder,
    alert,
    prompt,
    write_input,
    write_result,
    write_text,
    write_top,
)
from cts_excel.workbook.form.results import folded_value, stating_nothing
from cts_excel.workbook.form.style import row_height
from cts_excel.workbook.ooxml.addresses import cell_address

_WIDTHS = {
    "number": 4.5,
    "category": 15.0,
    "clause": 8.5,
    "description": 26.0,
    "evidence": 19.0,
    "points": 5.5,
    "hint": 11.5,
    "measure": 19.0,
    "responsible": 8.5,
    "due": 10.5,
    "rectification": 8.5,
    "verifier": 8.5,
    "verified_on": 10.5,
}
_LEAST_HEIGHT = 27.0  # points of an entry; the blank sheet fits on one page
_TEXT_LIMIT, _NAME_LIMIT = 1000, 100
_CENTRED = ("clause", "rectification", "responsible", "verifier")


@dataclass(frozen=True, slots=True)
class _Block:
    """One of the two blocks: its rows, entries, points and formulas."""

    title: str
    statement: str
    title_row: int
    rows: int
    columns: tuple[tuple[str, str], ...]
    inputs: tuple[str, ...]
    categories: str
    entries: tuple[SpecialAnswer, ...]
    points: tuple[Decimal | None, ...]
    hints: tuple[str, ...]
    formulas: tuple[str, ...]
    total: Decimal

    @property
    def first_row(self) -> int:
        return self.title_row + 2

    @property
    def last_column(self) -> int:
        return len(self.columns) - 1


def write_special(form: FormBuilder) -> None:
    """Write 特别项."""
    sheet = form.add_sheet(layout.SPECIAL)
    for name, width in _WIDTHS.items():
        sheet.set_column(SPECIAL_COLUMN[name], SPECIAL_COLUMN[name], width)
    first, last = (SPECIAL_COLUMN[layout.SPECIAL_HELPERS[n]] for n in (0, -1))
    sheet.set_column(first, last, None, None, {"hidden": True})
    last_column = len(layout.SPECIAL_COLUMNS) - 1
    write_top(form, sheet, layout.SPECIAL, (SPECIAL_COLUMN["description"], last_column))
    sheet.set_row(layout.HEADLINE_ROW + 1, 6)
    for block in (_deductions(form), _bonuses(form)):
        _write_block(form, sheet, block)
    sheet.freeze_panes(layout.HEADLINE_ROW + 1, SPECIAL_COLUMN["evidence"])
    sheet.print_area(0, 0, layout.BONUS_TOTAL_ROW, last_column)
    first, column = layout.DEDUCTION_FIRST_ROW, SPECIAL_COLUMN["category"]
    sheet.set_selection(first, column, first, column)


def _deductions(form: FormBuilder) -> _Block:
    standard, results = form.standard, form.results
    special = standard.special.deduction
    rows = range(layout.DEDUCTION_FIRST_ROW, layout.DEDUCTION_TOTAL_ROW)
    return _Block(
        f"{special.title}（{special.rule}）",
        special.statement,
        layout.DEDUCTION_TITLE_ROW,
        layout.DEDUCTION_ROWS,
        layout.SPECIAL_COLUMNS,
        layout.SPECIAL_INPUTS,
        layout.NAME_DEDUCTIONS,
        form.answers.deductions,
        results.deduction_points,
        results.deduction_hints,
        tuple(formulas_special.deduction_points(standard, row) for row in rows),
        results.deductions,
    )


def _bonuses(form: FormBuilder) -> _Block:
    standard, results = form.standard, form.results
    special = standard.special.bonus
    rows = range(layout.BONUS_FIRST_ROW, layout.BONUS_TOTAL_ROW)
    return _Block(
        f"{special.title}（{special.rule}）",
        special.statement,
        layout.BONUS_TITLE_ROW,
        layout.BONUS_ROWS,
        layout.BONUS_COLUMNS,
        layout.BONUS_INPUTS,
        layout.NAME_BONUSES,
        form.answers.bonuses,
        results.bonus_points,
        results.bonus_hints,
        tuple(formulas_special.bonus_points(standard, row) for row in rows),
        results.bonus,
    )


def _write_block(form: FormBuilder, sheet: Worksheet, block: _Block) -> None:
    formats = form.formats
    if len(block.entries) > block.rows:
        raise ValueError(f"{len(block.entries)} entries, the sheet has room for {block.rows}")
    text, last = f"{block.title}\n{block.statement}", len(layout.SPECIAL_COLUMNS) - 1
    note = formats["note"]
    sheet.merge_range(block.title_row, 0, block.title_row, last, "", note)
    parts = (formats["strong"], block.title, note, f"\n{block.statement}", note)
    sheet.write_rich_string(block.title_row, 0, *parts)
    sheet.set_row(block.title_row, row_height((text, sum(_WIDTHS.values())), least=40))
    header = block.title_row + 1
    for name, heading in block.columns:
        write_text(sheet, header, SPECIAL_COLUMN[name], heading, formats["head"])
    sheet.set_row(header, 26)
    for number in range(block.rows):
        _write_entry(form, sheet, block, number)
    _write_total(form, sheet, block)
    _validations(sheet, block)
    _conditional_formats(form, sheet, block)


def _write_entry(form: FormBuilder, sheet: Worksheet, block: _Block, number: int) -> None:
    formats, row = form.formats, block.first_row + number
    entry = block.entries[number] if number < len(block.entries) else SpecialAnswer()
    sheet.write_number(row, SPECIAL_COLUMN["number"], number + 1, formats["number"])
    for name in block.inputs:
        write_input(sheet, row, SPECIAL_COLUMN[name], getattr(entry, name), formats[_style(name)])
    hint = formulas_special.special_hint(row, block.inputs, block.categories)
    is_open = Decimal(block.hints[number].startswith(formulas_special.LACKS))
    for name, formula, style, value in (
        ("points", block.formulas[number], "score", block.points[number]),
        ("hint", hint, "centre", block.hints[number]),
        *_folded(form, row, entry),
        ("open", formulas_special.special_open_entry(row), "plain", is_open),
    ):
        write_result(sheet, row, SPECIAL_COLUMN[name], formula, formats[style], value)
    shown = ((getattr(entry, name), _WIDTHS[name]) for name in block.inputs)
    texts = ((value, width) for value, width in shown if isinstance(value, str))
    sheet.set_row(row, row_height(*texts, least=_LEAST_HEIGHT))


def _folded(
    form: FormBuilder, row: int, entry: SpecialAnswer
) -> Iterator[tuple[str, str, str, Any]]:
    """Yield the hidden cells about fact and evidence: column, formula, style, result."""
    for name in ("description", "evidence"):
        value = getattr(entry, name)
        nothing = Decimal(stating_nothing(value, form.results.spelled))
        formula = formulas_special.folded_input(row, name)
        yield f"folded_{name}", formula, "plain", folded_value(value)
        formula = formulas_special.input_states_nothing(row, name)
        yield f"no_{name}", formula, "plain", nothing


def _style(name: str) -> str:
    if name in layout.SPECIAL_DATES:
        return "input_day"
    return "input_choice" if name in _CENTRED else "input_text"


def _write_total(form: FormBuilder, sheet: Worksheet, block: _Block) -> None:
    row, formats = block.first_row + block.rows, form.formats
    for column in range(block.last_column + 1):
        label = layout.SPECIAL_TOTAL_LABEL if column == 0 else ""
        write_text(sheet, row, column, label, formats["sum_centre"])
    formula = formulas_special.special_total(block.first_row, block.rows)
    write_result(sheet, row, SPECIAL_COLUMN["points"], formula, formats["sum_score"], block.total)
    sheet.set_row(row, 24)


def _validations(sheet: Worksheet, block: _Block) -> None:
    last = block.first_row + block.rows - 1
    for name in block.inputs:
        column, rule = SPECIAL_COLUMN[name], _rule(name, block.categories)
        sheet.data_validation(block.first_row, column, last, column, rule)


def _rule(name: str, categories: str) -> dict[str, Any]:
    heading = layout.SPECIAL_HEADING[name]
    if name in layout.SPECIAL_DATES:
        return _date_rule(heading)
    lists = {
        "category": (categories, "请从下拉列表选择类别。"),
        "clause": (layout.NAME_CLAUSES, "请从下拉列表选择相关的条款号。"),
        "rectification": (layout.NAME_RECTIFICATIONS, "请从下拉列表选择整改状态。"),
    }
    if name in lists:
        source, message = lists[name]
        return prompt(
            heading,
            message,
            validate="list",
            source=f"={source}",
            **alert(f"{heading}无效", message),
        )
    limit = _NAME_LIMIT if name in _CENTRED else _TEXT_LIMIT
    return prompt(
        heading,
        _PROMPTS.get(name, "") + f"不超过 {limit} 字。",
        validate="length",
        criteria="<=",
        value=limit,
        **alert("内容过长", f"{heading}不超过 {limit} 字。"),
    )


_PROMPTS = {"description": "写明发现的事实；没有特别项请留空。"}


def _date_rule(heading: str) -> dict[str, Any]:
    first, last = EARLIEST_DATE.year, LATEST_DATE.year
    message = f"请填写 {first} 至 {last} 年间的日期，先年后月日，用 - 隔开。"
    return prompt(
        heading,
        message,
        validate="date",
        criteria="between",
        minimum=f"={date_formula(EARLIEST_DATE)}",
        maximum=f"={date_formula(LATEST_DATE)}",
        **alert("日期无效", message),
    )


def _conditional_formats(form: FormBuilder, sheet: Worksheet, block: _Block) -> None:
    hint = SPECIAL_COLUMN["hint"]
    top = cell_address(block.first_row, hint)
    last = block.first_row + block.rows - 1
    lacks, complete = quoted(formulas_special.LACKS), quoted(formulas_special.COMPLETE)
    for criteria, style in ((f"=LEFT({top},1)={lacks}", "warn"), (f"={top}={complete}", "good")):
        rule = {"type": "formula", "criteria": criteria, "format": form.formats[style]}
        sheet.conditional_format(block.first_row, hint, last, hint, rule)
