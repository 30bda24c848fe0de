"""冲突对照: the answers of conflicting files of one audit, side by side (rule 12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cts_excel.audit.comparing import Comparison, compare
from cts_excel.audit.findings import Impact
from cts_excel.audit.levels import judge
from cts_excel.audit.model import Audit
from cts_excel.audit.scoring import score
from cts_excel.files.numbers import plain
from cts_excel.summary.outcomes.excerpt import pack
from cts_excel.summary.outcomes.spooled_rows import SpooledRows
from cts_excel.summary.sheets.context import SummaryContext, SummarySheet
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.heights import BODY
from cts_excel.summary.writing.sheet import CellWriter, CellXml, WrappedRow
from cts_excel.summary.writing.style import ALERT

TITLE = "冲突对照"
FIRST_ROW = 3
WIDTHS = (11, 18, 46, 46, 11, 22)
_FILE, _POINTS, _LEVEL = 2, 4, 5  # columns
MOST_ROWS = 50_000
MOST_DIFFERENCES = 500  # of two files
NOTE = (
    "同一审核的多份文件答案不一致，均不排名；请核实后只保留正确的一份，重新评定。"
    "各文件逐项与文件 A 对照；“影响”为 A 单独改用该答案后最终得分与级别的变化。"
    "空格、全半角、大小写的差别不计。命令 cts-excel compare 给出相同的对照。"
)
_HEADINGS = (
    "条款",
    "项目",
    "文件 A 的答案",
    "另一文件的答案",
    "分数影响",
    "级别变化",
)  # of each page
_NO_LEVEL = "待补正，暂无级别"


@dataclass
class _SheetRows:
    """The rows of the sheet as texts, their kind first; and which rows link to which files."""

    rows: SpooledRows = field(default_factory=SpooledRows)
    links: list[tuple[int, int]] = field(default_factory=list)  # row, number of the file

    def add(self, kind: str, *texts: str) -> None:
        self.rows.append(pack((kind, *texts, *[""] * (len(WIDTHS) - len(texts)))))


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the sheet."""
    shown = _all_rows(context)
    sheet = book.sheet(TITLE, WIDTHS, heading=TITLE, note=NOTE, note_rows=2)
    sheet.set_tab_color(ALERT)
    rows = len(shown.rows)
    sheet.add_block(FIRST_ROW, (rows, len(WIDTHS)), _cells(book, context, shown.rows))
    sheet.set_row(FIRST_ROW - 1, 24)
    for column, title in enumerate(_HEADINGS):
        sheet.write_string(FIRST_ROW - 1, column, title, book.format("heading"))
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.repeat_rows(FIRST_ROW - 1)
    sheet.print_area(0, 0, FIRST_ROW + rows - 1, len(WIDTHS) - 1)
    if context.linked:
        for row, number in shown.links:
            link = context.file_link(context.outcomes.file(number).file)
            sheet.add_link(FIRST_ROW + row, _FILE, link)


def _all_rows(context: SummaryContext) -> _SheetRows:
    shown, left = _SheetRows(), 0
    for group in context.outcomes.conflicts.groups():
        if len(shown.rows) >= MOST_ROWS or not _add_group(context, shown, group):
            left += 1
    if left:
        shown.add("note", f"另有 {left:,} 项冲突的审核未在此列出，见“未评定”；"
                          "请用命令 cts-excel compare 对照。")  # fmt: skip
    return shown


