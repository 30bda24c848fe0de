"""What a summary sheet is, and the run that all sheets show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from cts_excel.standard.model import Standard
from cts_excel.summary.figures.client_changes import ClientChange, client_changes
from cts_excel.summary.figures.rectifying import Action, actions, open_actions
from cts_excel.summary.figures.reviewing import reviews_text
from cts_excel.summary.figures.run_figures import RunFigures
from cts_excel.summary.outcomes.columns import OutcomeColumns
from cts_excel.summary.outcomes.facts import NotReturned, RunFacts
from cts_excel.summary.outcomes.previous import PreviousRun
from cts_excel.summary.writing.book import WorkbookWriter
from cts_excel.summary.writing.chart_data import ChartData
from cts_excel.summary.writing.pages import CellLinks
from cts_excel.summary.writing.sheet import LAST_ROW, Link
from cts_excel.summary.writing.text import link_target

MATRIX_LIMIT = 20_000  # audits; with more, no sheet lists ratings per audit
GRADES, PENDING = "评分汇总", "未评定"  # the sheets that 总览 links to
NOTHING_GRADED = "没有已评定的文件，无可显示。"


@dataclass(frozen=True, slots=True)
class SummarySheet:
    """A sheet of the summary.

    ``guide`` describes it in 运行记录. ``applies`` returns whether a run has the sheet.
    ``prepare`` tells the context what other sheets refer to; it runs before any sheet is written.
    """

    title: str
    write: Callable[[WorkbookWriter, SummaryContext], None]
    guide: str = ""
    applies: Callable[[SummaryContext], bool] = lambda _context: True
    prepare: Callable[[SummaryContext], None] = lambda _context: None


@dataclass(frozen=True, slots=True)
class GradeCells:
    """References to 评分汇总 for formulas: single cells, and its columns by heading."""

    graded: str = ""
    pass_rate: str = ""
    none_graded: str = ""  # a condition
    columns: dict[str, str] = field(default_factory=dict)


@dataclass
class SummaryContext(RunFigures):
    """One run, as all sheets see it; ``earlier`` are earlier runs, the latest last.

    ``grade_links``, ``finding_links``, ``finding_groups`` and ``grade_cells`` are set by the sheets
    they lead to.
    """

    outcomes: OutcomeColumns
    facts: RunFacts
    earlier: tuple[PreviousRun, ...]
    roster: tuple[NotReturned, ...] | None
    sheets: tuple[SummarySheet, ...]
    grade_links: CellLinks = field(init=False)
    finding_links: CellLinks = field(init=False)
    finding_groups: list[list[int]] = field(init=False)
    grade_cells: GradeCells = field(init=False)
    chart_data: ChartData = field(init=False, default_factory=ChartData)

    @property
    def previous(self) -> PreviousRun | None:
        """The latest earlier run, if there is one."""
        return self.earlier[-1] if self.earlier else None

    @cached_property
    def changes(self) -> list[ClientChange]:
        """What became of each client since the latest earlier run."""
        if self.previous is None:
            return []
        return client_changes(self.outcomes, self.ranking, self.previous)

    @property
    def standard(self) -> Standard:
        """The standard that the audits follow."""
        return self.outcomes.standard

    @cached_property
    def actions(self) -> list[Action]:
        """The corrective actions of all deductions that count, on the day of the run."""
        return actions(self.outcomes, self.facts.started.date())

    @cached_property
    def open_actions(self) -> Mapping[int, int]:
        """Number of corrective actions that are not verified, by number of the file."""
        return open_actions(self.actions)

    def review_text(self, number: int) -> str:
        """Return the reasons to review a file in one line."""
        return reviews_text(self.reviews.get(number, ()))

    @property
    def linked(self) -> bool:
        """Whether cells are links; too many links make a workbook slow."""
        return len(self.outcomes) <= MATRIX_LIMIT

    @property
    def link_style(self) -> str:
        """The format of a cell that leads to another sheet."""
        return "link" if self.linked else "text"

    @property
    def file_style(self) -> str:
        """The format of a file's name."""
        return self.link_style if self.facts.link_prefix is not None else "text"

    def target(self, file: str) -> str:
        """Return a link's target for an input file, ``""`` if it gets none."""
        return link_target(file, self.facts.link_prefix)

    def file_link(self, file: str) -> Link:
        """Return the link to an input file."""
        return Link(target=self.target(file), tip="打开原文件")

    def findings_link(self, file_number: int) -> Link:
        """Return the link to a file's first finding."""
        return Link(location=self.finding_links.location(file_number), tip="查看核查问题")

    @property
    def one_grade_sheet(self) -> bool:
        """Whether 评分汇总 fits one sheet, so that formulas can refer to all of it."""
        return len(self.ranking) <= LAST_ROW - 1_000

    @property
    def small_enough(self) -> bool:
        """Whether sheets with ratings per audit are written."""
        return self.figures.n <= MATRIX_LIMIT
