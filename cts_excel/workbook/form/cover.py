"""封面: the fields of the audit, the live result, missing entries, instructions, signatures."""

from __future__ import annotations

from typing import Any

from xlsxwriter.worksheet import Worksheet

from cts_excel.audit.cover import (
    COVER_FIELDS,
    CREDIT_CODE_LENGTH,
    EARLIEST_DATE,
    LATEST_DATE,
    CoverField,
    Kind,
    cover_field,
)
from cts_excel.workbook.form import formulas_cover, formulas_special, layout
from cts_excel.workbook.form.answers import Value
from cts_excel.workbook.form.formulas import absolute, date_formula, quoted
from cts_excel.workbook.form.parts import (
    FormBuilder,
    alert,
    prompt,
    write_input,
    write_result,
    write_section,
    write_text,
)
from cts_excel.workbook.form.style import row_height
from cts_excel.workbook.ooxml.addresses import column_letters

_WIDTHS = (1.5, 28.0, 52.0, 7.0, 18.0, 56.0)
_ROW_HEIGHT = 31.0  # the same for every entry; two lines of text fit
_LAST_COLUMN = len(_WIDTHS) - 1
_NOTES_ROW = max(
    layout.COVER_FIRST_ROW + len(COVER_FIELDS),
    layout.MISSING_ROW + 1 + len(formulas_cover.MISSING_KINDS),
)
# Text results need cells of general format: otherwise LibreOffice stores them as 0 in .xls.
_PANEL_STYLES = {
    "base": "panel",
    "deductions": "panel",
    "bonus": "panel",
    "final": "verdict",
    "level": "verdict_text",
    "completion": "panel_text",
}
_SIGNATURES = ("审核组长（签字）", "评审员（签字）", "受审核方代表（签字、盖章）", "日期")


def write_cover(form: FormBuilder) -> None:
    """Write 封面."""
    sheet = form.add_sheet(layout.COVER)
    sheet.fit_to_pages(1, 1)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    _heading(form, sheet)
    for field in COVER_FIELDS:
        _field(form, sheet, layout.cover_row(field.key), field)
    _panel(form, sheet)
    _missing(form, sheet)
    row = _notes(form, sheet, _NOTES_ROW + 1)
    row = _signatures(form, sheet, row + 1)
    sheet.print_area(0, 0, row, _LAST_COLUMN)
    sheet.set_selection(
        layout.COVER_FIRST_ROW,
        layout.COVER_INPUT_COLUMN,
        layout.COVER_FIRST_ROW,
        layout.COVER_INPUT_COLUMN,
    )
    sheet.activate()


def _heading(form: FormBuilder, sheet: Worksheet) -> None:
    standard, formats = form.standard, form.formats
    write_text(sheet, 0, 1, f"{standard.subject or standard.title} 审核工作簿", formats["title"])
    sheet.set_row(0, 36)
    source = f"依据：《{standard.title}》 {standard.edition} 版"
    parts = [source]
    if standard.basis:
        parts.append(f"参照 {standard.basis}")
    if standard.publisher:
        parts.append(standard.publisher)
    write_text(sheet, 1, 1, "　|　".join(parts), formats["plain"])
    sheet.set_row(1, 20)
    row = layout.COVER_FIRST_ROW - 1
    sheet.set_row(row - 1, 8)
    for first, last, text in ((1, 3, "一、审核信息"), (4, 5, "二、评分结果（自动计算）")):
        write_section(form, sheet, row, (first, last), text)


def _field(form: FormBuilder, sheet: Worksheet, row: int, field: CoverField) -> None:
    formats = form.formats
    write_text(sheet, row, layout.COVER_LABEL_COLUMN, field.label, formats["label"])
    value = form.answers.cover.get(field.label)
    locked = form.lock_prefilled and value not in (None, "")
    kind = "date" if field.is_date else "text"
    style = formats[f"locked_{kind}" if locked else f"input_{kind}"]
    column = layout.COVER_INPUT_COLUMN
    write_input(sheet, row, column, value, style)
    write_text(sheet, row, column + 1, "必填" if field.required else "", formats["required"])
    sheet.set_row(row, field_height(value) if locked else _ROW_HEIGHT)
    rule = {**_rule(field), **_locked_prompt(field)} if locked else _rule(field)
    sheet.data_validation(row, column, row, column, rule)
    if field.required:
        address = absolute(row, column)
        sheet.conditional_format(
            row,
            column + 1,
            row,
            column + 1,
            {
                "type": "formula",
                "criteria": f"=IF(ISERROR({address}),TRUE,LEN(TRIM({address}))=0)",
                "format": formats["warn"],
            },
        )


