"""The sheet of a report that stays in the office: rank, comparison with all audits, findings."""

from __future__ import annotations

from cts_excel.audit.catalogue import CATALOGUE
from cts_excel.audit.findings import Severity
from cts_excel.batch.outputs.run_reader import Row
from cts_excel.summary.report.client_run import Client, FinishedRun
from cts_excel.summary.report.content import Item, items
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.flow import Flow, Part

TITLE = "内部资料"
WIDTHS = (9.6,) * 8
LAST = len(WIDTHS) - 1
_SCALE, _ROOM = 90, 800.0
MOST_ITEMS = 5
_SHOWN = {severity.key: severity.shown for severity in Severity}


def write_internal(book: WorkbookWriter, run: FinishedRun, client: Client) -> None:
    """Write what the office knows beyond the report."""
    sheet = book.sheet(TITLE, WIDTHS, landscape=False)
    flow = Flow(book, sheet, WIDTHS, scale=_SCALE, room=_ROOM)
    flow.add(Part(0, LAST, f"{TITLE}  {client.grade['organisation']}", "report_title"), least=34)
    flow.add(Part(0, LAST, "仅供本机构内部使用，不得提供给企业。", "alert"))
    rank = f"{client.rank} / {run.passed}" if client.rank else "未通过，不排名"
    among = f"{rank}（通过的审核；已评定 {run.graded} 份）"
    flow.add(Part(0, 1, "排名", "report_label"), Part(2, LAST, among, "report_text"))
    rated = [item for item in items(client, book.standard) if item.clause in run.field]
    ordered = sorted(rated, key=lambda item: _apart(run, item))
    strong = [item for item in reversed(ordered) if _apart(run, item) > 0][:MOST_ITEMS]
    weak = [item for item in ordered if _apart(run, item) < 0][:MOST_ITEMS]
    _compared(flow, run, "强项（高出全部平均最多）", strong)
    _compared(flow, run, "弱项（低于全部平均最多）", weak)
    _findings(flow, client)
    flow.finish()


def _apart(run: FinishedRun, item: Item) -> float:
    """Return the client's rate minus the mean of all graded audits, percentage points."""
    return round(100 * (item.rate - run.field[item.clause]), 1)


def _heading(flow: Flow, title: str) -> None:
    flow.gap()
    flow.add(Part(0, LAST, title, "block"), least=24, keep=True)


def _compared(flow: Flow, run: FinishedRun, title: str, listed: list[Item]) -> None:
    _heading(flow, title)
    heads = (
        (0, 0, "条款"), (1, 4, "检查内容"), (5, 5, "本企业"), (6, 6, "全部平均"),
        (7, 7, "百分点差"),
    )  # fmt: skip
    flow.add(*(Part(*head, "subheading") for head in heads), least=30, keep=True)
    for item in listed:
        flow.add(Part(0, 0, item.clause, "report_label"), Part(1, 4, item.text, "report_text"),
                 Part(5, 5, item.rate, "percent_centre"),
                 Part(6, 6, round(run.field[item.clause], 3), "percent_centre"),
                 Part(7, 7, _apart(run, item), "signed_decimal"))  # fmt: skip
    if not listed:
        flow.add(Part(0, LAST, "无。", "report_text"))


def _findings(flow: Flow, client: Client) -> None:
    """List the findings, the gravest first; all of them, each with its repair."""
    grave = [Severity.ERROR.key, Severity.WARNING.key, Severity.NOTICE.key]
    listed = sorted(client.findings, key=lambda line: grave.index(line["severity"]))
    _heading(flow, f"核查问题（{len(listed)} 条）")
    heads = ((0, 0, "代码"), (1, 1, "严重程度"), (2, 3, "问题"), (4, 4, "位置"), (5, 7, "处理办法"))
    if listed:
        flow.add(*(Part(*head, "subheading") for head in heads), keep=True)
    for line in listed:
        entry = CATALOGUE.get(line["code"])
        flow.add(Part(0, 0, line["code"], "report_label"),
                 Part(1, 1, _SHOWN[line["severity"]], "centre"),
                 Part(2, 3, entry.title["zh"] if entry else "", "report_text"),
                 Part(4, 4, _place(line), "report_text"),
                 Part(5, 7, line["repair"], "report_text"))  # fmt: skip
    if not listed:
        flow.add(Part(0, LAST, "无。", "report_text"))


def _place(line: Row) -> str:
    return f"{line['sheet']}!{line['cell']}" if line["cell"] else line["sheet"]
