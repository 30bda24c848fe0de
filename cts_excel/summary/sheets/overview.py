"""总览: one A4 landscape page, from headline figures to what a person must review or handle."""

from __future__ import annotations

from collections.abc import Sequence

from cts_excel.audit.levels import percent_shown
from cts_excel.audit.outcome import Status
from cts_excel.summary.figures.headline import Headline, headline, sentences
from cts_excel.summary.figures.reviewing import in_review_order
from cts_excel.summary.sheets.context import GRADES, PENDING, SummaryContext, SummarySheet
from cts_excel.summary.sheets.overview_charts import (
    LOWER_ROW,
    ROW_PIXELS,
    TITLE,
    UPPER_ROW,
    draw,
)
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.heights import height_of, merged_width, text_lines
from cts_excel.summary.writing.sheet import BulkSheet, Link, float_text
from cts_excel.summary.writing.style import NAVY, font_size
from cts_excel.summary.writing.text import fitted

COLUMNS = 24
PANEL_FROM = 16  # first column of the right-hand tables
TILE_WIDTHS = (4, 3, 3, 4, 3, 3, 4)
TILE_ROW, SENTENCE_ROW, FOOT_ROW = 3, 7, 38
ROW_HEIGHTS = {
    0: 36, 1: 18, 2: 6, 3: 20, 4: 36, 5: 18, 6: 8, 8: 8, UPPER_ROW: 23, 21: 8, LOWER_ROW: 23,
}  # fmt: skip  # pixels
COLUMN_WIDTH = 6.3
FOOT = (
    "级别均为建议级别，认证决定由认证决定人员作出。只有“已评定”计入统计，重复文件只计一次。"
    "各图数据见隐藏的“图表数据”和各分表。"
)
ACTION = (Status.CONFLICT, Status.NEEDS_CORRECTION, Status.REJECTED)


