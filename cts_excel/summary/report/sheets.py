"""The two sheets of a client's report: the result on one page, and every indicator."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from cts_excel.audit.catalogue import CATALOGUE
from cts_excel.audit.findings import Severity
from cts_excel.audit.levels import FailReason, reason_text, shown
from cts_excel.batch.outputs.columns import BONUS, DEDUCTION
from cts_excel.batch.outputs.run_reader import Row
from cts_excel.files.numbers import plain
from cts_excel.standard.model import NOT_PASSED, Standard
from cts_excel.summary.report.client_run import Client, FinishedRun
from cts_excel.summary.writing import charts
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.charts import CellRange
from cts_excel.summary.writing.sheet import BulkSheet
from cts_excel.summary.writing.table import Column, number, text
from cts_excel.summary.writing.text import cell_text, shortened

RESULT, DETAILS = "评定结果", "逐项得分"
WIDTH, COLUMNS = 11.0, 8
STRONGEST, MOST_FINDINGS, MOST_SPECIALS = 5, 12, 12
_CHART_ROWS, _PIXELS = 18, 20


_KINDS = {DEDUCTION: "扣分", BONUS: "加分"}


@dataclass(frozen=True, slots=True)
class Item:
    """One rated indicator: the client's rate and the mean of all audits, as fractions of 1."""

    clause: str
    text: str
    rate: float
    field: float

    @property
    def apart(self) -> float:
        """The client's rate minus the mean of all graded audits."""
        return self.rate - self.field


def write_result(book: WorkbookWriter, run: FinishedRun, client: Client) -> None:
    """Write the page with result, second level, strengths, weaknesses, special items, findings."""
    sheet = book.sheet(RESULT, [WIDTH] * COLUMNS, landscape=False)
    standard = book.standard
    _line(book, sheet, 0, f"{standard.subject}  评定报告", "title")
    sheet.set_row(0, 28)
    note = f"依据：{standard.title}（{standard.edition}）    评定时间：{run.started:%Y-%m-%d}"
    _line(book, sheet, 1, note, "note_line")
    row = _identity(book, sheet, client, 3)
    row = _figures(book, sheet, run, client, row + 1)
    row = _groups(book, sheet, run, client, row + 1)
    items = _items(run, client, standard)
    ordered = sorted(items, key=lambda item: (item.apart, item.clause))
    strong = [i for i in reversed(ordered) if i.apart > 0][:STRONGEST]
    weak = [i for i in ordered if i.apart < 0][:STRONGEST]
    row = _compared(book, sheet, row + 1, "强项（高于全部平均最多）", strong)
    row = _compared(book, sheet, row + 1, "弱项（低于全部平均最多）", weak)
    row = _specials(book, sheet, row + 1, client)
    row = _findings(book, sheet, row + 1, client)
    _line(book, sheet, row + 1, "级别为建议级别，认证决定由认证机构作出。", "note_line")
    sheet.print_area(0, 0, row + 1, COLUMNS - 1)
    sheet.fit_to_pages(1, 1)


def _line(book: WorkbookWriter, sheet: BulkSheet, row: int, text: str, style: str) -> None:
    _span(book, sheet, row, 0, COLUMNS - 1, text, style)


def _span(
    book: WorkbookWriter, sheet: BulkSheet, row: int, first: int, last: int, text: str, style: str
) -> None:
    if last > first:
        sheet.merge_range(row, first, row, last, "", book.format(style))
    sheet.write_string(row, first, cell_text(text), book.format(style))


def _identity(book: WorkbookWriter, sheet: BulkSheet, client: Client, row: int) -> int:
    pairs = (
        ("企业名称", "organisation"), ("统一社会信用代码", "uscc"), ("项目编号", "audit_no"),
        ("审核类型", "audit_type"), ("审核开始日期", "start_date"), ("审核结束日期", "end_date"),
        ("审核组长", "lead_assessor"), ("评审员", "assessor"),
    )  # fmt: skip
    for place, (label, name) in enumerate(pairs):
        at, side = row + place // 2, 4 * (place % 2)
        wide = place % 2  # 统一社会信用代码 needs two columns
        _span(book, sheet, at, side, side + wide, label, "label")
        _span(book, sheet, at, side + wide + 1, side + 3, cell_text(client.grade[name]), "text")
    return row + 4


