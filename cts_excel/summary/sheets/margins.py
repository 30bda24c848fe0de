"""临界分析: audits within a point of a level line, above it as below it, with what to re-check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from cts_excel.audit.levels import shown
from cts_excel.files.numbers import plain
from cts_excel.summary.figures.near_lines import rechecks
from cts_excel.summary.figures.tally import NEAR_POINTS, NearLine
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.sheets.context import SummaryContext, SummarySheet
from cts_excel.summary.sheets.listing import Listing
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.table import Column, score, text

TITLE = "临界分析"
FIRST_ROW = 3
NOTE = (
    f"最终得分距级别线不超过 {plain(NEAR_POINTS)} 分的审核，高于与低于级别线的一并列出，由近到远。"
    "“建议复核证据的指标”为评分相差一档即可能改变级别的指标，证据最少的在前；"
    "复核以证据为准，可能提高，也可能降低得分。"
)
RECHECK, REVIEWER, CONCLUSION = "建议复核证据的指标", "复核人", "复核结论"


class _Row(NamedTuple):
    file: FileRow
    near: NearLine
    rated: int  # its row in the codes


def columns(context: SummaryContext) -> list[Column[_Row]]:
    """Return the columns; the last ones are for the reviewer."""
    standard = context.standard

    def gap(row: _Row) -> str:
        """Return the distance of the score as it is shown."""
        minimum = standard.level_by_label[row.near.level].minimum
        return plain(Decimal(shown(Decimal(row.file.final), standard)) - minimum)

    return [
        text("企业名称", 26, lambda r: r.file.organisation, "wrap"),
        text("项目编号", 15, lambda r: r.file.audit_no, "wrap"),
        text("审核组长", 10, lambda r: r.file.lead_assessor, "wrap"),
        text("评审员", 10, lambda r: r.file.assessor, "wrap"),
        score("最终得分", 9.5, lambda r: r.file.final),
        text("建议级别", 10, lambda r: r.file.level, "centre"),
        text("最近的级别线", 10, lambda r: r.near.level, "centre"),
        score("距级别线", 9.5, gap, "signed_centre", like=lambda r: r.file.final),
        text(RECHECK, 46, lambda r: _rechecked(context, r), "wrap"),
        text(REVIEWER, 11, lambda _r: "", "input_wrap"),
        text(CONCLUSION, 26, lambda _r: "", "input_wrap"),
        text("文件", 34, lambda r: r.file.file, context.file_style,
             link=lambda r: context.file_link(r.file.file)),
    ]  # fmt: skip


def write(book: WorkbookWriter, context: SummaryContext) -> None:
    """Write the sheet."""
    near = context.tally.near
    Listing(
        title=TITLE, table="near_{page}", first_row=FIRST_ROW, columns=columns(context), note=NOTE,
        note_rows=2, count=len(near), frozen=1, last_printed=CONCLUSION,
        rows=lambda places: _rows(context, near[places.start : places.stop]),
    ).write(book, context)  # fmt: skip


def _rows(context: SummaryContext, near: Sequence[NearLine]) -> Iterator[_Row]:
    ranking = context.ranking
    wanted = {one.number for one in near}
    pairs = zip(ranking.graded, ranking.rows, strict=True)
    row_of = {number: row for number, row in pairs if number in wanted}
    return (_Row(context.outcomes.file(one.number), one, row_of[one.number]) for one in near)


def _rechecked(context: SummaryContext, row: _Row) -> str:
    """Name the indicators to look at again."""
    indicators = context.standard.indicators
    return "、".join(
        indicators[found.place].clause + ("" if found.evidence else "（无证据）")
        for found in rechecks(context.figures, row.rated, row.near)
    )


SHEET = SummarySheet(
    TITLE, write, guide="距级别线 1 分以内的审核，高低两侧；建议复核证据的指标，复核人与结论"
)
