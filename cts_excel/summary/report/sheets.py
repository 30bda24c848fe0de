"""The sheets of a client's report: what the client gets, and what stays in the office."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from cts_excel.audit.levels import percent_shown, shown
from cts_excel.batch.outputs.columns import BONUS, DEDUCTION
from cts_excel.batch.outputs.run_reader import Row
from cts_excel.standard.model import Group, Standard
from cts_excel.summary.report.client_run import Client, FinishedRun
from cts_excel.summary.report.content import (
    Item,
    conclusion,
    items,
    level_label,
    level_rule,
    period,
    report_number,
    score_line,
    strengths,
    team,
    weaknesses,
)
from cts_excel.summary.writing import charts
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.chart_data import ChartData
from cts_excel.summary.writing.flow import Flow, Part, print_size
from cts_excel.summary.writing.sheet import BulkSheet

RESULT, DETAILS = "评定报告", "逐项得分"
WIDTHS = (13.0, 8.5, 8.5, 8.5) * 2
LAST = len(WIDTHS) - 1
_SCALE, _ROOM = 90, 800.0  # percent, and points of rows on a portrait A4 page at that scale
_CHART_ROWS, _CHART_HEIGHT = 17, 16.0
_DETAIL_SCALE = 80  # percent at most
_KINDS = {DEDUCTION: "扣分", BONUS: "加分"}
ADVICE = "级别为建议级别，认证决定由认证决定人员作出。"


def write_result(
    book: WorkbookWriter, run: FinishedRun, client: Client, issuer: str, data: ChartData
) -> None:
    """Write what the client gets: who, what was found, how it is rated, signatures."""
    sheet = book.sheet(RESULT, WIDTHS, landscape=False)
    flow = Flow(book, sheet, WIDTHS, scale=_SCALE, room=_ROOM)
    standard, grade = book.standard, client.grade
    _wide(flow, f"{standard.subject}  评定报告", "report_title", least=34)
    issuer = issuer or standard.form.body or standard.publisher
    _pair(flow, ("出具单位", issuer), ("报告编号", report_number(grade)))
    _wide(
        flow, f"依据：《{standard.title}》（{standard.edition} 版，{standard.basis}）", "note_line"
    )
    _identity(flow, grade)
    _verdict(flow, client, standard)
    _groups(book, sheet, flow, run, client, data)
    rated = items(client, standard)
    _items(flow, "四、主要优势", grade.get("strengths", ""), strengths(rated))
    _items(flow, "五、主要不足与改进方向", grade.get("improvements", ""), weaknesses(rated))
    _specials(flow, client)
    _heading(flow, "七、结论")
    _wide(flow, conclusion(client, standard), "report_text", least=30)
    _signatures(flow)
    flow.finish()


def _wide(flow: Flow, text: str, style: str, *, least: float = 20.0, keep: bool = False) -> None:
    flow.add(Part(0, LAST, text, style), least=least, keep=keep)


def _heading(flow: Flow, title: str) -> None:
    flow.gap()
    _wide(flow, title, "block", least=24, keep=True)


def _pair(flow: Flow, *pairs: tuple[str, str], keep: bool = False) -> None:
    """Write one or two labels with their values side by side."""
    half = (LAST + 1) // len(pairs)
    parts = []
    for place, (label, value) in enumerate(pairs):
        first = place * half
        parts += [Part(first, first, label, "report_label"),
                  Part(first + 1, first + half - 1, value, "report_text")]  # fmt: skip
    flow.add(*parts, keep=keep)


def _identity(flow: Flow, grade: Row) -> None:
    _heading(flow, "一、基本情况")
    _pair(flow, ("企业名称", grade["organisation"]))
    if scope := grade.get("scope", ""):
        _pair(flow, ("认证范围", scope))
    _pair(flow, ("信用代码", grade["uscc"]), ("项目编号", grade["audit_no"]))
    kind = (grade["audit_type"], grade.get("audit_method", ""))
    trade = (grade.get("industry", ""), grade.get("province", ""))
    _pair(flow, ("审核类型", "，".join(filter(None, kind))), ("审核日期", period(grade)))
    if any(trade):
        _pair(flow, ("行业", trade[0]), ("省份", trade[1]))
    _pair(flow, ("审核组", team(grade)))


def _verdict(flow: Flow, client: Client, standard: Standard) -> None:
    _heading(flow, "二、评定结果")
    grade = client.grade
    values = (
        ("最终得分", shown(Decimal(grade["final_score"]), standard)),
        ("建议级别", level_label(grade["level"], standard)),
    )
    half = (LAST + 1) // 2
    tiles = [(place * half, place * half + half - 1) for place in range(2)]
    for row, (style, least) in enumerate((("tile_label", 20.0), ("tile", 34.0))):
        flow.add(
            *(Part(*at, pair[row], style) for at, pair in zip(tiles, values, strict=True)),
            least=least, keep=True,
        )  # fmt: skip
    _pair(flow, ("得分构成", score_line(grade, standard)), keep=True)
    _pair(flow, ("级别规则", level_rule(grade, standard)))
    if client.decision:
        _pair(flow, ("认证决定", client.decision.text))
    else:
        _wide(flow, ADVICE, "note_line")


def _groups(
    book: WorkbookWriter, sheet: BulkSheet, flow: Flow, run: FinishedRun, client: Client,
    data: ChartData,
) -> None:  # fmt: skip
    """Draw the second level, beside the mean of the others where enough stand behind it."""
    groups = [g for g in book.standard.groups if g.clause in client.rates]
    if not groups:
        return
    _heading(flow, "三、二级指标得分率")
    known = all(group.clause in client.others for group in groups)
    others: Mapping[str, float] = client.others if known else {}
    labels = data.add("二级指标", [_label(group, client, known=known) for group in groups])
    own = data.add("本企业", [client.rates[group.clause] for group in groups])
    theirs = data.add("其他企业平均", [others[group.clause] for group in groups]) if known else None
    chart = charts.bars(
        book.workbook, labels, own, dark=set(), previous=theirs,
        names=("本企业", "其他企业平均"),
    )  # fmt: skip
    size = (int(sum(width * 7 + 5 for width in WIDTHS)) - 4,
            int(_CHART_ROWS * _CHART_HEIGHT * 4 / 3) - 6)  # fmt: skip
    charts.frame(chart, "得分率 = 得分 ÷ 适用分值", size, charts.LEGEND if known else None)
    text = "，".join(f"{g.label} {percent_shown(client.rates[g.clause])}" for g in groups)
    row = flow.picture_rows(_CHART_ROWS, _CHART_HEIGHT)
    sheet.insert_chart(row, 0, chart, {"description": f"二级指标得分率：{text}"})
    if known:
        note = (
            f"其他企业平均：同期其他 {run.others} 家企业的平均得分率，取整到 1%，每家企业计一次。"
        )
        _wide(flow, note, "note_line")


def _label(group: Group, client: Client, *, known: bool) -> str:
    """Name a second-level indicator, with its rate where the chart has no room for it."""
    return f"{group.label}  {percent_shown(client.rates[group.clause])}" if known else group.label


def _items(flow: Flow, title: str, words: str, listed: Sequence[Item]) -> None:
    """List indicators with the assessor's words; what the team wrote itself comes first."""
    _heading(flow, title)
    if words.strip():
        _wide(flow, words.strip(), "report_text", least=24)
    if not listed:
        if not words.strip():
            _wide(flow, "无。", "report_text")
        return
    flow.add(Part(0, 0, "条款", "subheading"), Part(1, 3, "检查内容", "subheading"),
             Part(4, 4, "评分比例", "subheading"), Part(5, 7, "审核证据与说明", "subheading"),
             keep=True)  # fmt: skip
    for item in listed:
        flow.add(Part(0, 0, item.clause, "report_label"), Part(1, 3, item.text, "report_text"),
                 Part(4, 4, item.rate, "report_percent"),
                 Part(5, 7, item.evidence or "（未填写）", "report_text"))  # fmt: skip