def _figures(
    book: WorkbookWriter, sheet: BulkSheet, run: FinishedRun, client: Client, row: int
) -> int:
    standard, grade = book.standard, client.grade
    final = Decimal(grade["final_score"])
    labels = {level.key: level.label for level in standard.levels}
    level = labels.get(grade["level"], standard.not_passed.label)
    above = [x for x in standard.levels if x.minimum > final]
    missing = (
        f"距{above[-1].label} {shown(above[-1].minimum - final, standard)} 分" if above else ""
    )
    reasons = [reason_text(FailReason(r), standard) for r in grade["fail_reasons"].split(";") if r]
    special = (
        f"基础 {shown(Decimal(grade['base_score']), standard)}"
        f" − 扣 {plain(Decimal(grade['deductions']))} ＋ 加 {plain(Decimal(grade['bonus']))}"
    )
    tiles = (
        ("最终得分", shown(final, standard), special),
        (
            "建议级别",
            level if grade["level"] != NOT_PASSED else "未通过",
            "；".join(reasons) or missing,
        ),
        ("排名", f"{client.rank} / {run.graded}", "在本次已评定的审核中"),
        ("特别项", plain(Decimal(grade["deductions"])), standard.special.deduction.rule),
    )
    for place, (title, value, note) in enumerate(tiles):
        first, last = 2 * place, 2 * place + 1
        _span(book, sheet, row, first, last, title, "tile_label")
        _span(book, sheet, row + 1, first, last, value, "tile")
        _span(book, sheet, row + 2, first, last, note, "tile_note")
    sheet.set_row(row + 1, 30)
    return row + 3


def _items(run: FinishedRun, client: Client, standard: Standard) -> list[Item]:
    return [
        Item(line["clause"], standard.by_clause[line["clause"]].text, float(line["percent"]),
             run.field[line["clause"]].mean)
        for line in client.ratings
        if line["percent"] and line["clause"] in standard.by_clause
    ]  # fmt: skip


def _group_rates(client: Client, standard: Standard) -> dict[str, float]:
    sums: dict[str, list[float]] = {}
    for line in client.ratings:
        if line["percent"] and line["clause"] in standard.by_clause:
            weight = float(line["weight"])
            found = sums.setdefault(standard.group_of(line["clause"]).clause, [0.0, 0.0])
            found[0] += weight * float(line["percent"])
            found[1] += weight
    return {clause: earned / whole for clause, (earned, whole) in sums.items() if whole}


def _groups(
    book: WorkbookWriter, sheet: BulkSheet, run: FinishedRun, client: Client, row: int
) -> int:
    """Draw the second level beside the mean of all audits; its data stand right of the page."""
    own = _group_rates(client, book.standard)
    groups = [g for g in book.standard.groups if g.clause in own]
    if not groups:
        return row
    style, at = book.format("note_line"), COLUMNS + 2
    for column, title in enumerate(("图表数据", "本企业", "全部平均")):
        sheet.write_string(row, at + column, title, style)
    for n, group in enumerate(groups, start=row + 1):
        sheet.write_string(n, at, cell_text(group.label), style)
        sheet.write_number(n, at + 1, own[group.clause], style)
        sheet.write_number(n, at + 2, run.field[group.clause].mean, style)
    labels, rates, field = (CellRange(RESULT, row + 1, row + len(groups), at + n) for n in range(3))
    chart = charts.bars(
        book.workbook, labels, rates, dark=set(), previous=field, names=("本企业", "全部平均")
    )
    size = (int(COLUMNS * (WIDTH * 7 + 5)) - 4, _CHART_ROWS * _PIXELS - 6)
    charts.frame(chart, "二级指标得分率与全部平均", size, charts.LEGEND)
    text = "，".join(f"{g.label} {own[g.clause]:.1%}" for g in groups)
    sheet.insert_chart(row, 0, chart, {"description": f"二级指标得分率：{text}"})
    return row + _CHART_ROWS


def _compared(
    book: WorkbookWriter, sheet: BulkSheet, row: int, title: str, items: list[Item]
) -> int:
    _line(book, sheet, row, title, "block")
    heads = (("条款", 0, 0), ("检查内容", 1, 4), ("本企业", 5, 5), ("全部平均", 6, 6), ("差", 7, 7))
    for head, first, last in heads:
        _span(book, sheet, row + 1, first, last, head, "subheading")
    for at, item in enumerate(items, start=row + 2):
        _span(book, sheet, at, 0, 0, item.clause, "label")
        _span(book, sheet, at, 1, 4, shortened(item.text, 24), "text")
        sheet.write_number(at, 5, item.rate, book.format("percent"))
        sheet.write_number(at, 6, item.field, book.format("percent"))
        sheet.write_number(at, 7, item.apart, book.format("signed_percent"))
    if not items:
        _line(book, sheet, row + 2, "没有。", "note_line")
    return row + 2 + max(1, len(items))


