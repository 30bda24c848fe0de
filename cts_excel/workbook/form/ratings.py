"""评分表: one row per indicator, and the sums below the table."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from cts_excel.standard.model import Group, Indicator, Section, Standard
from cts_excel.workbook.form import formulas, formulas_cover, layout
from cts_excel.workbook.form.answers import RatingAnswer
from cts_excel.workbook.form.layout import RATING_COLUMN
from cts_excel.workbook.form.parts import (
    MESSAGE_LIMIT,
    FormBuilder,
    alert,
    prompt,
    write_input,
    write_result,
    write_text,
)
from cts_excel.workbook.form.results import rounded
from cts_excel.workbook.form.style import clipped, row_height, units
from cts_excel.workbook.ooxml.addresses import column_letters

_WIDTHS = {
    "section": 16.0,
    "group": 18.0,
    "clause": 9.5,
    "text": 50.0,
    "weight": 6.5,
    "band": 11.5,
    "percent": 10.0,
    "score": 9.0,
    "evidence": 56.0,
    "state": 13.0,
}
_BAND_WIDEST = 20.0
_EVIDENCE_LIMIT = 2000
_SUM_COLUMNS = ("section", "group", "clause", "text", "weight", "band", "percent", "score")
_SUM_GAP = 2  # rows from the last indicator down to the head of the sums


def write_ratings(form: FormBuilder) -> None:
    """Write 评分表."""
    sheet = form.add_sheet(layout.RATINGS)
    widths = _WIDTHS | {"band": _band_width(form.standard)}
    for name, width in widths.items():
        sheet.set_column(RATING_COLUMN[name], RATING_COLUMN[name], width)
    _heading(form, sheet)
    for number, indicator in enumerate(form.standard.indicators):
        _indicator(form, sheet, number, indicator)
    _validations(form, sheet)
    _conditional_formats(form, sheet)
    last = _sums(form, sheet, layout.rating_last_row(form.standard) + _SUM_GAP)
    header, columns = layout.RATING_HEADER_ROW, len(layout.RATING_COLUMNS)
    sheet.autofilter(header, 0, layout.rating_last_row(form.standard), columns - 1)
    sheet.freeze_panes(header + 1, RATING_COLUMN["text"])
    sheet.repeat_rows(header)
    sheet.print_area(0, 0, last, columns - 1)
    first = layout.RATING_FIRST_ROW
    sheet.set_selection(first, RATING_COLUMN["band"], first, RATING_COLUMN["band"])


def _band_width(standard: Standard) -> float:
    """Return a width that shows every band's label in one line, within reason."""
    longest = max(units(label) for label in layout.band_choices(standard))
    return min(_BAND_WIDEST, max(_WIDTHS["band"], longest + 3.0))


def _heading(form: FormBuilder, sheet: Worksheet) -> None:
    standard, formats = form.standard, form.formats
    write_text(sheet, 0, 0, f"{standard.title} 评分表", formats["title"])
    sheet.set_row(0, 32)
    write_result(sheet, 1, 0, formulas_cover.headline(), formats["plain"], form.results.headline)
    sheet.set_row(1, 20)
    for name, heading in layout.RATING_COLUMNS:
        write_text(sheet, layout.RATING_HEADER_ROW, RATING_COLUMN[name], heading, formats["head"])
    sheet.set_row(layout.RATING_HEADER_ROW, 28)


def _indicator(form: FormBuilder, sheet: Worksheet, number: int, indicator: Indicator) -> None:
    standard, formats, results = form.standard, form.formats, form.results
    row = layout.RATING_FIRST_ROW + number
    section, group = standard.section_of(indicator.clause), standard.group_of(indicator.clause)
    answer = form.answers.ratings.get(indicator.clause, RatingAnswer())
    for name, text, style in (
        ("section", section.label, "text"),
        ("group", group.label, "text"),
        ("clause", indicator.clause, "centre"),
        ("text", indicator.text, "text"),
    ):
        write_text(sheet, row, RATING_COLUMN[name], text, formats[style])
    sheet.write_number(row, RATING_COLUMN["weight"], float(indicator.weight), formats["number"])
    write_input(sheet, row, RATING_COLUMN["band"], answer.band, formats["input_choice"])
    write_input(sheet, row, RATING_COLUMN["percent"], answer.percent, formats["input_percent"])
    write_input(sheet, row, RATING_COLUMN["evidence"], answer.evidence, formats["input_text"])
    score, state = results.scores[number], results.states[number]
    formula = formulas.item_score(row)
    write_result(sheet, row, RATING_COLUMN["score"], formula, formats["score"], score)
    formula = formulas.state(standard, row)
    write_result(sheet, row, RATING_COLUMN["state"], formula, formats["centre"], state)
    texts = (
        (section.label, _WIDTHS["section"]),
        (group.label, _WIDTHS["group"]),
        (indicator.text, _WIDTHS["text"]),
        (answer.evidence, _WIDTHS["evidence"]),
    )
    sheet.set_row(row, row_height(*texts, least=38))


