"""总览: one A4 landscape page, from headline figures to what needs action."""

from __future__ import annotations

from decimal import Decimal

from cts_excel.audit.levels import shown
from cts_excel.audit.outcome import Status
from cts_excel.files.numbers import plain
from cts_excel.standard.model import NOT_PASSED
from cts_excel.summary.figures.headline import Headline, headline, sentences
from cts_excel.summary.figures.tally import NEAR
from cts_excel.summary.sheets import grades, pending
from cts_excel.summary.sheets.overview_charts import draw
from cts_excel.summary.sheets.run import Run
from cts_excel.summary.writing.book import Book
from cts_excel.summary.writing.sheet import BulkSheet, double
from cts_excel.summary.writing.style import NAVY
from cts_excel.summary.writing.text import fitted, visible

NAME = "总览"
COLUMNS, COLUMN_PIXELS = 24, 49
PANEL_FROM = 16  # first column of the right-hand tables
TILE_ROW, SENTENCE_ROW, UPPER_ROW, LOWER_ROW, FOOT_ROW = 3, 7, 9, 22, 38
ROW_PIXELS = 24
FOOT = (
    "级别均为建议级别，认证决定由人作出。只有「已评定」计入统计，重复文件只计一次。"
    "各图数据在本页右侧「图表数据」及各分表。"
)
ACTION = (Status.CONFLICT, Status.NEEDS_CORRECTION, Status.REJECTED)


def write(book: Book, run: Run) -> None:
    """Write the page."""
    sheet = book.sheet(NAME, [6.3] * COLUMNS)
    sheet.set_tab_color(NAVY)
    for row in range(FOOT_ROW + 1):
        sheet.set_row_pixels(row, ROW_PIXELS)
    for row, height in {0: 36, 1: 18, 2: 6, 3: 20, 4: 36, 5: 18, 6: 8, 7: 68, 8: 8, 21: 8}.items():
        sheet.set_row_pixels(row, height)
    _heading(book, sheet, run)
    head = headline(run)
    _tiles(book, sheet, run, head)
    if run.previous is not None:
        sheet.set_row_pixels(SENTENCE_ROW, 88)
    _merged(book, sheet, SENTENCE_ROW, 0, COLUMNS - 1, "\n".join(sentences(run, head)), "lead")
    draw(book, sheet, run)
    _near(book, sheet, run)
    _action(book, sheet, run)
    _merged(book, sheet, FOOT_ROW, 0, COLUMNS - 1, FOOT, "note_line")
    sheet.print_area(0, 0, FOOT_ROW, COLUMNS - 1)
    sheet.fit_to_pages(1, 1)
    sheet.center_horizontally()
    sheet.set_margins(0.35, 0.35, 0.4, 0.5)
    sheet.activate()


def _merged(
    book: Book, sheet: BulkSheet, row: int, first: int, last: int, text: str, style: str
) -> None:
    if last > first:
        sheet.merge_range(row, first, row, last, "", book.format(style))
    sheet.write_string(row, first, visible(text), book.format(style))


def _heading(book: Book, sheet: BulkSheet, run: Run) -> None:
    standard, facts = run.standard, run.facts
    _merged(book, sheet, 0, 0, COLUMNS - 1, f"{standard.subject}  评定总览", "headline")
    parts = [
        f"依据：{standard.title}（{standard.edition}）",
        f"评定时间：{facts.started:%Y-%m-%d %H:%M}",
    ]
    if facts.run_name:
        parts.append(f"运行：{facts.run_name}")
    _merged(book, sheet, 1, 0, COLUMNS - 1, "    ".join(parts), "note_line")