def field_height(value: Value) -> float:
    """Return the height in points, in whole pixels, of a row that shows the whole text."""
    text = value if isinstance(value, str) else ""
    height = row_height((text, _WIDTHS[layout.COVER_INPUT_COLUMN]), least=_ROW_HEIGHT)
    return int(height * 4 / 3 + 0.5) * 0.75


def _locked_prompt(field: CoverField) -> dict[str, Any]:
    """Return the prompt of a locked field; it offers no list, as nothing can be chosen."""
    message = f"{field.label}在发放时已填写并锁定。如有误，请联系认证机构重新发放，勿自行更改。"
    return prompt(field.label, message, dropdown=False)


def _rule(field: CoverField) -> dict[str, Any]:
    match field.kind:
        case Kind.CHOICE:
            return _choice_rule(field)
        case Kind.DATE:
            return _date_rule(field)
        case Kind.CREDIT_CODE:
            return _credit_code_rule(field)
        case Kind.TEXT | Kind.NUMBER:
            return prompt(
                field.label,
                f"请填写{field.label}，不超过 {field.limit} 字。",
                validate="length",
                criteria="<=",
                value=field.limit,
                **alert("内容过长", f"{field.label}不超过 {field.limit} 字。"),
            )


def _choice_rule(field: CoverField) -> dict[str, Any]:
    message = f"请从下拉列表选择：{'、'.join(field.choices)}。"
    return prompt(
        field.label,
        message,
        validate="list",
        source=f"={layout.choices_name(field)}",
        **alert(f"{field.label}无效", message),
    )


def _credit_code_rule(field: CoverField) -> dict[str, Any]:
    length = f"{CREDIT_CODE_LENGTH} 位"
    return prompt(
        field.label,
        f"{length}，照营业执照填写。",
        validate="length",
        criteria="==",
        value=CREDIT_CODE_LENGTH,
        error_type="warning",
        **alert(f"请核对{field.label}", f"{field.label}应为 {length}。确认无误后可继续。"),
    )


def _date_rule(field: CoverField) -> dict[str, Any]:
    example, earliest = field.example, date_formula(EARLIEST_DATE)
    if field.not_before:
        start = f"不得早于{cover_field(field.not_before).label}"
        hint = f"格式如 {example}，{start}。"
        error = f"请填写有效日期（如 {example}），且{start}。"
        minimum = f"=MAX({formulas_cover.cover_input(field.not_before)},{earliest})"
    else:
        hint, error = f"格式如 {example}。", f"请填写有效日期，如 {example}。"
        minimum = f"={earliest}"
    return prompt(
        field.label,
        hint,
        validate="date",
        criteria="between",
        minimum=minimum,
        maximum=f"={date_formula(LATEST_DATE)}",
        **alert("日期无效", error),
    )


def _panel(form: FormBuilder, sheet: Worksheet) -> None:
    standard, results, formats = form.standard, form.results, form.formats
    texts = {
        "base": formulas_cover.base(standard),
        "deductions": formulas_special.special_reference(layout.DEDUCTION_TOTAL_ROW),
        "bonus": formulas_special.special_reference(layout.BONUS_TOTAL_ROW),
        "final": formulas_cover.final(),
        "level": formulas_cover.level(standard),
        "completion": formulas_cover.completion(standard),
    }
    for number, (field, label) in enumerate(layout.PANEL):
        row = layout.COVER_FIRST_ROW + number
        write_text(sheet, row, layout.PANEL_LABEL_COLUMN, label, formats["label"])
        value = getattr(results, field)
        column = layout.PANEL_VALUE_COLUMN
        write_result(sheet, row, column, texts[field], formats[_PANEL_STYLES[field]], value)
    _level_colours(form, sheet)


