"""评分表: one row per indicator, and the sums below the table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from xlsxwriter.worksheet import Worksheet

from cts_excel.standard.model import Group, Indicator, Section, Standard
from cts_excel.workbook.form import formulas, formulas_cover, layout
from cts_excel.workbook.form.answers import RatingAnswer
from cts_excel.workbook.form.layout import RATING_COLUMN
from cts_excel.workbook.form.parts import (
    FormBuilder,
    alert,
    prompt,
    write_input,
    write_result,
    write_text,
    write_top,
)
from cts_excel.workbook.form.results import folded_value, rounded, stating_nothing
from cts_excel.workbook.form.style import (
    SECTION_COLOURS,
    clipped,
    lines,
    row_height,
    small_units,
    units,
)
from cts_excel.workbook.ooxml.addresses import cell_address, column_letters

# A window of 1366 pixels shows them all, also in LibreOffice with a wide substitute font.
_WIDTHS = {
    "section": 1.3,
    "group": 8.5,
    "clause": 7.5,
    "state": 9.0,
    "text": 33.0,
    "weight": 4.7,
    "band": 10.0,
    "percent": 7.3,
    "score": 6.5,
    "evidence": 28.0,
    "hint": 17.0,
}
_BAND_WIDEST = 18.0
_MOST_LEGEND = 8  # lines; all points stand in 评分说明
_LEGEND_LINE = 11.5  # points
_EVIDENCE_LIMIT = 2000
_SUM_COLUMNS = ("section", "group", "clause", "state", "text", "weight", "band", "percent", "score")
_SUM_GAP = 2  # rows from the last indicator down to the head of the sums


def write_ratings(form: FormBuilder) -> None:
    """Write 评分表."""
    sheet = form.add_sheet(layout.RATINGS)
    widths = _WIDTHS | {"band": _band_width(form.standard)}
    for name, width in widths.items():
        sheet.set_column(RATING_COLUMN[name], RATING_COLUMN[name], width)
    for name in layout.RATING_HELPERS:
        if name not in widths:
            sheet.set_column(RATING_COLUMN[name], RATING_COLUMN[name], None, None, {"hidden": True})
    hint = RATING_COLUMN["hint"]
    headline = (RATING_COLUMN["text"], hint)
    write_top(form, sheet, layout.RATINGS, headline, repeated=layout.RATING_HEADER_ROW)
    _legend(form, sheet, small_units(widths.values()))
    _heading(form, sheet)
    for number, indicator in enumerate(form.standard.indicators):
        _indicator(form, sheet, number, indicator)
    _validations(form, sheet)
    _conditional_formats(form, sheet)
    sums = layout.rating_last_row(form.standard) + _SUM_GAP
    last = _sums(form, sheet, sums)
    sheet.set_h_pagebreaks([sums])  # not one sum under the last indicator, the others overleaf
    header, columns = layout.RATING_HEADER_ROW, len(layout.RATING_COLUMNS)
    sheet.autofilter(header, 0, layout.rating_last_row(form.standard), columns - 1)
    sheet.freeze_panes(header + 1, RATING_COLUMN["evidence"])
    sheet.print_area(0, 0, last, hint)
    first = layout.RATING_FIRST_ROW
    sheet.set_selection(first, RATING_COLUMN["band"], first, RATING_COLUMN["band"])


def _band_width(standard: Standard) -> float:
    """Return a width that shows every band's label in one line, within reason."""
    longest = max(units(label) for label in layout.band_choices(standard))
    return min(_BAND_WIDEST, max(_WIDTHS["band"], longest + 2.0))


