"""趋势与分布: when and where audits pass, with the counts beside every rate."""

from __future__ import annotations

from collections.abc import Sequence

from cts_excel.audit.levels import percent_shown
from cts_excel.standard.model import NOT_PASSED
from cts_excel.summary.figures.trends import SMALL, Slice, cycles, slices
from cts_excel.summary.sheets.context import NOTHING_GRADED, SummaryContext, SummarySheet
from cts_excel.summary.writing import charts, paired_charts
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.flow import page_breaks, print_size
from cts_excel.summary.writing.heights import ONE_LINE
from cts_excel.summary.writing.sheet import BulkSheet, float_text
from cts_excel.summary.writing.table import Column, number, score, text
from cts_excel.summary.writing.text import fitted

TITLE = "趋势与分布"
CYCLES = "历次评定"
FIRST_ROW = 3
_CHART_ROWS, _CHART_HEIGHT = 11, 236  # pixels
_LABEL = 30  # units of width
_MOST_SCALE = 78  # percent
_LEAST_CHARTED = 2  # groups: one column is no picture
_CHARTED = ("月份", "行业", "省份")
NOTE = (
    "按审核结束日期与封面信息分组，只计已评定的审核。比率旁注明份数；"
    f"少于 {SMALL} 份的组标注“样本少”，其比率仅供参考，不宜据此比较。"
)


def columns(context: SummaryContext, title: str) -> list[Column[Slice]]:
    """Return the columns, one per level of the standard among them."""

    def level(key: str, label: str) -> Column[Slice]:
        return number(label, 8, lambda s: str(s.levels.get(key, 0)), "rank")

    return [
        text(title, _LABEL, lambda s: fitted(s.label, _LABEL), "label"),
        number("份数", 8, lambda s: str(s.n), "rank"),
        number("通过", 8, lambda s: str(s.passed), "rank"),
        number("通过率", 9, lambda s: float_text(s.passed / s.n), "percent_centre"),
        score("平均最终得分", 12, lambda s: float_text(s.mean)),
        *(level(one.key, one.label) for one in context.standard.levels),
        level(NOT_PASSED, "未通过"),
        text("说明", 12, lambda s: "样本少" if s.small else "", "alert_centre"),
    ]


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write a block per dimension, and one of all runs if there are earlier ones."""
    widths = [column.width for column in columns(context, "")]
    sheet = book.sheet(TITLE, widths, heading=TITLE, note=NOTE, landscape=False)
    if not context.figures.n:
        sheet.write_string(FIRST_ROW, 0, NOTHING_GRADED, book.format("note_line"))
        sheet.print_area(0, 0, FIRST_ROW, len(widths) - 1)
        return
    sheet.set_default_row(ONE_LINE)  # the same in every application: pages end where we say
    row, heights = FIRST_ROW, [(27.0, True), (15.0, True), (ONE_LINE, True)]
    blocks = dict(slices(context.outcomes, context.ranking))
    if context.earlier:
        blocks = {CYCLES: cycles(context.outcomes, context.ranking, context.earlier), **blocks}
    for title, groups in blocks.items():
        heights += _heights(title, groups)
        row = _block(book, sheet, context, row, title, groups) + 1
    size = print_size(widths, landscape=False, most=_MOST_SCALE)
    sheet.set_print_scale(size.scale)
    sheet.center_horizontally()
    if breaks := page_breaks(heights, size.room):
        sheet.set_h_pagebreaks(breaks)
    sheet.print_area(0, 0, row - 2, len(widths) - 1)


def _block(
    book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext, row: int, title: str,
    groups: Sequence[Slice],
) -> int:  # fmt: skip
    """Write a title, a chart where it says something, and a table; return the row after it."""
    sheet.write_string(row, 0, f"按{title}" if title != CYCLES else title, book.format("block"))
    row += 1
    if shown := _charted(title, groups):
        _chart(book, sheet, context, row, title, shown)
        row += _CHART_ROWS
    sheet.set_row(row, 30)
    return book.block(sheet, row, columns(context, title), groups)


def _charted(title: str, groups: Sequence[Slice]) -> list[Slice]:
    """Return the groups that a chart shows; none where a chart would say nothing."""
    if title == CYCLES:
        shown = list(groups)
    else:
        shown = [one for one in groups if not one.small and title in _CHARTED]
    return shown if len(shown) >= _LEAST_CHARTED else []


def _heights(title: str, groups: Sequence[Slice]) -> list[tuple[float, bool]]:
    """Return the height of each row of a block, and whether it stays with the next one.

    A block is divided only if it is higher than a page.
    """
    chart = [(ONE_LINE, True)] * (_CHART_ROWS if _charted(title, groups) else 0)
    table = [(ONE_LINE, True)] * (len(groups) - 1) + [(ONE_LINE, False)]
    return [(ONE_LINE, True), *chart, (30.0, True), *table, (ONE_LINE, False)]


def _chart(
    book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext, row: int, title: str,
    groups: Sequence[Slice],
) -> None:  # fmt: skip
    """Draw counts as columns and the pass rate as a line, of the groups that are large enough."""
    data = context.chart_data
    labels = data.add(title, [one.label for one in groups])
    counts = data.add("份数", [float(one.n) for one in groups])
    rates = data.add("通过率", [one.passed / one.n for one in groups])
    timed = title in ("月份", CYCLES)
    most = max(one.n for one in groups)
    chart = paired_charts.counts_and_rates(
        book.workbook, labels, counts, rates, most=most, joined=timed
    )
    size = (int(sum(7 * c.width + 5 for c in columns(context, ""))) - 4, _CHART_HEIGHT)
    charts.frame(chart, f"{title}：份数与通过率", size, charts.LEGEND)
    described = "，".join(
        f"{one.label} {one.n} 份 {percent_shown(one.passed / one.n)}" for one in groups
    )
    sheet.insert_chart(row, 0, chart, {"description": f"{title}：{described}"[:900]})


SHEET = SummarySheet(
    TITLE, write, guide="按月份、季度、审核类型与方式、行业、省份、审核组长的份数、通过率与级别"
)