def _level_colours(form: FormBuilder, sheet: Worksheet) -> None:
    standard, address = form.standard, formulas_cover.panel_cell("level")
    failed = (standard.not_passed.label, standard.special.deduction.exceeded)
    rules = (
        (f"={address}={quoted(layout.INCOMPLETE_LEVEL)}", "warn"),
        ("=OR(" + ",".join(f"{address}={quoted(t)}" for t in failed) + ")", "bad"),
        (f"=LEN({address})>0", "good"),
    )
    for criteria, style in rules:
        sheet.conditional_format(
            address.replace("$", ""),
            {
                "type": "formula",
                "criteria": criteria,
                "format": form.formats[style],
                "stop_if_true": True,
            },
        )


def _missing(form: FormBuilder, sheet: Worksheet) -> None:
    formats = form.formats
    labels = ("尚缺", *formulas_cover.MISSING_KINDS)
    cells = zip(labels, formulas_cover.missing(form.standard), form.results.missing, strict=True)
    for number, (label, formula, value) in enumerate(cells):
        row, column = layout.MISSING_ROW + number, layout.PANEL_VALUE_COLUMN
        write_text(sheet, row, layout.PANEL_LABEL_COLUMN, label, formats["label"])
        write_result(sheet, row, column, formula, formats["missing"], value)
        sheet.set_row(row, _ROW_HEIGHT)
    first, last = layout.MISSING_ROW + 1, layout.MISSING_ROW + len(formulas_cover.MISSING_KINDS)
    column = layout.PANEL_VALUE_COLUMN
    top = f"{column_letters(column)}{first + 1}"
    nothing = quoted(formulas_cover.NOTHING_MISSING)
    sheet.conditional_format(
        first,
        column,
        last,
        column,
        {"type": "formula", "criteria": f"={top}<>{nothing}", "format": formats["warn"]},
    )


def _notes(form: FormBuilder, sheet: Worksheet, row: int) -> int:
    write_section(form, sheet, row, (1, _LAST_COLUMN), "三、填写说明")
    width = sum(_WIDTHS[1:])
    for number, text in enumerate(_instructions(form), start=1):
        line = f"{number}. {text}"
        sheet.merge_range(row + number, 1, row + number, _LAST_COLUMN, line, form.formats["note"])
        sheet.set_row(row + number, row_height((line, width), least=20))
        last = row + number
    return last


def _instructions(form: FormBuilder) -> list[str]:
    standard = form.standard
    bands = "、".join(band.label for band in standard.bands)
    notes = [
        "只填写浅黄色单元格，其余单元格已锁定。填写后直接保存，无需改名、增删行列或取消保护。",
        f"「{layout.RATINGS}」：每项先选评分档（{bands}），再填该档范围内的评分比例（如 85%），"
        "并写明审核证据。各档要点见「评分说明」。",
        f"「{layout.SPECIAL}」：每发现一项填一行；没有则留空。类别、事实描述、证据三项填齐方为完整。",
        "「状态」列与右上角「尚缺」逐项提示未填内容；全部填完后显示建议级别，认证决定由认证机构作出。",
    ]
    if standard.prorates:
        notes.insert(
            2,
            f"确不适用的指标，评分档选「{layout.NOT_APPLICABLE}」，评分比例留空，"
            "并在审核证据栏说明理由；基础得分按适用分值折算。",
        )
    return notes


def _signatures(form: FormBuilder, sheet: Worksheet, row: int) -> int:
    formats = form.formats
    write_section(form, sheet, row, (1, _LAST_COLUMN), "四、签字确认")
    for number, label in enumerate(_SIGNATURES):
        line = row + 1 + number // 2
        column = 1 if number % 2 == 0 else 4
        write_text(sheet, line, column, label, formats["note"])
        write_text(sheet, line, column + 1, "", formats["line"])
        sheet.set_row(line, 32)
    return row + len(_SIGNATURES) // 2
