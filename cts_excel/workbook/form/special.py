"""特别项: the block of special deductions and the block of special bonus."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from cts_excel.workbook.form import formulas_special, layout
from cts_excel.workbook.form.answers import SpecialAnswer
from cts_excel.workbook.form.formulas import quoted
from cts_excel.workbook.form.layout import SPECIAL_COLUMN
from cts_excel.workbook.form.parts import (
    FormBuilder,
    alert,
    prompt,
    write_input,
    write_result,
    write_text,
)
from cts_excel.workbook.form.style import row_height
from cts_excel.workbook.ooxml.addresses import cell_address

_WIDTHS = {
    "number": 6.5,
    "category": 32.0,
    "clause": 11.0,
    "description": 52.0,
    "evidence": 42.0,
    "rectification": 11.0,
    "points": 8.0,
}
_HINT_WIDTH = 22.0
_TEXT_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class _Block:
    """One of the two blocks: its rows, entries, points and formulas."""

    title: str
    statement: str
    title_row: int
    rows: int
    categories: str
    entries: tuple[SpecialAnswer, ...]
    points: tuple[Decimal | None, ...]
    hints: tuple[str, ...]
    formulas: tuple[str, ...]
    total: Decimal

    @property
    def first_row(self) -> int:
        return self.title_row + 2


def write_special(form: FormBuilder) -> None:
    """Write 特别项."""
    sheet = form.add_sheet(layout.SPECIAL)
    for name, width in _WIDTHS.items():
        sheet.set_column(SPECIAL_COLUMN[name], SPECIAL_COLUMN[name], width)
    sheet.set_column(layout.SPECIAL_HINT_COLUMN, layout.SPECIAL_HINT_COLUMN, _HINT_WIDTH)
    write_text(sheet, 0, 0, f"{form.standard.title} 特别项", form.formats["title"])
    sheet.set_row(0, 32)
    for block in (_deductions(form), _bonuses(form)):
        _write_block(form, sheet, block)
    last = layout.BONUS_TOTAL_ROW
    sheet.print_area(0, 0, last, layout.SPECIAL_HINT_COLUMN)
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
        layout.NAME_BONUSES,
        form.answers.bonuses,
        results.bonus_points,
        results.bonus_hints,
        tuple(formulas_special.bonus_points(standard, row) for row in rows),
        results.bonus,
    )


def _write_block(form: FormBuilder, sheet: Worksheet, block: _Block) -> None:
    formats, hint = form.formats, layout.SPECIAL_HINT_COLUMN
    if len(block.entries) > block.rows:
        raise ValueError(f"{len(block.entries)} entries, the sheet has room for {block.rows}")
    text = f"{block.title}\n{block.statement}"
    note = formats["note"]
    sheet.merge_range(block.title_row, 0, block.title_row, hint, "", note)
    parts = (formats["strong"], block.title, note, f"\n{block.statement}", note)
    sheet.write_rich_string(block.title_row, 0, *parts)
    width = sum(_WIDTHS.values()) + _HINT_WIDTH
    sheet.set_row(block.title_row, row_height((text, width), least=40))
    header = block.title_row + 1
    for name, heading in layout.SPECIAL_COLUMNS:
        write_text(sheet, header, SPECIAL_COLUMN[name], heading, formats["head"])
    write_text(sheet, header, hint, layout.SPECIAL_HINT_HEADING, formats["head"])
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
    for name in layout.SPECIAL_INPUTS:
        style = "input_choice" if name in ("clause", "rectification") else "input_text"
        write_input(sheet, row, SPECIAL_COLUMN[name], getattr(entry, name), formats[style])
    column, formula = SPECIAL_COLUMN["points"], block.formulas[number]
    write_result(sheet, row, column, formula, formats["score"], block.points[number])
    formula = formulas_special.special_hint(row, block.categories)
    style = formats["centre"]
    write_result(sheet, row, layout.SPECIAL_HINT_COLUMN, formula, style, block.hints[number])
    texts = ((getattr(entry, name), _WIDTHS[name]) for name in layout.SPECIAL_INPUTS)
    sheet.set_row(row, row_height(*texts, least=30))


def _write_total(form: FormBuilder, sheet: Worksheet, block: _Block) -> None:
    row, formats = block.first_row + block.rows, form.formats
    for column in range(layout.SPECIAL_HINT_COLUMN + 1):
        label = layout.SPECIAL_TOTAL_LABEL if column == 0 else ""
        write_text(sheet, row, column, label, formats["sum_centre"])
    formula = formulas_special.special_total(block.first_row, block.rows)
    write_result(sheet, row, SPECIAL_COLUMN["points"], formula, formats["sum_score"], block.total)
    sheet.set_row(row, 24)


def _validations(sheet: Worksheet, block: _Block) -> None:
    lists = (
        ("category", block.categories, "请从下拉列表选择类别。"),
        ("clause", layout.NAME_CLAUSES, "请从下拉列表选择相关的条款号。"),
        ("rectification", layout.NAME_RECTIFICATIONS, "请从下拉列表选择整改状态。"),
    )
    headings = dict(layout.SPECIAL_COLUMNS)
    last = block.first_row + block.rows - 1
    for name, source, message in lists:
        column, heading = SPECIAL_COLUMN[name], headings[name]
        rule = prompt(
            heading,
            message,
            validate="list",
            source=f"={source}",
            **alert(f"{heading}无效", message),
        )
        sheet.data_validation(block.first_row, column, last, column, rule)
    for name in ("description", "evidence"):
        column, heading = SPECIAL_COLUMN[name], headings[name]
        rule = prompt(
            heading,
            f"不超过 {_TEXT_LIMIT} 字。",
            validate="length",
            criteria="<=",
            value=_TEXT_LIMIT,
            **alert("内容过长", f"{heading}不超过 {_TEXT_LIMIT} 字。"),
        )
        sheet.data_validation(block.first_row, column, last, column, rule)


def _conditional_formats(form: FormBuilder, sheet: Worksheet, block: _Block) -> None:
    hint = layout.SPECIAL_HINT_COLUMN
    top = cell_address(block.first_row, hint)
    last = block.first_row + block.rows - 1
    lacks, complete = quoted(formulas_special.LACKS), quoted(formulas_special.COMPLETE)
    for criteria, style in ((f"=LEFT({top},1)={lacks}", "warn"), (f"={top}={complete}", "good")):
        rule = {"type": "formula", "criteria": criteria, "format": form.formats[style]}
        sheet.conditional_format(block.first_row, hint, last, hint, rule)