class _Page:
    """The sheet with the context that its parts show."""

    def __init__(self, book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext) -> None:
        self.book, self.sheet, self.context = book, sheet, context

    def merged(self, row: int, first: int, last: int, text: str, style: str) -> None:
        self.book.merged(self.sheet, row, (first, last), text, style)

    def line(self, row: int, text: str, style: str, first: int = 0) -> None:
        self.merged(row, first, COLUMNS - 1, text, style)

    def panel_row(self, row: int, cells: Sequence[str], style: str, spans: Sequence[int]) -> None:
        column = PANEL_FROM
        for text, span in zip(cells, spans, strict=True):
            self.merged(row, column, column + span - 1, text, style)
            column += span


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the page."""
    sheet = book.sheet(TITLE, [COLUMN_WIDTH] * COLUMNS)
    page = _Page(book, sheet, context)
    sheet.set_tab_color(NAVY)
    for row in range(FOOT_ROW + 1):
        sheet.set_row_pixels(row, ROW_HEIGHTS.get(row, ROW_PIXELS))
    _heading(page)
    head = headline(context.figures, context.tally)
    _tiles(page, head)
    lead = "\n".join(
        sentences(context.figures, context.tally, head, context.previous, context.changes)
    )
    size = font_size("lead")
    count = text_lines(lead, merged_width([COLUMN_WIDTH] * COLUMNS), size)
    sheet.set_row(SENTENCE_ROW, height_of(count, size))
    page.line(SENTENCE_ROW, lead, "lead")
    draw(book, sheet, context)
    _review(page)
    _action(page)
    page.line(FOOT_ROW, FOOT, "note_line")
    sheet.print_area(0, 0, FOOT_ROW, COLUMNS - 1)
    sheet.fit_to_pages(1, 1)
    sheet.center_horizontally()
    sheet.set_margins(0.35, 0.35, 0.4, 0.5)
    sheet.activate()


def _heading(page: _Page) -> None:
    standard, facts = page.context.standard, page.context.facts
    page.line(0, f"{standard.subject}  评定总览", "headline")
    parts = [
        f"依据：《{standard.title}》（{standard.edition} 版）",
        f"评定时间：{facts.started:%Y-%m-%d %H:%M}",
    ]
    page.line(1, "    ".join(parts), "note_line")


def _tiles(page: _Page, head: Headline) -> None:
    """Write the headline figures, as formulas if 评分汇总 holds what they count."""
    book, context = page.book, page.context
    cells, count = context.grade_cells, context.outcomes.count
    final = cells.columns["最终得分"]
    live = [
        f'=IF({cells.none_graded},"—",{figure})'
        for figure in (cells.pass_rate, f"AVERAGE({final})", f"MEDIAN({final})")
    ]
    waits = "、".join(f"{status.shown} {count(status):,}" for status in ACTION)
    share = f"占收到文件 {percent_shown(head.graded / head.files)}" if head.files else ""
    passed = f"通过 {head.passed:,}，未通过 {head.graded - head.passed:,}"
    twice = f"重复 {count(Status.DUPLICATE):,} 个，只计一次"
    if replaced := count(Status.SUPERSEDED):
        twice += f"；已更正 {replaced:,} 个"
    mean, median = (
        book.score_style("tile_points", float_text(value)) for value in (head.mean, head.median)
    )
    reviews, waiting = len(context.reviews), sum(map(count, ACTION))
    tiles = (
        ("收到文件", "", head.files, twice, "tile"),
        ("已评定", f"={cells.graded}", head.graded, share, "tile"),
        ("通过率", live[0], head.pass_rate, passed, "tile_percent"),
        ("平均最终得分", live[1], head.mean, head.mean_note, mean),
        ("中位数", live[2], head.median, head.range_note, median),
        ("需复核", "", reviews, _review_note(head.graded, reviews), _alarm(reviews)),
        ("需要处理", "", waiting, waits, _alarm(waiting)),
    )  # fmt: skip
    first = 0
    for (title, formula, value, note, style), width in zip(tiles, TILE_WIDTHS, strict=True):
        last = first + width - 1
        page.merged(TILE_ROW, first, last, title, "tile_label")
        form, row = book.format(style), TILE_ROW + 1
        page.sheet.merge_range(row, first, row, last, "", form)
        shown = "—" if value is None else value
        if formula and context.one_grade_sheet:
            page.sheet.write_formula(row, first, formula, form, shown)
        else:
            page.sheet.write(row, first, shown, form)
        page.merged(TILE_ROW + 2, first, last, note, "tile_note")
        first = last + 1


def _alarm(count: int) -> str:
    """Name the format of a count that asks for action: red only if there is something to do."""
    return "tile_alert" if count else "tile"


def _review_note(graded: int, reviews: int) -> str:
    return f"占已评定 {percent_shown(reviews / graded)}" if graded else ""


def _review(page: _Page) -> None:
    """List the graded audits that a person should review, the gravest reason first."""
    context, spans = page.context, (3, 5)
    numbers = in_review_order(context.reviews)
    page.line(UPPER_ROW, f"需复核（{len(numbers):,} 份已评定）", "panel_title", PANEL_FROM)
    page.panel_row(UPPER_ROW + 1, ("企业名称", "原因"), "panel_heading", spans)
    row = UPPER_ROW + 2
    room = LOWER_ROW - 1 - row
    listed = numbers if len(numbers) <= room else numbers[: room - 1]
    for row, number in enumerate(listed, start=row):  # noqa: B020
        f = context.outcomes.file(number)
        name = fitted(f.organisation or f.file.rpartition("/")[2], 22)
        page.panel_row(row, (name, fitted(context.review_text(number), 42)), "panel_small", spans)
    row = UPPER_ROW + 2 + len(listed)
    if len(numbers) > len(listed):
        more = f"另有 {len(numbers) - len(listed):,} 份，见“{GRADES}”的“需复核”列"
        page.line(row, more, "note_line", PANEL_FROM)
        page.sheet.add_link(row, PANEL_FROM, Link(location=f"'{GRADES}'!A1", tip="查看全部"))
    elif not numbers:
        page.line(row, "无。", "note_line", PANEL_FROM)


def _action(page: _Page) -> None:
    """List the files that a person must handle."""
    outcomes, spans = page.context.outcomes, (1, 3, 4)
    counts = "，".join(f"{status.shown} {outcomes.count(status):,}" for status in ACTION)
    page.line(LOWER_ROW, f"需要处理（{counts}）", "panel_title", PANEL_FROM)
    page.panel_row(LOWER_ROW + 1, ("状态", "企业／文件", "原因"), "panel_heading", spans)
    numbers = [n for status in ACTION for n in outcomes.numbers(status)]
    row = LOWER_ROW + 2
    room = FOOT_ROW - row
    listed = numbers if len(numbers) <= room else numbers[: room - 1]
    for row, f in enumerate(map(outcomes.file, listed), start=row):  # noqa: B020
        name = fitted(f.organisation or f.file.rpartition("/")[2], 25)
        cells = (f.shown_status.shown, name, fitted(f.why, 36))
        page.panel_row(row, cells, "panel_small", spans)
    row = LOWER_ROW + 2 + len(listed)
    if len(numbers) > len(listed):
        more = f"另有 {len(numbers) - len(listed):,} 个，见“{PENDING}”"
        page.line(row, more, "note_line", PANEL_FROM)
        page.sheet.add_link(row, PANEL_FROM, Link(location=f"'{PENDING}'!A1", tip="查看全部"))
    elif not numbers:
        page.line(row, "没有需要处理的文件。", "note_line", PANEL_FROM)


SHEET = SummarySheet(TITLE, write, guide="一页：结果、分布、强弱项、需复核与需要处理的审核")