def _specials(flow: Flow, client: Client) -> None:
    """List the special items with their whole facts, then what is to be corrected."""
    _heading(flow, f"六、特别项（{len(client.specials)} 项）")
    if not client.specials:
        _wide(flow, "无。", "report_text")
    for item in client.specials:
        kind = f"{_KINDS[item['kind']]} {item['number']}"
        label = "，".join(filter(None, (kind, item["category"], item["clause"])))
        _wide(flow, label, "subheading_left", keep=True)
        action = list(_action(item))
        _pair(flow, ("事实", item["description"]), keep=bool(item["evidence"] or action))
        if item["evidence"]:
            _pair(flow, ("证据", item["evidence"]), keep=bool(action))
        if action:
            _pair(flow, ("整改", "；".join(action)))


def _action(item: Row) -> Iterator[str]:
    """Yield what is known of the corrective action of an entry."""
    words = (
        ("措施", "measure"), ("责任人", "responsible"), ("期限", "due"), ("状态", "rectification"),
        ("验证人", "verifier"), ("验证日期", "verified_on"),
    )  # fmt: skip
    for label, key in words:
        if value := item.get(key, "").strip():
            yield f"{label}：{value}"


def _signatures(flow: Flow) -> None:
    flow.gap(14)
    for people in (("审核组长", "企业代表"), ("批准人", "出具单位（盖章）")):
        parts = []
        for place, name in enumerate(people):
            first = 4 * place
            parts += [Part(first, first + 1, f"{name}：", "sign_label"),
                      Part(first + 2, first + 3, "日期：        ", "sign_line")]  # fmt: skip
        flow.add(*parts, least=38, keep=people[0] == "审核组长")


