"""未评定: every file without a place in the ranking, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

from cts_excel.audit.outcome import Status
from cts_excel.summary.sheets.run import Run
from cts_excel.summary.writing.book import Book, Column, page_name, pages
from cts_excel.summary.writing.sheet import Tail, Tall
from cts_excel.summary.writing.style import ALERT

NAME = "未评定"
FIRST_ROW = 3
COLUMNS = (
    Column("状态", 9), Column("企业名称", 28), Column("项目编号", 15), Column("审核组长", 10),
    Column("评审员", 10), Column("目前得分", 9.5), Column("可能最低", 9.5), Column("可能最高", 9.5),
    Column("最低级别", 10), Column("最高级别", 10), Column("错误数", 8), Column("原因", 46),
    Column("处理办法", 56), Column("核查问题", 9.5), Column("文件", 34),
)  # fmt: skip
STATUSES = (Status.CONFLICT, Status.NEEDS_CORRECTION, Status.REJECTED, Status.DUPLICATE)
NOTE = (
    "本表文件不参与排名与统计。「目前得分」只含已有效填写的部分；「可能最低／最高」为补正后仍可能得到的最终得分及级别。"
    "重复文件与已计文件答案相同，无需处理。"
)


def write(book: Book, run: Run) -> None:
    """Write the sheet and its continuations."""
    numbers = [n for status in STATUSES for n in run.gathered.numbers(status)]
    for page, places in pages(len(numbers), FIRST_ROW):
        sheet = book.sheet(
            page_name(NAME, page), [c.width for c in COLUMNS], heading=NAME, note=NOTE
        )
        sheet.set_tab_color(ALERT)
        chosen = [numbers[place] for place in places]
        tails = _rows(book, run, chosen)
        book.table(sheet, f"pending_{page}", FIRST_ROW, COLUMNS, len(chosen), tails)
        sheet.freeze_panes(FIRST_ROW + 1, 2)
        if run.linked:
            for row, number in enumerate(chosen, start=FIRST_ROW + 1):
                place = run.finding_places.cell(number)
                sheet.add_link(row, len(COLUMNS) - 2, location=place, tip="查看核查问题")
                target = run.target(run.gathered.file(number).file)
                sheet.add_link(row, len(COLUMNS) - 1, target=target, tip="打开原文件")


def _rows(book: Book, run: Run, chosen: list[int]) -> Iterator[list[Tail]]:
    text, wrap, centre, link = (book.texts(n) for n in ("text", "wrap", "centre", run.place_style))
    alert, bold = book.texts("alert_centre"), book.texts("bold_centre")
    file = book.texts(run.file_style)
    count, points = book.numbers("rank"), book.scores("points_centre")
    for number in chosen:
        f = run.gathered.file(number)
        counted = f.shown_status is Status.DUPLICATE
        found = f.errors + f.warnings + f.notices
        cells = [
            (bold if counted else alert)(f.shown_status.shown), wrap(f.organisation),
            text(f.audit_no), text(f.lead_assessor), text(f.assessor), points(f.final),
            points(f.low), points(f.high), centre(f.low_level), centre(f.high_level),
            count(str(f.errors)), wrap(f.why), wrap(f.todo),
            link(f"{found} 条") if found else text(""), file(f.file),
        ]  # fmt: skip
        yield Tall(cells, (f.organisation, 28), (f.why, 46), (f.todo, 56))
