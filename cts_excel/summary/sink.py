"""The management workbook as an output of a run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from cts_excel.audit.chasing import chase_lines
from cts_excel.audit.outcome import Outcome
from cts_excel.batch.options import day_of
from cts_excel.batch.outputs.sink import Sink
from cts_excel.batch.results import Prepared, Result, Verdict
from cts_excel.batch.run import Run
from cts_excel.standard.model import Standard
from cts_excel.summary.outcomes.decisions import FILE as DECISIONS
from cts_excel.summary.outcomes.excerpt import excerpt, opened
from cts_excel.summary.outcomes.facts import NotReturned, RunFacts
from cts_excel.version import __version__
from cts_excel.workbook.ooxml.limits import in_words

FILE = "summary.xlsx"


class SummaryWorkbook(Sink):
    """Keeps what the sheets need of each result, and writes ``summary.xlsx`` at the end.

    A worker takes the excerpt of an outcome: it would cost this process a quarter of a run.
    """

    name = "summary"

    def __init__(self, run: Run) -> None:
        """Read the earlier runs that the summary compares with, if there are any.

        :raises RunFolderError: if an earlier run cannot be used.
        :raises DecisionsError: if the decisions on it cannot be used.
        """
        from cts_excel.summary.builder import SummaryBuilder  # not in workers: see prepare()
        from cts_excel.summary.outcomes.previous import read_previous

        self._run = run
        self._previous = [read_previous(path, run.standard) for path in run.options.previous]
        self._builder = SummaryBuilder(run.standard)

    @staticmethod
    def prepare(outcome: Outcome, standard: Standard, _content: bytes) -> Prepared:
        """Take from an outcome what the sheets show."""
        return (excerpt(outcome, standard),)

    def add(self, result: Result) -> None:
        """Keep what the sheets show of one file."""
        prepared = result.prepared.get(self.name)
        (packed,) = prepared or self.prepare(result.outcome, self._run.standard, b"")
        self._builder.take(opened(packed))

    def discard(self, error: BaseException) -> None:
        """Write nothing."""

    def close(self) -> None:
        """Write the workbook."""
        run = self._run
        form = run.folder / DECISIONS if run.options.decisions else None
        self._builder.write(
            run.folder / FILE, run_facts(run), self._previous, roster=_not_returned(run),
            decisions_form=form,
        )  # fmt: skip


def run_facts(run: Run) -> RunFacts:
    """Return what the sheets say of the run itself."""
    options = run.options
    shown: tuple[tuple[str, str], ...] = (
        ("规范文件", options.standard_path or "内置"),
        ("旧格式文件", "受理" if options.legacy else "不受理"),
        ("单个文件上限", in_words(options.limits.file_bytes)),
        ("单个文件时限", f"{options.limits.seconds:g} 秒"),
    )
    if options.independent:
        shown = (*shown, ("独立核对", _confirmed(run.confirmations)))
    return RunFacts(
        tool_version=__version__,
        started=datetime.fromtimestamp(run.plan.started, UTC),
        inputs=tuple(options.paths),
        options=shown,
        link_prefix=_path_to_inputs(run.folder),
        ignored=run.plan.ignored,
        excluded=run.plan.excluded,
    )


def _confirmed(confirmations: Mapping[Verdict, int]) -> str:
    """Say how many of the chosen audits the second reader confirms."""
    agreed, other = confirmations[Verdict.CONFIRMED], confirmations[Verdict.OTHER_TYPE]
    read = agreed + confirmations[Verdict.DIFFERENT]
    which = "距级别线 1 分以内的全部核对，其余抽查 1%"
    text = f"两套独立读取程序核对，{agreed}/{read} 份一致（{which}）"
    return f"{text}；{other} 份为其他文件类型，未核对" if other else text


def _not_returned(run: Run) -> list[NotReturned] | None:
    """Return the lines of 未回收; ``None`` if the run has no roster."""
    if run.campaign.state is None:
        return None
    today = day_of(run.plan.started)
    return [
        NotReturned(
            line.state,
            line.cover.organisation,
            line.cover.uscc,
            line.cover.audit_no,
            line.cover.audit_type,
            line.cover.lead_assessor,
            line.cover.assessor,
            line.file,
            line.remark,
            line.due.isoformat() if line.due else "",
            line.overdue(today),
            line.contact,
        )
        for line in chase_lines(run.campaign.state)
    ]


def _path_to_inputs(folder: Path) -> str | None:
    """Return the path from the run folder to where relative names start; none across drives."""
    try:
        path = os.path.relpath(Path.cwd(), folder.resolve())
    except ValueError:
        return None
    return path.replace(os.sep, "/") + "/"
