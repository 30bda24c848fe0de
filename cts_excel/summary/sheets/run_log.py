"""运行记录: what was graded, by what, with which result, and how to read the sheets."""

from __future__ import annotations

from cts_excel.audit.catalogue import CATALOGUE
from cts_excel.audit.outcome import Status
from cts_excel.summary.sheets.run import Run
from cts_excel.summary.writing.book import Book
from cts_excel.summary.writing.sheet import BulkSheet
from cts_excel.summary.writing.text import visible

NAME = "运行记录"
GUIDE = (
    ("总览", "一页：结果、分布、强弱项、临界企业、待处理事项"),
    ("评分汇总", "每份审核一行，按最终得分排名；可筛选，汇总为公式"),
    ("指标矩阵", "审核 × 指标的评分比例热力图，含均值与四分位数"),
    ("分类得分", "一级、二级指标的得分与得分率"),
    ("指标分析", "每项指标的分布、各档占比、与最终得分的相关、得分率最低的企业"),
    ("临界分析", "每份审核距上下级线的分数，升一级所需的最少指标"),
    ("特别项", "全部特别扣分项与特别加分项"),
    ("核查问题", "全部核查问题，按影响排序，链接到原文件单元格"),
    ("评审员分析", "评审员与审核组长的评分习惯；附阅读说明"),
    ("雷同线索", "不同企业之间过于相似的证据或评分；仅供查看"),
    ("未评定", "待补正、冲突、拒收、重复文件及原因"),
    ("冲突对照", "同一审核的文件互相矛盾之处，逐项并列；没有冲突时无此表"),
)


def write(book: Book, run: Run) -> None:
    """Write the sheet."""
    sheet = book.sheet(NAME, (24.0, 60.0, 12.0), heading=NAME, landscape=False)
    row = _pairs(book, sheet, 2, "本次运行", _facts(run))
    row = _counts(book, sheet, row + 1, run)
    row = _codes(book, sheet, row + 1, run)
    policy = run.standard.policy
    rules = [
        ("不适用", "允许，按适用分值折算" if run.standard.prorates else "不允许"),
        ("审核证据", "必填（缺则为错误）" if policy.require_evidence else "缺则为警告"),
        *((level.label, level.statement) for level in run.standard.levels),
        (run.standard.special.deduction.title, run.standard.special.deduction.rule),
        (run.standard.special.bonus.title, run.standard.special.bonus.rule),
    ]
    row = _pairs(book, sheet, row + 1, "评定规则", rules)
    errata = [(e.place, f"{e.printed} → {e.reading}") for e in run.standard.errata]
    if errata:
        row = _pairs(book, sheet, row + 1, "规范文本勘误", errata)
    row = _pairs(book, sheet, row + 1, "各表说明", list(GUIDE))
    sheet.print_area(0, 0, row, 2)


def _facts(run: Run) -> list[tuple[str, str]]:
    facts, standard = run.facts, run.standard
    return [
        ("运行", facts.run_name),
        ("开始时间", f"{facts.started:%Y-%m-%d %H:%M:%S}"),
        ("工具版本", f"cts-excel {facts.tool_version}"),
        ("规范", f"{standard.title}（{standard.edition}，{standard.basis}）"),
        ("规范标识", standard.id),
        ("指标表 SHA-256", standard.digest),
        ("输入", "\n".join(facts.inputs)),
        *facts.options,
    ]


def _pairs(book: Book, sheet: BulkSheet, row: int, title: str, pairs: list[tuple[str, str]]) -> int:
    sheet.write_string(row, 0, title, book.format("block"))
    for row, (label, value) in enumerate(pairs, start=row + 1):  # noqa: B020
        sheet.write_string(row, 0, visible(label), book.format("label"))
        sheet.merge_range(row, 1, row, 2, "", book.format("wrap"))
        text = visible(value)
        sheet.write_string(row, 1, text, book.format("wrap"))
        lines = sum(1 + _width(line) // 74 for line in text.split("\n"))
        sheet.set_row(row, 16.5 * min(lines, 20))
    return row + 1


def _width(text: str) -> int:
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def _counts(book: Book, sheet: BulkSheet, row: int, run: Run) -> int:
    sheet.write_string(row, 0, "文件数核对", book.format("block"))
    meaning = {
        Status.GRADED: "完整且无错误，参与排名与统计",
        Status.NEEDS_CORRECTION: "有错误，补正前不定级",
        Status.CONFLICT: "与同一审核的另一文件不一致，由人决定",
        Status.DUPLICATE: "与已计文件答案相同，只计一次",
        Status.REJECTED: "无法读取、不是本工作簿、加密、超限或危险",
    }
    first = row + 1
    for row, status in enumerate(Status, start=first):
        sheet.write_string(row, 0, status.shown, book.format("label"))
        sheet.write_string(row, 1, meaning[status], book.format("text"))
        sheet.write_number(row, 2, run.gathered.count(status), book.format("integer"))
    row += 1
    sheet.write_string(row, 0, "合计（= 输入文件数）", book.format("total_label"))
    sheet.write_string(row, 1, "", book.format("total_label"))
    total = len(run.gathered.statuses)
    formula = f"=SUM(C{first + 1}:C{row})"
    sheet.write_formula(row, 2, formula, book.format("total_integer"), total)
    return row + 1


def _codes(book: Book, sheet: BulkSheet, row: int, run: Run) -> int:
    counts = run.gathered.code_counts
    if not counts:
        return row
    sheet.write_string(row, 0, "问题代码统计", book.format("block"))
    ordered = sorted(counts, key=lambda code: (-counts[code], code))
    for row, code in enumerate(ordered, start=row + 1):  # noqa: B020
        entry = CATALOGUE[code]
        sheet.write_string(row, 0, f"{code}（{entry.severity.shown}）", book.format("label"))
        sheet.write_string(row, 1, entry.title["zh"], book.format("text"))
        sheet.write_number(row, 2, counts[code], book.format("integer"))
    return row + 1
