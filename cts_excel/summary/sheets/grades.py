"""评分汇总: one row per audit, ranked, as an Excel table with live totals above it."""

from __future__ import annotations

from cts_excel.audit.outcome import Status
from cts_excel.files.numbers import plain
from cts_excel.standard.model import NOT_PASSED
from cts_excel.summary.figures.ranking import RankedFile, to_next_level
from cts_excel.summary.sheets.context import GRADES, GradeCells, SummaryContext, SummarySheet
from cts_excel.summary.sheets.listing import Listing
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.pages import CellLinks
from cts_excel.summary.writing.sheet import A3, BulkSheet, float_text
from cts_excel.summary.writing.style import STEEL
from cts_excel.summary.writing.table import Column, number, place_of, score, text
from cts_excel.summary.writing.text import cell_text, shortened
from cts_excel.workbook.ooxml.addresses import column_letters

TITLE = GRADES
TOTALS_ROW, FIRST_ROW = 2, 6  # headings of the totals and of the table, 0-based
ALL = TOTALS_ROW + 2  # the row 全部, as formulas count
# Three rounded means would not add up to the fourth: of the parts the sums are shown.
SUMS = {"特别扣分": "deductions", "特别加分": "bonus"}
MEAN = "平均最终得分"
PASSED, FAILED = "通过", "未通过"
NOTE = (
    "通过的审核按未舍入的最终得分排名，同分同名次，未通过的不排名；只有“已评定”计入统计，重复文件只计一次。"
    "分数显示两位小数（四舍五入），舍入会跨越级别线时多显示几位。级别均为建议级别，认证决定由认证决定人员作出。"
    "上方汇总为公式：筛选后“筛选后”一行随之变化。"
)


def columns(context: SummaryContext) -> list[Column[RankedFile]]:
    """Return the columns; scores and levels are shown for graded audits only."""
    return [
        number("排名", 6, lambda r: r.rank, "rank"),
        *_cover_columns(),
        *_result_columns(context),
        text("需复核", 28, lambda r: context.review_text(r.file.number), "alert_wrap"),
        text("状态", 9, lambda r: r.file.shown_status.shown, "centre",
             other=("alert_centre", lambda r: not r.graded)),
        text("核查问题", 9.5, lambda r: f"{r.file.findings} 条" if r.file.findings else "",
             context.link_style, other=("text", lambda r: not r.file.findings),
             link=lambda r: context.findings_link(r.file.number)),
        text("文件", 42, lambda r: r.file.file, context.file_style,
             link=lambda r: context.file_link(r.file.file)),
    ]  # fmt: skip


def _cover_columns() -> list[Column[RankedFile]]:
    return [
        text("企业名称", 30, lambda r: r.file.organisation, "wrap"),
        text("统一社会信用代码", 20.5, lambda r: r.file.uscc),
        text("项目编号", 15, lambda r: r.file.audit_no, "wrap"),
        text("认证范围", 42, lambda r: shortened(r.file.scope, 120), "wrap"),
        text("审核类型", 9.5, lambda r: r.file.audit_type, "centre_wrap"),
        text("审核方式", 9.5, lambda r: r.file.audit_method, "centre_wrap"),
        text("审核开始日期", 12, lambda r: r.file.start_date, "centre"),
        text("审核结束日期", 12, lambda r: r.file.end_date, "centre"),
        text("行业", 14, lambda r: r.file.industry, "wrap"),
        text("省份", 10, lambda r: r.file.province, "wrap"),
        text("审核组长", 9.5, lambda r: r.file.lead_assessor, "wrap"),
        text("评审员", 9.5, lambda r: r.file.assessor, "wrap"),
    ]


def _result_columns(context: SummaryContext) -> list[Column[RankedFile]]:
    def graded(row: RankedFile, shown: str) -> str:
        return shown if row.graded else ""

    def passed(row: RankedFile) -> str:
        return graded(row, FAILED if row.file.level_key == NOT_PASSED else PASSED)

    def missing(row: RankedFile) -> str:
        return to_next_level(row.file, context.standard) if row.graded else ""

    def final(row: RankedFile) -> str:
        return graded(row, row.file.final)

    failed = ("alert_centre", lambda r: r.file.level_key == NOT_PASSED)
    return [
        score("基础得分", 10, lambda r: graded(r, r.file.base), like=final),
        number("特别扣分", 9.5, lambda r: graded(r, r.file.deductions), "points_centre"),
        number("特别加分", 9.5, lambda r: graded(r, r.file.bonus), "points_centre"),
        score("最终得分", 10.5, final),
        text("建议级别", 10, lambda r: graded(r, r.file.level), "bold_centre"),
        text("是否通过", 9.5, passed, "centre", other=failed),
        text("未通过原因", 16, lambda r: r.file.reasons, "wrap"),
        score("距上一级", 9.5, missing, like=final),
    ]


