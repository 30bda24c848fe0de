"""封面: the fields of the audit, the live result, missing entries, instructions, signatures."""

from __future__ import annotations

from decimal import Decimal
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
from cts_excel.workbook.form.formulas import date_formula, quoted
from cts_excel.workbook.form.imprint import insert_logo
from cts_excel.workbook.form.parts import (
    FormBuilder,
    alert,
    prompt,
    write_input,
    write_result,
    write_section,
    write_text,
)
from cts_excel.workbook.form.results import folded_value, stating_nothing
from cts_excel.workbook.form.style import STYLES, row_height
from cts_excel.workbook.ooxml.addresses import column_letters

_WIDTHS = (1.5, 18.0, 60.0, 7.0, 11.5, 38.5)
_LAST_COLUMN = len(_WIDTHS) - 1
_MARK_COLUMN = layout.COVER_INPUT_COLUMN + 1
_ONE_LINE, _TWO_LINES = 21.0, 31.5  # heights in points, whole pixels
# 封面必填项 and 指标评定 list several entries.
_TALL_ROWS = (layout.MISSING_ROW + 1, layout.MISSING_ROW + 2)
_SIGNATURE_HEIGHT = 24.0
# Text results need cells of general format: otherwise LibreOffice stores them as 0 in .xls.
_PANEL_STYLES = {
    "base": "panel",
    "deductions": "panel",
    "bonus": "panel",
    "final": "verdict",
    "level": "verdict_text",
    "reason": "panel_text",
    "completion": "panel_text",
}
_STRUT = " "  # seen by nobody; its lines keep a row that fits its texts from becoming too low


def write_cover(form: FormBuilder) -> None:
    """Write 封面."""
    sheet = form.add_sheet(layout.COVER)
    # A blank form fills one page at this width; long texts continue on a second one.
    sheet.set_margins(left=1.1, right=1.1, top=0.45, bottom=0.45)
    sheet.repeat_rows(layout.COVER_HEADLINE_ROW)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    hidden = (layout.COVER_FOLDED_COLUMN, layout.COVER_NOTHING_COLUMN)
    sheet.set_column(*hidden, None, None, {"hidden": True})
    _heading(form, sheet)
    for row in range(layout.COVER_FIRST_ROW, layout.LONG_TITLE_ROW):
        sheet.set_row(row, _least(row))
    for field in COVER_FIELDS:
        _field(form, sheet, layout.cover_row(field.key), field)
    _panel(form, sheet)
    _missing(form, sheet)
    _notes(form, sheet)
    last = _signatures(form, sheet)
    sheet.print_area(0, 0, last, _LAST_COLUMN)
    first = (layout.COVER_FIRST_ROW, layout.COVER_INPUT_COLUMN)
    sheet.set_selection(*first, *first)
    sheet.activate()


def _heading(form: FormBuilder, sheet: Worksheet) -> None:
    standard, formats = form.standard, form.formats
    title = f"{standard.subject or standard.title} 审核工作簿"
    source = f"依据：《{standard.title}》 {standard.edition} 版"
    parts = [source]
    if standard.basis:
        parts.append(f"参照 {standard.basis}")
    if standard.publisher:
        parts.append(standard.publisher)
    width = sum(_WIDTHS[1:_LAST_COLUMN])
    for row, text, style, least in (
        (0, title, "cover_title", 31.5),
        (1, "　|　".join(parts), "source", 18.0),
    ):
        _merged(form, sheet, (row, 1, row, _LAST_COLUMN - 1), text, style)
        sheet.set_row(row, row_height((text, width * 10 / STYLES[style]["font_size"]), least=least))
    row = layout.COVER_HEADLINE_ROW
    _merged(form, sheet, (row, 1, row, layout.COVER_INPUT_COLUMN), "", "cover_headline")
    headline = form.results.headline
    write_result(sheet, row, 1, formulas_cover.headline(), formats["cover_headline"], headline)
    _issuer(form, sheet, row)
    for first, last, text in (
        (1, _MARK_COLUMN, "一、审核信息"),
        (layout.PANEL_LABEL_COLUMN, _LAST_COLUMN, "二、评分结果（自动计算）"),
    ):
        write_section(form, sheet, layout.COVER_FIRST_ROW - 1, (first, last), text)