def _specials(book: WorkbookWriter, sheet: BulkSheet, row: int, client: Client) -> int:
    _line(book, sheet, row, f"特别项（{len(client.specials)} 项）", "block")
    for item in client.specials[:MOST_SPECIALS]:
        row += 1
        _span(book, sheet, row, 0, 0, _KINDS[item["kind"]], "label")
        _span(book, sheet, row, 1, 1, cell_text(item["clause"]), "text")
        _span(book, sheet, row, 2, 3, shortened(cell_text(item["category"]), 13), "text")
        _span(book, sheet, row, 4, 6, shortened(cell_text(item["description"]), 20), "text")
        _span(book, sheet, row, 7, 7, cell_text(item["rectification"]), "text")
    if len(client.specials) > MOST_SPECIALS:
        row += 1
        more = len(client.specials) - MOST_SPECIALS
        _line(book, sheet, row, f"另有 {more} 项，见汇总工作簿。", "note_line")
    return row + 1


def _findings(book: WorkbookWriter, sheet: BulkSheet, row: int, client: Client) -> int:
    """List errors and warnings; notices are only counted."""
    listed = [f for f in client.findings if f["severity"] != Severity.NOTICE.key]
    quiet = len(client.findings) - len(listed)
    more = f"，另有提示 {quiet} 条" if quiet else ""
    _line(book, sheet, row, f"核查问题（{len(listed)} 条{more}）", "block")
    for line in listed[:MOST_FINDINGS]:
        row += 1
        entry = CATALOGUE.get(line["code"])
        place = f"{cell_text(line['sheet'])}!{line['cell']}" if line["cell"] else ""
        _span(book, sheet, row, 0, 0, line["code"], "label")
        title = entry.title["zh"] if entry else line["code"]
        _span(book, sheet, row, 1, 2, title, "text")
        _span(book, sheet, row, 3, 4, place, "text")
        _span(book, sheet, row, 5, 7, shortened(cell_text(line["repair"]), 40), "text")
    if len(listed) > MOST_FINDINGS:
        row += 1
        _line(
            book, sheet, row, f"另有 {len(listed) - MOST_FINDINGS} 条，见汇总工作簿。", "note_line"
        )
    return row + 1


def write_details(book: WorkbookWriter, run: FinishedRun, client: Client) -> None:
    """Write every indicator with its rating, evidence and the mean of all audits."""
    columns = _detail_columns(book.standard, run)
    heading = f"{DETAILS}  {cell_text(client.grade['organisation'])}"
    sheet = book.sheet(DETAILS, [c.width for c in columns], heading=heading)
    book.table(sheet, "details", 2, columns, len(client.ratings), client.ratings)


def _detail_columns(standard: Standard, run: FinishedRun) -> list[Column[Row]]:
    def content(line: Row) -> str:
        indicator = standard.by_clause.get(line["clause"])
        return indicator.text if indicator else ""

    def mean(line: Row) -> float | None:
        found = run.field.get(line["clause"])
        return found.mean if found and line["percent"] else None

    def mean_text(line: Row) -> str:
        found = mean(line)
        return "" if found is None else f"{found:.6f}"

    def apart(line: Row) -> str:
        found = mean(line)
        return "" if found is None else f"{float(line['percent']) - found:.6f}"

    return [
        text("条款", 9, lambda r: r["clause"], "label"),
        text("检查内容", 40, content, "wrap"),
        number("分值", 6.5, lambda r: r["weight"], "weight_centre"),
        text("评分档", 11, lambda r: cell_text(r["band"]), "centre"),
        number("评分比例", 9.5, lambda r: r["percent"], "percent_centre"),
        number("得分", 8, lambda r: r["score"], "points_centre"),
        number("全部平均", 9.5, mean_text, "percent_centre"),
        number("高于平均", 9.5, apart, "signed_percent_centre"),
        text("审核证据", 44, lambda r: shortened(cell_text(r["evidence"]), 400), "wrap"),
    ]