def _add_group(context: SummaryContext, shown: _SheetRows, group: tuple[int, ...]) -> bool:
    """Add one audit; return ``False`` if fewer than two of its files were kept."""
    audits = context.outcomes.conflicts.audits(group)
    if len(audits) < 2:
        return False
    f = context.outcomes.file(group[0])
    title = " · ".join(t for t in (f.organisation, f.audit_no, f.audit_type, f.assessor) if t)
    shown.add("group", title, "", "", "", "得分", "单独计入时的级别")
    for letter, (number, audit) in zip(_letters(audits), audits, strict=True):
        _add_file(context, shown, letter, number, audit)
    if len(audits) < len(group):
        shown.add("note", f"另有 {len(group) - len(audits):,} 份文件未列，见“未评定”。")
    first = audits[0][1]
    for letter, (_number, audit) in list(zip(_letters(audits), audits, strict=True))[1:]:
        _add_comparison(shown, letter, compare(first, audit, context.standard))
    shown.add("gap")
    return True


def _letters(audits: list[tuple[int, Audit]]) -> list[str]:
    return [chr(ord("A") + place) for place in range(len(audits))]


def _add_file(
    context: SummaryContext, shown: _SheetRows, letter: str, number: int, audit: Audit
) -> None:
    result = score(audit, context.standard)
    level = _NO_LEVEL
    if context.outcomes.conflicts.gradable(number):
        level = judge(result.final, result.deductions, context.standard).label
    shown.links.append((len(shown.rows), number))
    file = context.outcomes.file(number).file
    shown.add("file", f"文件 {letter}", "", file, "", plain(result.final), level)


def _add_comparison(shown: _SheetRows, letter: str, found: Comparison) -> None:
    shown.add("heading", "条款", "项目", "文件 A 的答案", f"文件 {letter} 的答案", "分数影响",
              "级别变化")  # fmt: skip
    for one in found.differences[:MOST_DIFFERENCES]:
        values = (one.first or "—", one.second or "—")
        shown.add("answer", one.clause or one.part, one.label, *values, *_effect(one.impact))
    many = len(found.differences)
    if many > MOST_DIFFERENCES:
        shown.add("note", f"只列出前 {MOST_DIFFERENCES} 处不同。")
    if found.same:
        shown.add("total", f"文件 {letter} 与文件 A 的答案相同")
        return
    points, level = _effect(found.total)
    text = f"合计：{many} 处不同；全部改用文件 {letter} 的答案时"
    shown.add("total", text, "", "", "", points, level or "级别不变")


def _effect(impact: Impact | None) -> tuple[str, str]:
    if impact is None or impact.points is None:
        return "", ""
    return plain(impact.points), impact.level_text


def _cells(
    book: WorkbookWriter, context: SummaryContext, rows: SpooledRows
) -> Iterator[list[CellXml]]:
    styles = {
        "group": ("total_label",) * 4 + ("total_text",) * 2,
        "file": ("label", "text", context.file_style, "text"),
        "heading": ("subheading",) * 6, "answer": ("centre", "wrap", "wrap", "wrap"),
        "total": ("total_label",) * 4, "note": ("note_line",) * 6, "gap": ("note_line",) * 6,
    }  # fmt: skip
    writers = {kind: [book.text_cells(name) for name in names] for kind, names in styles.items()}
    points, level = book.score_cells("points_centre"), book.text_cells("centre")
    change, total = book.number_cells("signed_exact"), book.number_cells("total_signed_exact")
    last: dict[str, tuple[CellWriter, CellWriter]] = {
        "file": (lambda text: points(text, text), level),
        "answer": (change, level),
        "total": (total, book.text_cells("total_text")),
    }
    for number in range(len(rows)):
        kind, *texts = rows[number]
        cells = [cell(text) for cell, text in zip(writers[kind], texts, strict=False)]
        if kind in last:
            amount, moved = last[kind]
            cells += [amount(texts[_POINTS]), moved(texts[_LEVEL])]
        wrapped = [(texts[n], WIDTHS[n], BODY) for n in (1, 2, 3)] if kind == "answer" else []
        yield WrappedRow(cells, *wrapped)


SHEET = SummarySheet(
    TITLE, write, guide="同一审核的文件互相矛盾之处，逐项并列；没有冲突时无此表",
    applies=lambda context: bool(context.outcomes.conflicts.groups()),
)  # fmt: skip