def prepare(context: SummaryContext) -> None:
    """Tell the context where each audit and the totals stand."""
    ranking = context.ranking
    context.grade_links = CellLinks(TITLE, FIRST_ROW, ranking.files, len(context.outcomes))
    sheet = f"'{TITLE}'!"
    cells = _Cells(columns(context), len(ranking))
    headings = ("最终得分", "建议级别", "是否通过")
    context.grade_cells = GradeCells(
        f"{sheet}C{ALL}", f"{sheet}E{ALL}", f"{sheet}$C${ALL}=0",
        {heading: sheet + cells.of(heading) for heading in headings},
    )  # fmt: skip


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the sheet."""
    listed = columns(context)
    final = place_of(listed, "最终得分")

    def totals(sheet: BulkSheet, places: range) -> None:
        if not places.start:
            _totals(book, sheet, context, _Cells(listed, len(places)))

    sheets = Listing(
        title=TITLE, table="grades_{page}", first_row=FIRST_ROW, columns=listed, note=NOTE,
        note_rows=2, count=len(context.ranking), tab_color=STEEL, frozen=2,
        rows=lambda places: context.ranking.ranked_files(context.outcomes, places), above=totals,
        last_printed="状态",  # links are of no use on paper
    ).write(book, context)  # fmt: skip
    for sheet in sheets:
        sheet.set_paper(A3)
        last = sheet.dim_rowmax
        sheet.conditional_format(
            FIRST_ROW + 1, final, last, final,
            {"type": "data_bar", "bar_color": "#C6D6E8", "bar_solid": True, "min_type": "num",
             "min_value": 0, "max_type": "num", "max_value": float(context.standard.total)},
        )  # fmt: skip
        sheet.ignore_errors({"number_stored_as_text": f"C{FIRST_ROW + 2}:D{last + 1}"})


class _Cells:
    """The data cells of each column, absolute, for formulas."""

    def __init__(self, listed: list[Column[RankedFile]], rows: int) -> None:
        self._listed, self._last = listed, FIRST_ROW + 1 + max(1, rows)

    def of(self, heading: str) -> str:
        letters = column_letters(place_of(self._listed, heading))
        return f"${letters}${FIRST_ROW + 2}:${letters}${self._last}"


def _totals(book: WorkbookWriter, sheet: BulkSheet, context: SummaryContext, cells: _Cells) -> None:
    """Write live figures above the table: of all rows, and of those that a filter leaves."""
    figures = _figures(book, context, cells)
    sheet.write_string(TOTALS_ROW + 1, 1, "全部", book.format("total_label"))
    sheet.write_string(TOTALS_ROW + 2, 1, "筛选后（可见行）", book.format("total_label"))
    for column, (title, formula, value, style) in enumerate(figures, start=2):
        sheet.write_string(TOTALS_ROW, column, cell_text(title), book.format("subheading"))
        sheet.write_formula(TOTALS_ROW + 1, column, formula, book.format(style), value)
        subtotal = _subtotal(title, cells)
        if subtotal:
            sheet.write_formula(TOTALS_ROW + 2, column, subtotal, book.format(style), value)
        else:
            sheet.write_string(TOTALS_ROW + 2, column, "", book.format("total_label"))


def _figures(
    book: WorkbookWriter, context: SummaryContext, cells: _Cells
) -> list[tuple[str, str, float | str, str]]:
    """Return title, formula, value and format of each figure."""
    tally = context.tally
    n, passed = tally.n, tally.passed
    status, finals = cells.of("状态"), cells.of("最终得分")
    figures: list[tuple[str, str, float | str, str]] = [
        ("已评定", f'=COUNTIFS({status},"{Status.GRADED.shown}")', n, "total_integer"),
        (PASSED, f'=COUNTIFS({cells.of("是否通过")},"{PASSED}")', passed, "total_integer"),
        ("通过率", f'=IF(C{ALL}=0,"",D{ALL}/C{ALL})', passed / n if n else "", "total_percent"),
    ]
    for title, function, best in (("最高分", "MAX", tally.high), ("最低分", "MIN", tally.low)):
        value = "" if best is None else float(best)
        style = book.score_style("total_points", "" if best is None else plain(best))
        figures.append((title, _unless_empty(f"{function}({finals})"), value, style))
    mean = tally.mean("final")
    style = book.score_style("total_points", float_text(mean))
    value = "" if mean is None else mean
    figures.append((MEAN, _unless_empty(f"AVERAGE({finals})"), value, style))
    for title, field in SUMS.items():
        total = float(tally.sums[field])
        figures.append((f"{title}合计", f"=SUM({cells.of(title)})", total, "total_points"))
    room = len(columns(context)) - 2 - len(figures)
    for level in context.standard.levels[:room]:
        formula = f'=COUNTIFS({cells.of("建议级别")},"{level.label}")'
        figures.append((level.label, formula, tally.levels.get(level.key, 0), "total_integer"))
    return figures


def _subtotal(title: str, cells: _Cells) -> str:
    """Return the formula of the visible rows for a total, ``""`` if Excel has none."""
    if title == "已评定":
        return f"=SUBTOTAL(102,{cells.of('最终得分')})"
    codes = {"最高分": 104, "最低分": 105}
    if title in codes:
        area, code = cells.of("最终得分"), codes[title]
    elif title == MEAN:
        area, code = cells.of("最终得分"), 101
    elif title.endswith("合计"):
        return f"=SUBTOTAL(109,{cells.of(title.removesuffix('合计'))})"
    else:
        return ""
    return f'=IF($C${ALL + 1}=0,"",SUBTOTAL({code},{area}))'


def _unless_empty(expression: str) -> str:
    return f'=IF($C${ALL}=0,"",{expression})'


SHEET = SummarySheet(
    TITLE, write, guide="每份审核一行，按最终得分排名；可筛选，汇总为公式", prepare=prepare
)