def _issuer(form: FormBuilder, sheet: Worksheet, row: int) -> None:
    """Write what the issuing body prints on its forms: name, document number, logo."""
    imprint = form.imprint
    text = "　".join(part for part in (imprint.body, imprint.document) if part)
    _merged(form, sheet, (row, layout.ISSUER_COLUMN, row, _LAST_COLUMN), text, "issuer")
    width = sum(_WIDTHS[layout.ISSUER_COLUMN :]) * 10 / STYLES["issuer"]["font_size"]
    sheet.set_row(row, row_height((text, width), least=_ONE_LINE))
    if imprint.logo:
        insert_logo(sheet, imprint.logo, int(_WIDTHS[_LAST_COLUMN] * 7 + 5))


def _merged(
    form: FormBuilder, sheet: Worksheet, area: tuple[int, int, int, int], text: str, style: str
) -> None:
    """Merge printed cells and write a text as a text."""
    sheet.merge_range(*area, "", form.formats[style])
    if text:
        write_text(sheet, area[0], area[1], text, form.formats[style])


def _field(form: FormBuilder, sheet: Worksheet, row: int, field: CoverField) -> None:
    formats = form.formats
    write_text(sheet, row, layout.COVER_LABEL_COLUMN, field.label, formats["label"])
    value = form.answers.cover.get(field.label)
    locked = form.lock_prefilled and value not in (None, "") and not field.to_confirm
    kind = "date" if field.is_date else "text"
    style = formats[f"locked_{kind}" if locked else f"input_{kind}"]
    column = layout.COVER_INPUT_COLUMN
    write_input(sheet, row, column, value, style)
    mark, look = _mark(field)
    write_text(sheet, row, _MARK_COLUMN, mark, formats[look])
    if field.kind is Kind.TEXT:
        strut = "strut" if field.lines == 1 else "strut_lines"
        write_text(sheet, row, 0, "\n".join([_STRUT] * field.lines), formats[strut])
    sheet.set_row(row, field_height(field, value))
    rule = {**_rule(field), **_locked_prompt(field)} if locked else _rule(field)
    sheet.data_validation(row, column, row, column, rule)
    if field.required:
        _requirement(form, sheet, row, field, value)


def _requirement(
    form: FormBuilder, sheet: Worksheet, row: int, field: CoverField, value: Value
) -> None:
    """Write the hidden cells that tell whether an entry states anything, and show if it does."""
    plain, nothing = form.formats["plain"], stating_nothing(value, form.results.spelled)
    for column, formula, result in (
        (layout.COVER_FOLDED_COLUMN, formulas_cover.folded_entry(field.key), folded_value(value)),
        (
            layout.COVER_NOTHING_COLUMN,
            formulas_cover.entry_states_nothing(field.key),
            Decimal(nothing),
        ),
    ):
        write_result(sheet, row, column, formula, plain, result)
    sheet.conditional_format(
        row,
        _MARK_COLUMN,
        row,
        _MARK_COLUMN,
        {
            "type": "formula",
            "criteria": f"={formulas_cover.is_missing(field.key)}",
            "format": form.formats["warn"],
        },
    )


def _mark(field: CoverField) -> tuple[str, str]:
    """Return what stands right of an input, and its style."""
    if field.required:
        return "必填", "required"
    if field.to_confirm:
        return "请核对", "aside"
    return (f"{field.limit}字内" if field.lines > 1 else ""), "aside"


def _least(row: int) -> float:
    return _TWO_LINES if row in _TALL_ROWS else _ONE_LINE


def field_height(field: CoverField, value: Value) -> float:
    """Return the height in points, in whole pixels, of a row that shows the whole text."""
    text = value if isinstance(value, str) else ""
    room = "\n" * (field.lines - 1)  # of a text of several lines
    width = _WIDTHS[layout.COVER_INPUT_COLUMN]
    least = _least(layout.cover_row(field.key))
    height = row_height((text, width), (room, width), least=least)
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
            more = "按 Alt+Enter 换行。" if field.lines > 1 else ""
            return prompt(
                field.label,
                f"{field.hint or f'请填写{field.label}。'}不超过 {field.limit} 字。{more}",
                validate="length",
                criteria="<=",
                value=field.limit,
                **alert("内容过长", f"{field.label}不超过 {field.limit} 字。"),
            )


