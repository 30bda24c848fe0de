"""The formulas of 特别项, as text: the points, and the inputs that an entry still lacks."""

from __future__ import annotations

from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.formulas import absolute, quoted, rounded
from cts_excel.workbook.ooxml.addresses import cell_address

SPECIAL = f"'{layout.SPECIAL}'!"
COMPLETE, LACKS = "完整", "缺"  # 提示 shows the first or begins with the second
NO_CATEGORY, NO_CONTENT = "缺有效类别", "缺有效内容"


def special_total(first_row: int, rows: int) -> str:
    """Return the points of one block of 特别项."""
    column = layout.SPECIAL_COLUMN["points"]
    return "=" + rounded(
        f"SUM({cell_address(first_row, column)}:{cell_address(first_row + rows - 1, column)})"
    )


def _special_row(row: int) -> str:
    first, last = (layout.SPECIAL_COLUMN[n] for n in ("category", "rectification"))
    return f"{cell_address(row, first)}:{cell_address(row, last)}"


def _filled(row: int) -> str:
    """Return a condition: an input of a 特别项 row is filled, if only with an error value."""
    inputs = _special_row(row)
    return f"IF(ISERROR(SUMPRODUCT(LEN({inputs}))),TRUE,SUMPRODUCT(LEN(TRIM({inputs})))>0)"


def special_hint(row: int, categories: str) -> str:
    """Return 提示 of a 特别项 row: the missing inputs, 完整, or nothing for an unused row."""
    inputs = _special_row(row)
    chosen = cell_address(row, layout.SPECIAL_COLUMN["category"])
    lacking = "&".join(
        f'IF(LEN(TRIM({cell_address(row, layout.SPECIAL_COLUMN[name])}))=0,{quoted(label)},"")'
        for name, label in special_labels()
    )
    unknown = (
        f"IF(SUMPRODUCT(--({categories}={chosen}))=0,{quoted(NO_CATEGORY)},{quoted(COMPLETE)})"
    )
    said = f"IF(LEN({lacking})>0,{quoted(LACKS)}&TRIM({lacking}),{unknown})"
    empty = f"SUMPRODUCT(LEN(TRIM({inputs})))=0"
    return f'=IF(ISERROR(SUMPRODUCT(LEN({inputs}))),{quoted(NO_CONTENT)},IF({empty},"",{said}))'


def special_labels() -> tuple[tuple[str, str], ...]:
    """Return the required inputs of a 特别项 row: name, and the word for it in 提示."""
    headings = dict(layout.SPECIAL_COLUMNS)
    return tuple((name, headings[name] + " ") for name in layout.SPECIAL_REQUIRED)


def deduction_points(standard: Standard, row: int) -> str:
    """Return 分值 of a deduction: its points as soon as the row is begun (rule 3)."""
    return f'=IF({_filled(row)},{plain(standard.special.deduction.points)},"")'


def bonus_points(standard: Standard, row: int) -> str:
    """Return 分值 of a bonus: its points when complete, while the limit allows (rule 4)."""
    bonus, column = standard.special.bonus, layout.SPECIAL_COLUMN["points"]
    limit = plain(bonus.limit)
    if row > layout.BONUS_FIRST_ROW:
        above = f"{absolute(layout.BONUS_FIRST_ROW, column)}:{cell_address(row - 1, column)}"
        limit = f"MAX(0,{limit}-SUM({above}))"
    points = rounded(f"MIN({plain(bonus.points)},{limit})")
    complete = f"{cell_address(row, layout.SPECIAL_HINT_COLUMN)}={quoted(COMPLETE)}"
    return f'=IF({complete},{points},IF({_filled(row)},0,""))'


def special_reference(total_row: int) -> str:
    """Return the panel's link to the total of a block of 特别项."""
    return f"={SPECIAL}{absolute(total_row, layout.SPECIAL_COLUMN['points'])}"


def special_open() -> str:
    """Count the entries of 特别项 that are begun and not complete."""
    hint = layout.SPECIAL_HINT_COLUMN
    blocks = (
        (layout.DEDUCTION_FIRST_ROW, layout.DEDUCTION_ROWS),
        (layout.BONUS_FIRST_ROW, layout.BONUS_ROWS),
    )
    counts = (
        f"SUMPRODUCT(--(LEFT({SPECIAL}{absolute(first, hint)}:"
        f"{absolute(first + rows - 1, hint)},1)={quoted(LACKS)}))"
        for first, rows in blocks
    )
    return f"({'+'.join(counts)})"
