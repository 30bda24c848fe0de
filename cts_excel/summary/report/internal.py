"""The sheet of a report that stays in the office: rank, comparison with all audits, findings."""

from __future__ import annotations

from collections.abc import Iterator

from cts_excel.audit.catalogue import CATALOGUE, repair
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Severity
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
MANY = 4  # findings of one code
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
    """List the findings, the gravest first; many of one cause are one row with their places."""
    grave = [Severity.ERROR.key, Severity.WARNING.key, Severity.NOTICE.key]
    listed = sorted(client.findings, key=lambda line: grave.index(line["severity"]))
    _heading(flow, f"核查问题（{len(listed)} 条）")
    heads = ((0, 0, "代码"), (1, 1, "严重程度"), (2, 3, "问题"), (4, 5, "位置"), (6, 7, "处理办法"))
    if listed:
        flow.add(*(Part(*head, "subheading") for head in heads), keep=True)
    for line, place, advice in _rows(listed):
        entry = CATALOGUE.get(line["code"])
        flow.add(Part(0, 0, line["code"], "report_label"),
                 Part(1, 1, _SHOWN[line["severity"]], "centre"),
                 Part(2, 3, entry.title["zh"] if entry else "", "report_text"),
                 Part(4, 5, place, "report_text"),
                 Part(6, 7, advice, "report_text"))  # fmt: skip
    if not listed:
        flow.add(Part(0, LAST, "无。", "report_text"))


def _rows(listed: list[Row]) -> Iterator[tuple[Row, str, str]]:
    """Yield a finding, its place and its repair; for many of one code the first one, all places
    and the repair without their values.
    """
    by_code: dict[tuple[str, str], list[Row]] = {}
    for line in listed:
        by_code.setdefault((line["severity"], line["code"]), []).append(line)
    for (_severity, code), lines in by_code.items():
        entry = CATALOGUE.get(code)
        if len(lines) < MANY or entry is None:
            yield from ((line, _places([line]), line["repair"]) for line in lines)
        else:
            general = repair(Finding(Code(code), entry.severity, found="…", expected="…"))
            yield lines[0], _places(lines), general


def _places(lines: list[Row]) -> str:
    """Name the cells, each sheet once."""
    cells: dict[str, list[str]] = {}
    for line in lines:
        cells.setdefault(line["sheet"], []).append(line["cell"].replace(",", ", "))
    named = (
        f"{sheet}!{', '.join(filter(None, own))}" if any(own) else sheet
        for sheet, own in cells.items()
    )
    return "；".join(named)
