"""The formulas of 特别项, as text: the points, and the inputs that an entry still lacks."""

from __future__ import annotations

from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.formulas import (
    absolute,
    folded_text,
    quoted,
    rounded,
    states_nothing,
)
from cts_excel.workbook.ooxml.addresses import cell_address

SPECIAL = f"'{layout.SPECIAL}'!"
COMPLETE, LACKS = "完整", "缺"  # 提示 shows the first or begins with the second
NO_CATEGORY, NO_CONTENT = "缺有效类别", "缺有效内容"
NO_FACT = "缺事实。没有特别项请清空该行"


def special_total(first_row: int, rows: int) -> str:
    """Return the points of one block of 特别项."""
    column = layout.SPECIAL_COLUMN["points"]
    return "=" + rounded(
        f"SUM({cell_address(first_row, column)}:{cell_address(first_row + rows - 1, column)})"
    )


def _at(row: int, name: str) -> str:
    return cell_address(row, layout.SPECIAL_COLUMN[name])


def _begun(row: int, inputs: tuple[str, ...]) -> str:
    """Return a condition: an input of a row is filled, if only with an error value."""
    texts = _texts(row, inputs)
    return f"IF(ISERROR({texts}),TRUE,LEN(TRIM({texts}))>0)"


def _texts(row: int, inputs: tuple[str, ...]) -> str:
    return "&".join(_at(row, name) for name in inputs)


def folded_input(row: int, name: str) -> str:
    """Return the hidden folded text of ``description`` or ``evidence``."""
    return "=" + folded_text(_at(row, name))


def input_states_nothing(row: int, name: str) -> str:
    """Return the hidden 1 for a ``description`` or ``evidence`` that states nothing (rule 13)."""
    return "=" + states_nothing(_at(row, f"folded_{name}"))


def _lacks(row: int, name: str) -> str:
    """Return a condition: a required input is blank, or a text that states nothing."""
    flag = f"no_{name}"
    return (
        f"{_at(row, flag)}=1" if flag in layout.SPECIAL_COLUMN else f"LEN(TRIM({_at(row, name)}))=0"
    )


def special_hint(row: int, inputs: tuple[str, ...], categories: str) -> str:
    """Return 提示 of a 特别项 row: what it lacks, 完整, or nothing for an unused row (rule 13)."""
    lacking = "&".join(
        f'IF({_lacks(row, name)},{quoted(label)},"")' for name, label in special_labels()
    )
    known = f"SUMPRODUCT(({categories}={_at(row, 'category')})*1)>0"
    no_fact = f'AND({_at(row, "folded_description")}<>"",{_lacks(row, "description")})'
    filled = f"IF({known},{quoted(COMPLETE)},{quoted(NO_CATEGORY)})"
    said = f"IF(LEN({lacking})>0,{quoted(LACKS)}&TRIM({lacking}),{filled})"
    said = f"IF({no_fact},{quoted(NO_FACT)},{said})"
    said = f"IF(ISERROR({_texts(row, layout.BONUS_INPUTS)}),{quoted(NO_CONTENT)},{said})"
    return f'=IF({_begun(row, inputs)},{said},"")'


def special_labels() -> tuple[tuple[str, str], ...]:
    """Return the required inputs of a 特别项 row: name, and the word for it in 提示."""
    return tuple((name, layout.SPECIAL_HEADING[name] + " ") for name in layout.SPECIAL_REQUIRED)


def special_open_entry(row: int) -> str:
    """Return 1 for an entry that is begun and not complete, else 0."""
    return f"=IF(LEFT({_at(row, 'hint')},1)={quoted(LACKS)},1,0)"


def _without_fact(row: int, inputs: tuple[str, ...]) -> str:
    """Return 0 for a row that is begun, an empty text for an unused one."""
    return f'IF({_begun(row, inputs)},0,"")'


def deduction_points(standard: Standard, row: int) -> str:
    """Return 分值 of a deduction: its points as soon as a fact is stated (rule 3)."""
    points = plain(standard.special.deduction.points)
    no_fact = _lacks(row, "description")
    return f"=IF({no_fact},{_without_fact(row, layout.SPECIAL_INPUTS)},{points})"


def bonus_points(standard: Standard, row: int) -> str:
    """Return 分值 of a bonus: its points when complete, while the limit allows (rule 4)."""
    bonus, column = standard.special.bonus, layout.SPECIAL_COLUMN["points"]
    limit = plain(bonus.limit)
    if row > layout.BONUS_FIRST_ROW:
        above = f"{absolute(layout.BONUS_FIRST_ROW, column)}:{cell_address(row - 1, column)}"
        limit = f"MAX(0,{limit}-SUM({above}))"
    points = rounded(f"MIN({plain(bonus.points)},{limit})")
    complete = f"{_at(row, 'hint')}={quoted(COMPLETE)}"
    return f"=IF({complete},{points},{_without_fact(row, layout.BONUS_INPUTS)})"


def special_reference(total_row: int) -> str:
    """Return the panel's link to the total of a block of 特别项."""
    return f"={SPECIAL}{absolute(total_row, layout.SPECIAL_COLUMN['points'])}"


def special_open() -> str:
    """Count the entries of 特别项 that are begun and not complete."""
    column = layout.SPECIAL_COLUMN["open"]
    blocks = (
        (layout.DEDUCTION_FIRST_ROW, layout.DEDUCTION_ROWS),
        (layout.BONUS_FIRST_ROW, layout.BONUS_ROWS),
    )
    counts = (
        f"SUM({SPECIAL}{absolute(first, column)}:{absolute(first + rows - 1, column)})"
        for first, rows in blocks
    )
    return f"({'+'.join(counts)})"
