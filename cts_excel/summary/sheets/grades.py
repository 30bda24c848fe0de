"""评分汇总: one row per audit, ranked, as an Excel table with live totals above it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from cts_excel.audit.outcome import Status
from cts_excel.files.numbers import plain
from cts_excel.standard.model import NOT_PASSED
from cts_excel.summary.figures.ranking import to_next_level
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.sheets.run import Run
from cts_excel.summary.writing.book import Book, Column, Places, page_name, pages
from cts_excel.summary.writing.sheet import BulkSheet, Tail, double
from cts_excel.summary.writing.style import STEEL
from cts_excel.summary.writing.text import visible
from cts_excel.workbook.ooxml.addresses import column_letters

NAME = "评分汇总"
TOTALS_ROW, FIRST_ROW = 2, 6  # headings of the totals and of the table, 0-based
ALL = TOTALS_ROW + 2  # the row 全部, as formulas count
COLUMNS = (
    Column("排名", 6), Column("企业名称", 28), Column("统一社会信用代码", 20.5),
    Column("项目编号", 15), Column("审核类型", 10), Column("审核组长", 10), Column("评审员", 10),
    Column("基础得分", 10), Column("特别扣分", 9.5), Column("特别加分", 9.5),
    Column("最终得分", 10.5), Column("建议级别", 10), Column("是否通过", 9.5),
    Column("未通过原因", 16), Column("距上一级", 9.5), Column("状态", 9), Column("核查问题", 9.5),
    Column("文件", 42),
)  # fmt: skip
MEANS = (("基础得分", "base"), ("特别扣分", "deductions"), ("特别加分", "bonus"),
         ("最终得分", "final"))  # fmt: skip
PLACE = {column.heading: n for n, column in enumerate(COLUMNS)}
NOTE = (
    "排名按未舍入的最终得分，同分同名次；只有「已评定」计入排名与统计，重复文件只计一次。"
    "分数显示两位小数（四舍五入），舍入会跨越级别线时多显示几位。级别均为建议级别，认证决定由人作出。"
    "上方汇总为公式：筛选后「筛选后」一行随之变化。"
)


def column_range(run: Run, heading: str, *, page: int = 1) -> str:
    """Return the absolute range of a column's data, with its sheet, for formulas."""
    letters = column_letters(PLACE[heading])
    rows = max(1, len(run.ranking))
    return f"'{page_name(NAME, page)}'!${letters}${FIRST_ROW + 2}:${letters}${FIRST_ROW + 1 + rows}"


def assign_places(run: Run) -> None:
    """Record the cell of every audit, so that other sheets can link to it."""
    places = Places(NAME, FIRST_ROW + 1, len(run.gathered.statuses))
    for place, number in enumerate(chain(run.ranking.graded, run.ranking.unranked)):
        places.note(number, place)
    run.grade_places = places


def write(book: Book, run: Run) -> None:
    """Write the sheet, and its continuations where the rows pass Excel's limit."""
    for page, places in pages(len(run.ranking), FIRST_ROW):
        name = page_name(NAME, page)
        sheet = book.sheet(name, [c.width for c in COLUMNS], heading=NAME, note=NOTE, note_rows=2)
        sheet.set_tab_color(STEEL)
        if page == 1:
            _totals(book, sheet, run, len(places))
        book.table(
            sheet, f"grades_{page}", FIRST_ROW, COLUMNS, len(places), _rows(book, run, places)
        )
        sheet.freeze_panes(FIRST_ROW + 1, 2)
        # Links are of no use on paper: without their columns the page is legible.
        sheet.print_area(0, 0, FIRST_ROW + max(1, len(places)), PLACE["状态"])
        if run.linked:
            _links(sheet, run, places)
        last = FIRST_ROW + max(1, len(places))
        sheet.conditional_format(
            FIRST_ROW + 1, PLACE["最终得分"], last, PLACE["最终得分"],
            {"type": "data_bar", "bar_color": "#C6D6E8", "bar_solid": True, "min_type": "num",
             "min_value": 0, "max_type": "num", "max_value": float(run.standard.total)},
        )  # fmt: skip
        sheet.ignore_errors({"number_stored_as_text": f"C{FIRST_ROW + 2}:D{last + 1}"})


