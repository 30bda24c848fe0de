"""运行记录: inputs and options of the run, counts, rules, and what each sheet shows."""

from __future__ import annotations

from cts_excel.audit.catalogue import CATALOGUE
from cts_excel.audit.outcome import Status
from cts_excel.summary.sheets.context import SummaryContext, SummarySheet
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.heights import merged_width, row_height
from cts_excel.summary.writing.sheet import BulkSheet
from cts_excel.summary.writing.text import cell_text

TITLE = "运行记录"
WIDTHS = (24.0, 60.0, 12.0)
_NAMED = 18  # files of a kind that are passed over, by name


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the sheet."""
    sheet = book.sheet(TITLE, WIDTHS, heading=TITLE, landscape=False)
    row = _pairs(book, sheet, 2, "本次评定", _facts(context))
    row = _counts(book, sheet, row + 1, context)
    if passed_over := _passed_over(context):
        row = _pairs(book, sheet, row + 1, "略过的文件", passed_over)
    row = _codes(book, sheet, row + 1, context)
    policy = context.standard.policy
    rules = [
        ("不适用", "允许，按适用分值折算" if context.standard.prorates else "不允许"),
        ("审核证据", "必填（缺则为错误）" if policy.require_evidence else "缺则为警告"),
        *((level.label, level.statement) for level in context.standard.levels),
        (context.standard.special.deduction.title, context.standard.special.deduction.rule),
        (context.standard.special.bonus.title, context.standard.special.bonus.rule),
    ]
    row = _pairs(book, sheet, row + 1, "评定规则", rules)
    errata = [(e.place, f"{e.printed} → {e.reading}") for e in context.standard.errata]
    if errata:
        row = _pairs(book, sheet, row + 1, "规范文本勘误", errata)
    guide = [(one.title, one.guide) for one in context.sheets if one.guide]
    row = _pairs(book, sheet, row + 1, "各表说明", guide)
    sheet.print_area(0, 0, row, 2)


def _facts(context: SummaryContext) -> list[tuple[str, str]]:
    facts, standard = context.facts, context.standard
    return [
        ("开始时间", f"{facts.started:%Y-%m-%d %H:%M:%S}"),
        ("工具版本", f"cts-excel {facts.tool_version}"),
        ("规范", f"《{standard.title}》（{standard.edition} 版，{standard.basis}）"),
        ("规范标识", standard.id),
        ("指标表 SHA-256", standard.digest),
        ("输入", "\n".join(facts.inputs)),
        *facts.options,
    ]


def _passed_over(context: SummaryContext) -> list[tuple[str, str]]:
    """Name the files that were not judged, and why."""
    facts = context.facts
    listed = (("不是工作簿", facts.ignored), ("按 --exclude 排除", facts.excluded))
    return [(f"{why}（{len(files)} 个）", _named(files)) for why, files in listed if files]


def _named(files: tuple[str, ...]) -> str:
    more = len(files) - _NAMED
    return "\n".join(files[:_NAMED]) + ("\n……其余见 run.json" if more > 0 else "")


def _pairs(
    book: WorkbookWriter, sheet: BulkSheet, row: int, title: str, pairs: list[tuple[str, str]]
) -> int:
    sheet.write_string(row, 0, title, book.format("block"))
    for row, (label, value) in enumerate(pairs, start=row + 1):  # noqa: B020
        sheet.write_string(row, 0, cell_text(label), book.format("label"))
        sheet.merge_range(row, 1, row, 2, "", book.format("wrap"))
        text = cell_text(value)
        sheet.write_string(row, 1, text, book.format("wrap"))
        sheet.set_row(row, row_height((text, merged_width(WIDTHS[1:]))))
    return row + 1


def _counts(book: WorkbookWriter, sheet: BulkSheet, row: int, context: SummaryContext) -> int:
    sheet.write_string(row, 0, "文件数核对", book.format("block"))
    meaning = {
        Status.GRADED: "完整且无错误，参与排名与统计",
        Status.NEEDS_CORRECTION: "有错误，补正前不定级",
        Status.CONFLICT: "与同一审核的另一文件不一致，须人工核实取舍",
        Status.DUPLICATE: "与已计入的文件答案相同，只计一次",
        Status.SUPERSEDED: "已由本次评定中更正后的文件替代",
        Status.REJECTED: "无法读取、不是本工作簿、加密、超限或危险",
    }
    first = row + 1
    for row, status in enumerate(Status, start=first):
        sheet.write_string(row, 0, status.shown, book.format("label"))
        sheet.write_string(row, 1, meaning[status], book.format("text"))
        sheet.write_number(row, 2, context.outcomes.count(status), book.format("integer_centre"))
    row += 1
    sheet.write_string(row, 0, "合计（= 输入文件数）", book.format("total_label"))
    sheet.write_string(row, 1, "", book.format("total_label"))
    total = len(context.outcomes)
    formula = f"=SUM(C{first + 1}:C{row})"
    sheet.write_formula(row, 2, formula, book.format("total_integer"), total)
    return row + 1


def _codes(book: WorkbookWriter, sheet: BulkSheet, row: int, context: SummaryContext) -> int:
    counts = context.outcomes.code_counts
    if not counts:
        return row
    sheet.write_string(row, 0, "问题代码统计", book.format("block"))
    ordered = sorted(counts, key=lambda code: (-counts[code], code))
    for row, code in enumerate(ordered, start=row + 1):  # noqa: B020
        entry = CATALOGUE[code]
        sheet.write_string(row, 0, f"{code}（{entry.severity.shown}）", book.format("label"))
        sheet.write_string(row, 1, entry.title["zh"], book.format("text"))
        sheet.write_number(row, 2, counts[code], book.format("integer_centre"))
    return row + 1


SHEET = SummarySheet(TITLE, write)