def _legend(form: FormBuilder, sheet: Worksheet, width: float) -> None:
    """Write the points of every band above the table, cut only if they take too many lines.

    :param width: of the sheet, in half characters of the legend's font.
    """
    formats, row, hint = form.formats, layout.LEGEND_ROW, RATING_COLUMN["hint"]
    sheet.merge_range(row, 0, row, hint, "", formats["legend"])
    texts = [(band.label, f"　{'；'.join(band.bullets)}") for band in form.standard.bands]
    if lines("\n".join(map("".join, texts)), width) > _MOST_LEGEND:
        room = int(max(1, _MOST_LEGEND // len(texts)) * width / 2)
        texts = [(label, clipped(points, room - len(label))) for label, points in texts]
    parts: list[Any] = []
    for number, (label, points) in enumerate(texts):
        start = "\n" if number else ""
        parts += [formats["legend_band"], start + label, formats["legend"], points]
    sheet.write_rich_string(row, 0, *parts, formats["legend"])
    text = "\n".join(map("".join, texts))
    sheet.set_row(row, lines(text, width) * _LEGEND_LINE + 5)


def _heading(form: FormBuilder, sheet: Worksheet) -> None:
    row = layout.RATING_HEADER_ROW
    for name, heading in (*layout.RATING_COLUMNS, ("hint", layout.HINT_HEADING)):
        style = form.formats["head_colour" if name == "section" else "head_filter"]
        write_text(sheet, row, RATING_COLUMN[name], heading, style)
    sheet.set_row(row, 34)


def _indicator(form: FormBuilder, sheet: Worksheet, number: int, indicator: Indicator) -> None:
    standard, formats = form.standard, form.formats
    row = layout.RATING_FIRST_ROW + number
    section, group = standard.section_of(indicator.clause), standard.group_of(indicator.clause)
    answer = form.answers.ratings.get(indicator.clause, RatingAnswer())
    colour = standard.sections.index(section) % len(SECTION_COLOURS)
    for name, text, style in (
        ("section", section.label, f"section_{colour}"),
        ("group", group.label, "text"),
        ("clause", indicator.clause, "centre"),
        ("text", indicator.text, "text"),
    ):
        write_text(sheet, row, RATING_COLUMN[name], text, formats[style])
    sheet.write_number(row, RATING_COLUMN["weight"], float(indicator.weight), formats["number"])
    write_input(sheet, row, RATING_COLUMN["band"], answer.band, formats["input_choice"])
    write_input(sheet, row, RATING_COLUMN["percent"], answer.percent, formats["input_percent"])
    write_input(sheet, row, RATING_COLUMN["evidence"], answer.evidence, formats["input_text"])
    _row_results(form, sheet, number, answer)
    texts = ((group.label, "group"), (indicator.text, "text"), (answer.evidence, "evidence"))
    sheet.set_row(row, row_height(*((text, _WIDTHS[name]) for text, name in texts), least=48))


def _row_results(form: FormBuilder, sheet: Worksheet, number: int, answer: RatingAnswer) -> None:
    standard, results = form.standard, form.results
    row = layout.RATING_FIRST_ROW + number
    evidence, folded = (cell_address(row, RATING_COLUMN[n]) for n in ("evidence", "folded"))
    nothing = Decimal(stating_nothing(answer.evidence, results.spelled))
    for name, formula, style, value in (
        ("score", formulas.item_score(row), "score", results.scores[number]),
        ("state", formulas.state(standard, row), "centre", results.states[number]),
        ("hint", formulas.hint(row), "hint", results.hints[number]),
        ("rank", formulas.band_rank(row), "plain", results.ranks[number]),
        ("folded", f"={formulas.folded_text(evidence)}", "plain", folded_value(answer.evidence)),
        ("bare", f"={formulas.states_nothing(folded)}", "plain", nothing),
    ):
        write_result(sheet, row, RATING_COLUMN[name], formula, form.formats[style], value)


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
            "各档要点见表头上方。",  # a longer text would cover the row
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
            "直接输入整数，不必输入 %。",
            validate="decimal",
            criteria="between",
            minimum=formulas.least_percent(first),
            maximum=formulas.greatest_percent(first),
            **alert(
                "评分比例不在所选档内",
                "比例只能在本行左侧所选评分档的上下限之间（含上下限）；"
                "要给更高分，请先改选评分档。尚未选档时，请先选评分档。",
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

    group = column_letters(RATING_COLUMN["group"])
    mark(("group",), f"=${group}{first + 1}=${group}{first}", "repeat")
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
    mark(("hint",), _any_of(state, *formulas.HINTS), "lacking_hint")
    bad = (layout.ERROR_VALUE, layout.BAD_BAND, layout.BAD_PERCENT, layout.OUTSIDE)
    mark(("state",), _any_of(state, *bad), "bad")
    mark(("state",), f'=LEFT({state},1)="缺"', "warn")


def _any_of(address: str, *texts: str) -> str:
    return "=OR(" + ",".join(f"{address}={formulas.quoted(text)}" for text in texts) + ")"


def _sums(form: FormBuilder, sheet: Worksheet, row: int) -> int:
    """Write the sums, outside the filter's range and by label: filters cannot break them."""
    standard, formats = form.standard, form.formats
    names = {formulas.SUM_LABEL: "小计", "weight": "分值", "percent": "得分率", "score": "得分"}
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
    at = RATING_COLUMN[formulas.SUM_LABEL]
    write_text(sheet, row, at, label, formats[f"{kind}_label"])
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