def _rows(book: Book, run: Run, places: range) -> Iterator[list[Tail]]:
    text, centre, bold = book.texts(), book.texts("centre"), book.texts("bold_centre")
    link, file = book.texts(run.place_style), book.texts(run.file_style)
    rank, points = book.numbers("rank"), book.numbers("points_centre")
    alert_centre = book.texts("alert_centre")
    score = book.scores("points_centre")
    for place, f in run.ranking.each(run.gathered, places):
        graded = bool(place)
        passed = f.level_key != NOT_PASSED
        findings = f.errors + f.warnings + f.notices
        yield [
            rank(place), text(f.organisation), text(f.uscc), text(f.audit_no), centre(f.audit_type),
            text(f.lead_assessor), text(f.assessor),
            score(f.base if graded else ""), points(f.deductions if graded else ""),
            points(f.bonus if graded else ""), score(f.final if graded else ""),
            bold(f.level if graded else ""),
            (centre if passed else alert_centre)(_passed(f) if graded else ""), text(f.reasons),
            score(f.final, to_next_level(f, run.standard)) if graded else points(""),
            (centre if graded else alert_centre)(f.shown_status.shown),
            link(f"{findings} 条") if findings else text(""), file(f.file),
        ]  # fmt: skip


def _passed(f: FileRow) -> str:
    return "未通过" if f.level_key == NOT_PASSED else "通过"


def _links(sheet: BulkSheet, run: Run, places: range) -> None:
    for offset, (_rank, f) in enumerate(run.ranking.each(run.gathered, places)):
        row = FIRST_ROW + 1 + offset
        place = run.finding_places.cell(f.number)
        sheet.add_link(row, PLACE["核查问题"], location=place, tip="查看核查问题")
        sheet.add_link(row, PLACE["文件"], target=run.target(f.file), tip="打开原文件")


def _totals(book: Book, sheet: BulkSheet, run: Run, rows: int) -> None:
    """Write the live figures above the table: of all rows, and of those a filter leaves."""
    t, status = run.tally, _absolute("状态", rows)
    n, passed = t.n, t.passed
    cells = [
        ("已评定", f'=COUNTIFS({status},"{Status.GRADED.shown}")', n, "total_integer"),
        ("通过", f'=COUNTIFS({_absolute("是否通过", rows)},"通过")', passed, "total_integer"),
        ("通过率", f'=IF(C{ALL}=0,"",D{ALL}/C{ALL})', passed / n if n else "", "total_percent"),
    ]
    finals = _absolute("最终得分", rows)
    for title, function, best in (("最高分", "MAX", t.high), ("最低分", "MIN", t.low)):
        value = "" if best is None else float(best)
        style = book.score_style("total_points", "" if best is None else plain(best))
        cells.append((title, _unless_empty(f"{function}({finals})"), value, style))
    for title, field in MEANS:
        mean = t.mean(field)
        shown = "" if mean is None or field not in ("base", "final") else double(mean)
        formula = _unless_empty(f"AVERAGE({_absolute(title, rows)})")
        style = book.score_style("total_points", shown)
        cells.append((f"平均{title}", formula, "" if mean is None else mean, style))
    for level in run.standard.levels[: len(COLUMNS) - 2 - len(cells)]:
        count = t.levels.get(level.key, 0)
        formula = f'=COUNTIFS({_absolute("建议级别", rows)},"{level.label}")'
        cells.append((level.label, formula, count, "total_integer"))
    sheet.write_string(TOTALS_ROW + 1, 1, "全部", book.format("total_label"))
    sheet.write_string(TOTALS_ROW + 2, 1, "筛选后（可见行）", book.format("total_label"))
    for column, (title, formula, value, style) in enumerate(cells, start=2):
        sheet.write_string(TOTALS_ROW, column, visible(title), book.format("subheading"))
        sheet.write_formula(TOTALS_ROW + 1, column, formula, book.format(style), value)
        subtotal = _subtotal(title, rows)
        if subtotal:
            sheet.write_formula(TOTALS_ROW + 2, column, subtotal, book.format(style), value)
        else:
            sheet.write_string(TOTALS_ROW + 2, column, "", book.format("total_label"))


def _subtotal(title: str, rows: int) -> str:
    """Return the formula of the visible rows for a total, ``""`` where Excel has none."""
    if title == "已评定":
        return f"=SUBTOTAL(102,{_absolute('最终得分', rows)})"
    codes = {"最高分": 104, "最低分": 105}
    if title in codes:
        area, code = _absolute("最终得分", rows), codes[title]
    elif title.startswith("平均"):
        area, code = _absolute(title.removeprefix("平均"), rows), 101
    else:
        return ""
    return f'=IF($C${ALL + 1}=0,"",SUBTOTAL({code},{area}))'


def _unless_empty(expression: str) -> str:
    return f'=IF($C${ALL}=0,"",{expression})'


def _absolute(heading: str, rows: int) -> str:
    letters = column_letters(PLACE[heading])
    return f"${letters}${FIRST_ROW + 2}:${letters}${FIRST_ROW + 1 + max(1, rows)}"