def _choice_rule(field: CoverField) -> dict[str, Any]:
    message = f"请从下拉列表选择：{'、'.join(field.choices)}。"
    if field.to_confirm:
        message = f"请从下拉列表选择{field.label}。已填写的是按统一社会信用代码推定的，请核对。"
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
        "reason": formulas_cover.reason(standard),
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
    labels = ("尚缺", *layout.MISSING_KINDS)
    cells = zip(labels, formulas_cover.missing(form.standard), form.results.missing, strict=True)
    column = layout.PANEL_VALUE_COLUMN
    for row, (label, formula, value) in enumerate(cells, start=layout.MISSING_ROW):
        write_text(sheet, row, layout.PANEL_LABEL_COLUMN, label, formats["label"])
        write_result(sheet, row, column, formula, formats["missing"], value)
    first, last = layout.MISSING_ROW + 1, layout.MISSING_ROW + len(layout.MISSING_KINDS)
    top = f"{column_letters(column)}{first + 1}"
    nothing = quoted(formulas_cover.NOTHING_MISSING)
    sheet.conditional_format(
        first,
        column,
        last,
        column,
        {"type": "formula", "criteria": f"={top}<>{nothing}", "format": formats["warn"]},
    )


def _notes(form: FormBuilder, sheet: Worksheet) -> None:
    """Write the heading of the long texts, and beside these how to fill in the form."""
    row = layout.LONG_TITLE_ROW
    write_section(form, sheet, row, (1, _MARK_COLUMN), "三、认证范围与审核结论")
    columns = (layout.PANEL_LABEL_COLUMN, _LAST_COLUMN)
    write_section(form, sheet, row, columns, "四、填写说明")
    text = "\n".join(f"{n}. {line}" for n, line in enumerate(_instructions(form), start=1))
    area = (row + 1, columns[0], row + len(layout.LONG_FIELDS), columns[1])
    _merged(form, sheet, area, text, "note_block")


def _instructions(form: FormBuilder) -> list[str]:
    notes = [
        "只填浅黄色单元格，填后直接保存；勿改名、增删行列或取消保护。",
        f"“{layout.RATINGS}”先选评分档，再填该档范围内的比例，并写明证据；各档要点见“评分说明”。",
        f"“{layout.SPECIAL}”每发现一项填一行，类别、事实描述、证据填齐；没有则留空。",
        "“状态”列与上方“尚缺”提示未填内容；填完显示建议级别，认证决定由认证机构作出。",
    ]
    if form.standard.prorates:
        left_out = (
            f"确不适用的选“{layout.NOT_APPLICABLE}”，比例留空，证据栏写明理由；"
            "基础得分按适用分值折算。"
        )
        notes.insert(2, left_out)
    return notes


def _signatures(form: FormBuilder, sheet: Worksheet) -> int:
    """Write a line and a date for each signature; nobody reads them back. Return the last row."""
    formats, row = form.formats, layout.SIGNATURE_TITLE_ROW
    write_section(form, sheet, row, (1, _LAST_COLUMN), "五、签字确认")
    rule = _day_rule("签字日期", "可打印后手写；如在此填写，格式如 2025-09-30。")
    for line, label in enumerate(layout.SIGNATURES, start=row + 1):
        write_text(sheet, line, layout.COVER_LABEL_COLUMN, label, formats["note"])
        write_text(sheet, line, layout.COVER_INPUT_COLUMN, "", formats["line"])
        write_text(sheet, line, layout.PANEL_LABEL_COLUMN, "日期", formats["note"])
        column = layout.PANEL_VALUE_COLUMN
        write_input(sheet, line, column, None, formats["input_date"])
        sheet.data_validation(line, column, line, column, rule)
        sheet.set_row(line, _SIGNATURE_HEIGHT)
    return row + len(layout.SIGNATURES)


def _day_rule(label: str, hint: str) -> dict[str, Any]:
    return prompt(
        label,
        hint,
        validate="date",
        criteria="between",
        minimum=f"={date_formula(EARLIEST_DATE)}",
        maximum=f"={date_formula(LATEST_DATE)}",
        **alert("日期无效", f"请填写有效日期。{hint}"),
    )
