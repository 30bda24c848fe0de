"""冲突对照: the files of an audit that contradict each other, answer by answer (rule 12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cts_excel.audit.comparing import Comparison, compare
from cts_excel.audit.findings import Impact
from cts_excel.audit.levels import judge
from cts_excel.audit.model import Audit
from cts_excel.audit.scoring import score
from cts_excel.files.numbers import plain
from cts_excel.summary.outcomes.excerpt import packed
from cts_excel.summary.outcomes.gathered import Records
from cts_excel.summary.sheets.run import Run
from cts_excel.summary.writing.book import Book, Column
from cts_excel.summary.writing.sheet import Tail, TailMaker, Tall
from cts_excel.summary.writing.style import ALERT

NAME = "冲突对照"
FIRST_ROW = 3
COLUMNS = (
    Column("条款", 11), Column("项目", 18), Column("文件 A", 46), Column("文件 B", 46),
    Column("分数影响", 11), Column("级别变化", 22),
)  # fmt: skip
MOST_ROWS = 50_000
MOST_DIFFERENCES = 500  # of two files
NOTE = (
    "同一审核的多份文件答案不一致，均不排名；请核实后只保留正确的一份，重新评定。"
    "各文件逐项与文件 A 对照；「影响」为 A 单独改用该答案后最终得分与级别的变化。"
    "空格、全半角、大小写不计。命令 cts-excel compare 给出相同的对照。"
)
_NO_LEVEL = "待补正，暂无级别"


@dataclass
class _Pages:
    """What the sheet shows: rows as texts (kind first), and where files are linked."""

    rows: Records = field(default_factory=Records)
    links: list[tuple[int, int]] = field(default_factory=list)  # row, number of the file

    def add(self, kind: str, *texts: str) -> None:
        self.rows.append(packed((kind, *texts, *[""] * (len(COLUMNS) - len(texts)))))


def write(book: Book, run: Run) -> None:
    """Write the sheet; none where no two files conflict."""
    groups = run.conflicts.groups()
    if not groups:
        return
    shown = _gathered(run, groups)
    sheet = book.sheet(NAME, [c.width for c in COLUMNS], heading=NAME, note=NOTE, note_rows=2)
    sheet.set_tab_color(ALERT)
    rows = len(shown.rows)
    sheet.add_block(FIRST_ROW, 0, (rows, len(COLUMNS)), _tails(book, run, shown.rows))
    sheet.freeze_panes(FIRST_ROW - 1, 0)
    sheet.repeat_rows(0, 1)
    sheet.print_area(0, 0, FIRST_ROW + rows - 1, len(COLUMNS) - 1)
    if run.linked:
        for row, number in shown.links:
            target = run.target(run.gathered.file(number).file)
            sheet.add_link(FIRST_ROW + row, 2, target=target, tip="打开原文件")


def _gathered(run: Run, groups: list[tuple[int, ...]]) -> _Pages:
    shown, left = _Pages(), 0
    for group in groups:
        if len(shown.rows) >= MOST_ROWS or not _add_group(run, shown, group):
            left += 1
    if left:
        shown.add("note", f"另有 {left:,} 项冲突的审核未在此列出，见「未评定」；"
                          "请用命令 cts-excel compare 对照。")  # fmt: skip
    return shown


def _add_group(run: Run, shown: _Pages, group: tuple[int, ...]) -> bool:
    """Add one audit; ``False`` where fewer than two of its files were kept."""
    audits = run.conflicts.audits(group)
    if len(audits) < 2:
        return False
    f = run.gathered.file(group[0])
    title = " · ".join(t for t in (f.organisation, f.audit_no, f.audit_type, f.assessor) if t)
    shown.add("group", title, "", "", "", "得分", "若单独计入的级别")
    for place, (number, audit) in enumerate(audits):
        _add_file(run, shown, (place, number), audit)
    if len(audits) < len(group):
        shown.add("note", f"另有 {len(group) - len(audits):,} 份文件未列，见「未评定」。")
    for place, (_number, audit) in enumerate(audits[1:], start=1):
        _add_comparison(shown, _letter(place), compare(audits[0][1], audit, run.standard))
    shown.add("gap")
    return True


def _add_file(run: Run, shown: _Pages, named: tuple[int, int], audit: Audit) -> None:
    place, number = named
    result = score(audit, run.standard)
    level = _NO_LEVEL
    if run.conflicts.ready(number):
        level = judge(result.final, result.deductions, run.standard).label
    shown.links.append((len(shown.rows), number))
    file = run.gathered.file(number).file
    shown.add("file", f"文件 {_letter(place)}", "", file, "", plain(result.final), level)


def _add_comparison(shown: _Pages, letter: str, found: Comparison) -> None:
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


def _letter(place: int) -> str:
    return chr(ord("A") + place)


def _tails(book: Book, run: Run, rows: Records) -> Iterator[list[Tail]]:
    styles = {
        "group": ("total_label",) * 4 + ("total_text",) * 2,
        "file": ("label", "text", run.file_style, "text"),
        "heading": ("subheading",) * 6, "answer": ("centre", "wrap", "wrap", "wrap"),
        "total": ("total_label",) * 4, "note": ("note_line",) * 6, "gap": ("note_line",) * 6,
    }  # fmt: skip
    makers = {kind: [book.texts(name) for name in names] for kind, names in styles.items()}
    points, level = book.scores("points_centre"), book.texts("centre")
    moved, total = book.numbers("signed_exact"), book.numbers("total_signed_exact")
    last: dict[str, TailMaker] = {"answer": level, "file": level, "total": book.texts("total_text")}
    for number in range(len(rows)):
        kind, *texts = rows[number]
        cells = [make(text) for make, text in zip(makers[kind], texts, strict=False)]
        if kind in last:
            amount = {"answer": moved, "total": total}.get(kind)
            cells.append(points(texts[4]) if amount is None else amount(texts[4]))
            cells.append(last[kind](texts[5]))
        wrapped = [(texts[n], COLUMNS[n].width) for n in (1, 2, 3)] if kind == "answer" else []
        yield Tall(cells, *wrapped)