def _validations(form: FormBuilder, sheet: Worksheet) -> None:
    standard = form.standard
    first, last = layout.RATING_FIRST_ROW, layout.rating_last_row(standard)
    band, percent, evidence = (RATING_COLUMN[name] for name in layout.RATING_INPUTS)
    choices = "、".join(layout.band_choices(standard))
    sheet.data_validation(
        first,
        band,
        last,
        band,
        prompt(
            "评分档",
            rubric_prompt(form),
            validate="list",
            source=f"={layout.NAME_BAND_CHOICES}",
            **alert("评分档无效", f"请从下拉列表选择：{choices}。"),
        ),
    )
    sheet.data_validation(
        first,
        percent,
        last,
        percent,
        prompt(
            "评分比例",
            "先选评分档，再填该档范围内（含上下限）的比例，如 85%。一般取整数百分比。",
            validate="decimal",
            criteria="between",
            minimum="=" + formulas.band_low(first),
            maximum=formulas.band_high_or_whole(first),
            **alert(
                "评分比例不在档内",
                "评分比例须在所选评分档的范围内（含上下限），如 85%。请改填比例或改选评分档。",
            ),
        ),
    )
    sheet.data_validation(
        first,
        evidence,
        last,
        evidence,
        prompt(
            "审核证据",
            "写明所查文件、记录、人员或现场情况，能追溯到出处。",
            validate="length",
            criteria="<=",
            value=_EVIDENCE_LIMIT,
            **alert("内容过长", f"审核证据不超过 {_EVIDENCE_LIMIT} 字。"),
        ),
    )


def rubric_prompt(form: FormBuilder) -> str:
    """Word the rubric for a prompt: each band with its first bullet, cut to fit Excel's limit."""
    bands, closing = form.standard.bands, "各档全部要点见「评分说明」。"
    room = (MESSAGE_LIMIT - len(closing)) // len(bands) - 1
    shown = [clipped(f"{b.label}：{b.bullets[0] if b.bullets else ''}", room) for b in bands]
    return clipped("\n".join((*shown, closing)), MESSAGE_LIMIT)


def _conditional_formats(form: FormBuilder, sheet: Worksheet) -> None:
    first, last = layout.RATING_FIRST_ROW, layout.rating_last_row(form.standard)
    percent, state = (
        f"${column_letters(RATING_COLUMN[name])}{first + 1}" for name in ("percent", "state")
    )

    def mark(columns: tuple[str, ...], criteria: str, style: str) -> None:
        for name in columns:
            column = RATING_COLUMN[name]
            rule = {"type": "formula", "criteria": criteria, "format": form.formats[style]}
            sheet.conditional_format(first, column, last, column, rule)

    for name in ("section", "group"):
        letters = column_letters(RATING_COLUMN[name])
        mark((name,), f"=${letters}{first + 1}=${letters}{first}", "repeat")
    finer = f"ROUND({percent}*100,6)<>ROUND({percent}*100,0)"
    mark(("percent",), f"=IF(ISNUMBER({percent}),{finer},FALSE)", "fine_percent")
    wrong = _any_of(state, layout.ERROR_VALUE, layout.BAD_PERCENT, layout.OUTSIDE)
    mark(("percent",), wrong, "bad")
    mark(("band",), _any_of(state, layout.BAD_BAND), "bad")
    mark(("percent",), _any_of(state, layout.NO_PERCENT, layout.SURPLUS_PERCENT), "warn")
    mark(("band",), _any_of(state, layout.NO_BAND), "warn")
    finished = formulas_cover.finished_states(form.standard)
    done = tuple(text for text in finished if text != layout.NO_EVIDENCE)
    mark(("state",), _any_of(state, *done), "good")
    bad = (layout.ERROR_VALUE, layout.BAD_BAND, layout.BAD_PERCENT, layout.OUTSIDE)
    mark(("state",), _any_of(state, *bad), "bad")
    mark(("state",), f'=LEFT({state},1)="缺"', "warn")


def _any_of(address: str, *texts: str) -> str:
    return "=OR(" + ",".join(f"{address}={formulas.quoted(text)}" for text in texts) + ")"


def _sums(form: FormBuilder, sheet: Worksheet, row: int) -> int:
    """Write the sums, outside the filter's range and by label: filters cannot break them."""
    standard, formats = form.standard, form.formats
    names = {"section": "小计", "text": "", "weight": "分值", "percent": "得分率", "score": "得分"}
    for name in _SUM_COLUMNS:
        write_text(sheet, row, RATING_COLUMN[name], names.get(name, ""), formats["head"])
    sheet.set_row(row, 24)
    for section in standard.sections:
        groups = [g for g in standard.groups if standard.section_by_clause[_above(g)] is section]
        for group in groups:
            row += 1
            _sum_row(form, sheet, row, section, group)
        row += 1
        _sum_row(form, sheet, row, section, None)
    row += 1
    _sum_row(form, sheet, row, None, None)
    return row


def _above(group: Group) -> str:
    return group.clause.rpartition(".")[0]


def _sum_row(
    form: FormBuilder, sheet: Worksheet, row: int, section: Section | None, group: Group | None
) -> None:
    standard, results, formats = form.standard, form.results, form.formats
    heading = group or section
    weight = heading.weight if heading else standard.total
    earned = results.subtotals[heading.clause] if heading else results.earned
    column = "group" if group else "section"
    kind = "part" if group else "sum"
    for name in _SUM_COLUMNS:
        write_text(sheet, row, RATING_COLUMN[name], "", formats[f"{kind}_blank"])
    label = heading.label if heading else "合计"
    write_text(sheet, row, RATING_COLUMN[column], label, formats[f"{kind}_label"])
    for name, value in (("weight", weight), ("score", earned)):
        formula = (
            formulas.subtotal(standard, row, column, name)
            if heading
            else formulas.total(standard, name)
        )
        style = formats[f"{kind}_{'centre' if name == 'weight' else 'score'}"]
        write_result(sheet, row, RATING_COLUMN[name], formula, style, value)
    share = formulas.rate(row)
    value = rounded(earned / weight)
    write_result(sheet, row, RATING_COLUMN["percent"], share, formats[f"{kind}_rate"], value)
    sheet.set_row(row, 22)