def write_details(book: WorkbookWriter, client: Client) -> None:
    """Write every indicator with its rating and the assessor's whole words."""
    standard = book.standard
    shares = any(clause in client.others for clause in standard.by_clause)
    heads = [
        ("条款", 9.0), ("检查内容", 42.0), ("分值", 6.5), ("评分档", 11.0), ("评分比例", 9.5),
        ("得分", 8.0), *([("其他平均", 9.5)] if shares else []), ("审核证据", 50.0),
    ]  # fmt: skip
    widths = [width for _head, width in heads]
    sheet = book.sheet(DETAILS, widths)
    scale, room = print_size(widths, landscape=True, most=_DETAIL_SCALE)
    flow = Flow(book, sheet, widths, scale=scale, room=room)
    title = f"{DETAILS}  {client.grade['organisation']}"
    flow.add(Part(0, len(heads) - 1, title, "title"), least=28, keep=True)
    flow.add(*(Part(n, n, head, "heading") for n, (head, _width) in enumerate(heads)),
             least=26, keep=True)  # fmt: skip
    for line in client.ratings:
        cells = enumerate(_detail(line, client, standard, shares=shares))
        flow.add(*(Part(n, n, value, style) for n, (value, style) in cells))
    sheet.freeze_panes(2, 1)
    flow.finish(repeated=(0, 1))


def _detail(
    line: Row, client: Client, standard: Standard, *, shares: bool
) -> Iterator[tuple[str | float, str]]:
    """Yield value and format of each cell of a line of 逐项得分."""
    indicator = standard.by_clause.get(line["clause"])
    yield line["clause"], "report_label"
    yield indicator.text if indicator else "", "report_text"
    yield float(line["weight"]), "weight_centre"
    yield line["band"], "centre"
    for key, style in (("percent", "percent_centre"), ("score", "points_centre")):
        yield (float(line[key]) if line[key] else ""), style
    if shares:
        mean = client.others.get(line["clause"]) if line["percent"] else None
        yield ("" if mean is None else mean), "report_percent"
    yield line["evidence"], "report_text"