def _tiles(book: Book, sheet: BulkSheet, run: Run, head: Headline) -> None:
    """Write six headline figures, live where 评分汇总 holds what they count."""
    total = f"'{grades.NAME}'!"
    final = grades.column_range(run, "最终得分")
    waiting = sum(run.gathered.count(status) for status in ACTION)
    waits = "、".join(f"{s.shown} {run.gathered.count(s)}" for s in ACTION)
    n = head.graded
    empty = f"{total}$C${grades.ALL}=0"
    figures = (f"{total}E{grades.ALL}", f"AVERAGE({final})", f"MEDIAN({final})")
    live = [f'=IF({empty},"—",{figure})' for figure in figures]
    twice = f"重复 {run.gathered.count(Status.DUPLICATE)} 个，只计一次"
    share = f"占收到文件 {n / head.files:.1%}" if head.files else ""
    passed = f"通过 {head.passed} 份，未通过 {n - head.passed} 份"
    mean, median = (
        book.score_style("tile_points", "" if v is None else double(v))
        for v in (head.mean, head.median)
    )
    tiles = (
        ("收到文件", "", head.files, twice, "tile"),
        ("已评定", f"={total}C{grades.ALL}", n, share, "tile"),
        ("通过率", live[0], head.pass_rate, passed, "tile_percent"),
        ("平均最终得分", live[1], head.mean, head.mean_note, mean),
        ("中位数", live[2], head.median, head.range_note, median),
        ("需要处理", "", waiting, waits, "tile_alert"),
    )  # fmt: skip
    for place, (title, formula, value, note, style) in enumerate(tiles):
        first, last = 4 * place, 4 * place + 3
        _merged(book, sheet, TILE_ROW, first, last, title, "tile_label")
        shape = book.format(style)
        sheet.merge_range(TILE_ROW + 1, first, TILE_ROW + 1, last, "", shape)
        if formula and run.one_grade_sheet:
            sheet.write_formula(
                TILE_ROW + 1, first, formula, shape, "—" if value is None else value
            )
        elif value is None:
            sheet.write_string(TILE_ROW + 1, first, "—", shape)
        else:
            sheet.write_number(TILE_ROW + 1, first, value, shape)
        _merged(book, sheet, TILE_ROW + 2, first, last, note, "tile_note")


def _table_row(
    book: Book, sheet: BulkSheet, row: int, cells: tuple[str, ...], style: str,
    spans: tuple[int, ...],
) -> None:  # fmt: skip
    column = PANEL_FROM
    for text, span in zip(cells, spans, strict=True):
        _merged(book, sheet, row, column, column + span - 1, text, style)
        column += span


def _near(book: Book, sheet: BulkSheet, run: Run) -> None:
    count = run.tally.near_count
    title = f"距级别线 {plain(NEAR)} 分以内（{count} 份）"
    _merged(book, sheet, UPPER_ROW, PANEL_FROM, COLUMNS - 1, title, "panel_title")
    spans = (4, 2, 2)
    heads = ("企业名称", "最终得分", "级别线／差距")
    _table_row(book, sheet, UPPER_ROW + 1, heads, "panel_heading", spans)
    room = LOWER_ROW - 1 - (UPPER_ROW + 2)
    listed = run.tally.near[: room if count <= room else room - 1]
    row = UPPER_ROW + 2
    for near in listed:
        f = run.gathered.file(near.number)
        name = fitted(f.organisation or f.file, 28)
        final = shown(Decimal(f.final), run.standard)
        failed = " ×" if f.level_key == NOT_PASSED else ""
        gap = f"{near.level} {'+' if near.distance >= 0 else '−'}{_gap(abs(near.distance))}{failed}"
        _table_row(book, sheet, row, (name, final, gap), "panel", spans)
        row += 1
    if count > len(listed):
        more = f"另有 {count - len(listed)} 份，见「评分汇总」"
        _merged(book, sheet, row, PANEL_FROM, COLUMNS - 1, more, "note_line")
    elif not count:
        _merged(book, sheet, row, PANEL_FROM, COLUMNS - 1, "没有。", "note_line")


def _gap(distance: Decimal) -> str:
    return f"{distance:.2f}" if distance == 0 or distance >= Decimal("0.01") else f"{distance:.4f}"


def _action(book: Book, sheet: BulkSheet, run: Run) -> None:
    counts = {status: run.gathered.count(status) for status in ACTION}
    title = "需要处理（" + "，".join(f"{s.shown} {n}" for s, n in counts.items()) + "）"
    _merged(book, sheet, LOWER_ROW, PANEL_FROM, COLUMNS - 1, title, "panel_title")
    spans = (1, 3, 4)
    _table_row(book, sheet, LOWER_ROW + 1, ("状态", "企业／文件", "原因"), "panel_heading", spans)
    numbers = [n for status in ACTION for n in run.gathered.numbers(status)]
    room = FOOT_ROW - (LOWER_ROW + 2)
    listed = numbers if len(numbers) <= room else numbers[: room - 1]
    row = LOWER_ROW + 2
    for number in listed:
        f = run.gathered.file(number)
        name = fitted(f.organisation or f.file.rpartition("/")[2], 25)
        cells = (f.shown_status.shown, name, fitted(f.why, 36))
        _table_row(book, sheet, row, cells, "panel_small", spans)
        row += 1
    if len(numbers) > len(listed):
        more = f"另有 {len(numbers) - len(listed)} 个，见「{pending.NAME}」"
        _merged(book, sheet, row, PANEL_FROM, COLUMNS - 1, more, "note_line")
        sheet.add_link(row, PANEL_FROM, location=f"'{pending.NAME}'!A1", tip="查看全部")
    elif not numbers:
        _merged(book, sheet, row, PANEL_FROM, COLUMNS - 1, "没有需要处理的文件。", "note_line")
