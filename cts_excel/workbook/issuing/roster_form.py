"""The empty roster workbook: a list to fill in, with dropdowns and checks, and how to do it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from cts_excel.files.atomic import replace_file
from cts_excel.standard.model import Standard
from cts_excel.workbook.form.layout import AUDIT_METHODS, AUDIT_TYPES, COVER_ENTRIES, CoverEntry
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
from cts_excel.workbook.issuing.roster import REQUIRED
from cts_excel.workbook.issuing.roster_values import EARLIEST, LATEST
from cts_excel.workbook.ooxml.addresses import cell_address

LIST, GUIDE = "名单", "填写说明"
ROWS = 2000  # rows below the heading that carry formats and checks; more may be filled in
_WIDTHS = {"organisation": 34, "uscc": 24, "scope": 34, "audit_no": 18, "audit_type": 14}
_WIDTH = 16
_NOTES = {
    "organisation": "必填。照营业执照填写全称。",
    "uscc": "选填。18 位，照营业执照填写；校验码有误时不予发放。",
    "scope": "选填。认证范围。",
    "audit_no": "必填。每次审核一个编号，不得重复；按文本填写，如 20250001。",
    "audit_type": "选填。从列表选择：" + "、".join(AUDIT_TYPES) + "。",
    "audit_method": "选填。从列表选择：" + "、".join(AUDIT_METHODS) + "。",
    "start_date": "选填。日期，如 2025-09-28。",
    "end_date": "选填。日期，不早于审核开始日期。",
    "lead_assessor": "选填。审核组长姓名。",
    "assessor": "选填。评审员姓名。",
}
_EXAMPLE = {
    "organisation": "示例电器服务有限公司",
    "uscc": "91440106MA50000010",
    "scope": "家用电器的安装、维修售后服务",
    "audit_no": "ZJ-2025-0001",
    "audit_type": AUDIT_TYPES[0],
    "audit_method": AUDIT_METHODS[0],
    "start_date": "2025-09-28",
    "end_date": "2025-09-30",
    "lead_assessor": "张三",
    "assessor": "李四",
}
_STEPS = (
    "在「名单」表中每次审核填一行；浅黄色表头为必填，其余可留空，由评审员在工作簿中补填。",
    "已填写的内容会预填到工作簿封面并锁定，评审员不能更改；如有误，须重新发放。",
    "列的顺序可以调整，可以增加自用的列（发放时忽略）；表头名称请勿改动。",
    "项目编号不得重复，它与企业名称一起构成文件名：项目编号_企业名称.xlsx。",
    "填好后保存，交由发放人员运行：cts-excel template --roster 名单.xlsx -o 发放文件夹",
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
    """Write the empty roster workbook to a file, whole or not at all.

    :raises OSError: where the folder cannot be written.
    """
    replace_file(Path(path), roster_template_bytes(standard))


def _list(workbook: Workbook, formats: Formats, standard: Standard) -> None:
    sheet = workbook.add_worksheet(LIST)
    looks = {
        True: workbook.add_format({**BASE, "num_format": DATE_FORMAT, "align": "left"}),
        False: workbook.add_format({**BASE, "num_format": TEXT_FORMAT}),
    }
    mandatory = {**BASE, **STYLES["head"], "bg_color": WARN_FILL, "font_color": WARN_INK}
    heads = {True: workbook.add_format(mandatory), False: formats["head"]}
    for column, entry in enumerate(COVER_ENTRIES):
        width = _WIDTHS.get(entry.field, _WIDTH)
        sheet.set_column(column, column, width, looks[entry.is_date])
        write_text(sheet, 0, column, entry.label, heads[entry.field in REQUIRED])
        sheet.write_comment(0, column, _NOTES[entry.field], {"x_scale": 1.6, "font_size": 9})
        sheet.data_validation(1, column, ROWS, column, _rule(column, entry))
    numbers = [entry.field for entry in COVER_ENTRIES].index("audit_no")
    sheet.conditional_format(1, numbers, ROWS, numbers, _repeated(numbers, formats))
    sheet.set_row(0, 26)
    sheet.freeze_panes(1, 0)
    _print_set_up(sheet, standard)
    sheet.repeat_rows(0)
    sheet.activate()


def _repeated(column: int, formats: Formats) -> dict[str, Any]:
    first = cell_address(1, column)
    letters = first.rstrip("0123456789")
    whole = f"${letters}$2:${letters}${ROWS + 1}"
    criteria = f"=AND(LEN({first})>0,COUNTIF({whole},{first})>1)"
    return {"type": "formula", "criteria": criteria, "format": formats["bad"]}


def _rule(column: int, entry: CoverEntry) -> dict[str, Any]:
    note = _NOTES[entry.field]
    if entry.choices:
        rule: dict[str, Any] = {"validate": "list", "source": list(entry.choices)}
    elif entry.is_date:
        earliest = f"DATE({EARLIEST.year},{EARLIEST.month},{EARLIEST.day})"
        before = (
            f"MAX({cell_address(1, column - 1)},{earliest})"
            if entry.field == "end_date"
            else earliest
        )
        latest = f"=DATE({LATEST.year},{LATEST.month},{LATEST.day})"
        rule = {"validate": "date", "criteria": "between", "minimum": f"={before}"}
        rule["maximum"] = latest
    elif entry.field == "uscc":
        rule = {"validate": "length", "criteria": "==", "value": 18}
    else:
        rule = {"validate": "length", "criteria": "<=", "value": entry.limit}
    return prompt(entry.label, note, **rule, **alert(f"{entry.label}无效", note))


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
    for row, entry in enumerate(COVER_ENTRIES, start=top + 1):
        write_text(sheet, row, 1, entry.label, formats["label"])
        write_text(sheet, row, 2, _NOTES[entry.field], formats["text"])
        write_text(sheet, row, 3, _EXAMPLE[entry.field], formats["text"])
        sheet.set_row(row, row_height((_NOTES[entry.field], 46.0), least=22))
    _print_set_up(sheet, standard)


def _print_set_up(sheet: Worksheet, standard: Standard) -> None:
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f"&L{standard.title.replace('&', '&&')[:100]}&R第 &P 页，共 &N 页")
