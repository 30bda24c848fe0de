"""The empty roster workbook: a list to fill in, with dropdowns and checks, and instructions."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from cts_excel.audit.cover import (
    CREDIT_CODE_LENGTH,
    EARLIEST_DATE,
    LATEST_DATE,
    ROSTER_FIELDS,
    CoverField,
    Kind,
    cover_field,
)
from cts_excel.files.atomic import replace_file
from cts_excel.standard.model import Standard
from cts_excel.workbook.form.formulas import date_formula
from cts_excel.workbook.form.parts import alert, prompt, write_text
from cts_excel.workbook.form.style import (
    BASE,
    DATE_FORMAT,
    STYLES,
    TEXT_FORMAT,
    WARN_FILL,
    WARN_INK,
    Formats,
    row_height,
)
from cts_excel.workbook.form.template import CREATED
from cts_excel.workbook.issuing.roster_table import GUIDE, LIST
from cts_excel.workbook.ooxml.addresses import cell_address, column_letters

ROWS = 2000  # rows below the heading with formats and checks; more may be filled in
_COLUMN = {field.key: column for column, field in enumerate(ROSTER_FIELDS)}
_STEPS = (
    "在“发放名单”表中每次审核填一行；浅黄色表头为必填，其余可留空，由评审员在工作簿中补填。",
    "已填写的内容会预填到工作簿封面并锁定，评审员不能更改；如有误，须重新发放。",
    "列的顺序可以调整，可以增加自用的列（发放时忽略）；表头名称请勿改动。",
    "项目编号不得重复，它与企业名称一起构成文件名：项目编号_企业名称.xlsx。",
    "填好后保存，由发放人员运行：cts-excel template --roster 发放名单.xlsx -o 发放文件夹",
    "发放结果记录在发放文件夹的 issued.csv 中，请妥善保存；评定时用它核对回收情况。",
)


def roster_template_bytes(standard: Standard) -> bytes:
    """Build the empty roster workbook (.xlsx); the same standard gives the same bytes."""
    buffer = BytesIO()
    options = {"in_memory": True, "default_format_properties": dict(BASE)}
    workbook = Workbook(buffer, options)
    workbook.set_properties({"title": f"{standard.title} 发放名单", "created": CREATED})
    formats = Formats(workbook)
    _list(workbook, formats, standard)
    _guide(workbook.add_worksheet(GUIDE), formats, standard)
    workbook.close()
    return buffer.getvalue()


def write_roster_template(path: Path | str, standard: Standard) -> None:
    """Write the empty roster workbook to a file, complete or not at all.

    :raises OSError: if the folder cannot be written.
    """
    replace_file(Path(path), roster_template_bytes(standard))


def _list(workbook: Workbook, formats: Formats, standard: Standard) -> None:
    sheet = workbook.add_worksheet(LIST)
    date_cell = workbook.add_format({**BASE, "num_format": DATE_FORMAT, "align": "left"})
    text_cell = workbook.add_format({**BASE, "num_format": TEXT_FORMAT})
    warn = {**BASE, **STYLES["head"], "bg_color": WARN_FILL, "font_color": WARN_INK}
    required, optional = workbook.add_format(warn), formats["head"]
    for column, field in enumerate(ROSTER_FIELDS):
        cell = date_cell if field.is_date else text_cell
        sheet.set_column(column, column, field.roster_width, cell)
        write_text(sheet, 0, column, field.label, required if field.identifying else optional)
        sheet.write_comment(0, column, _note(field), {"x_scale": 1.6, "font_size": 9})
        sheet.data_validation(1, column, ROWS, column, _rule(field))
    numbers = _COLUMN["audit_no"]
    sheet.conditional_format(1, numbers, ROWS, numbers, _repeated(numbers, formats))
    sheet.set_row(0, 26)
    sheet.freeze_panes(1, 0)
    _set_up_print(sheet, standard)
    sheet.repeat_rows(0)
    sheet.activate()


def _repeated(column: int, formats: Formats) -> dict[str, Any]:
    first = cell_address(1, column)
    letters = column_letters(column)
    whole = f"${letters}$2:${letters}${ROWS + 1}"
    criteria = f"=AND(LEN({first})>0,COUNTIF({whole},{first})>1)"
    return {"type": "formula", "criteria": criteria, "format": formats["bad"]}


def _note(field: CoverField) -> str:
    """Return what to enter in a column, and whether it may stay empty."""
    if field.kind is Kind.CHOICE:
        hint = f"从列表选择：{'、'.join(field.choices)}。"
    elif field.not_before:
        hint = f"日期，不早于{cover_field(field.not_before).label}。"
    elif field.is_date:
        hint = f"日期，如 {field.example}。"
    else:
        hint = field.hint or f"{field.label}。"
    return ("必填。" if field.identifying else "选填。") + hint


def _rule(field: CoverField) -> dict[str, Any]:
    rule: dict[str, Any]
    match field.kind:
        case Kind.CHOICE:
            rule = {"validate": "list", "source": list(field.choices)}
        case Kind.DATE:
            minimum = date_formula(EARLIEST_DATE)
            if field.not_before:
                minimum = f"MAX({cell_address(1, _COLUMN[field.not_before])},{minimum})"
            rule = {"validate": "date", "criteria": "between", "minimum": f"={minimum}"}
            rule["maximum"] = f"={date_formula(LATEST_DATE)}"
        case Kind.CREDIT_CODE:
            rule = {"validate": "length", "criteria": "==", "value": CREDIT_CODE_LENGTH}
        case Kind.TEXT | Kind.NUMBER:
            rule = {"validate": "length", "criteria": "<=", "value": field.limit}
    note = _note(field)
    return prompt(field.label, note, **rule, **alert(f"{field.label}无效", note))


def _guide(sheet: Worksheet, formats: Formats, standard: Standard) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 2)
    sheet.set_column(1, 1, 20)
    sheet.set_column(2, 3, 46)
    write_text(sheet, 0, 1, "发放名单填写说明", formats["title"])
    sheet.set_row(0, 36)
    write_text(sheet, 1, 1, f"适用：《{standard.title}》 {standard.edition} 版", formats["plain"])
    for number, step in enumerate(_STEPS, start=1):
        line = f"{number}. {step}"
        sheet.merge_range(1 + number, 1, 1 + number, 3, line, formats["note"])
        sheet.set_row(1 + number, row_height((line, 112.0), least=20))
    top = len(_STEPS) + 3
    for column, heading in enumerate(("列", "怎样填写", "示例"), start=1):
        write_text(sheet, top, column, heading, formats["head"])
    for row, field in enumerate(ROSTER_FIELDS, start=top + 1):
        note = _note(field)
        write_text(sheet, row, 1, field.label, formats["label"])
        write_text(sheet, row, 2, note, formats["text"])
        write_text(sheet, row, 3, field.example, formats["text"])
        sheet.set_row(row, row_height((note, 46.0), least=22))
    _set_up_print(sheet, standard)


def _set_up_print(sheet: Worksheet, standard: Standard) -> None:
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f"&L{standard.title.replace('&', '&&')[:100]}&R第 &P 页，共 &N 页")
