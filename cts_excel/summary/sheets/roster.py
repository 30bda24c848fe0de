"""未回收: what a roster says should be there, and what is there without it."""

from __future__ import annotations

from collections.abc import Iterator

from cts_excel.summary.sheets.run import Run
from cts_excel.summary.writing.book import Book, Column
from cts_excel.summary.writing.sheet import Tail, Tall

NAME = "未回收"
FIRST_ROW = 3
COLUMNS = (
    Column("状态", 12), Column("企业名称", 30), Column("统一社会信用代码", 21),
    Column("项目编号", 16),
    Column("审核类型", 11), Column("审核组长", 11), Column("评审员", 11), Column("说明", 44),
    Column("文件", 36),
)  # fmt: skip
NOTE = (
    "与发放名册核对：未回收 = 已列入名册而未交回；未发放 = 已交回而不在名册；"
    "标识不符 = 与发放时填写的不一致。"
)


def write(book: Book, run: Run) -> None:
    """Write the sheet, in the roster's order."""
    sheet = book.sheet(NAME, [c.width for c in COLUMNS], heading=NAME, note=NOTE)
    book.table(sheet, "roster", FIRST_ROW, COLUMNS, len(run.roster or ()), _rows(book, run))


def _rows(book: Book, run: Run) -> Iterator[list[Tail]]:
    text, wrap, alert = book.texts(), book.texts("wrap"), book.texts("alert_centre")
    for row in run.roster or ():
        cells = [
            alert(row.state), wrap(row.organisation), text(row.uscc), text(row.audit_no),
            text(row.audit_type), text(row.lead_assessor), text(row.assessor), wrap(row.remark),
            text(row.file),
        ]  # fmt: skip
        yield Tall(cells, (row.organisation, 30), (row.remark, 44))
