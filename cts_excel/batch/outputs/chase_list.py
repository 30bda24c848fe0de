"""``not_returned.csv``: what a roster says of a run; ``cts-excel chase`` reads it."""

from __future__ import annotations

from cts_excel.audit.chasing import chase_lines
from cts_excel.batch.options import RunOptions
from cts_excel.batch.outputs.columns import NOT_RETURNED
from cts_excel.batch.outputs.csv_files import heading, lines_of
from cts_excel.batch.outputs.sink import RunOutput, Sink
from cts_excel.batch.results import Result
from cts_excel.files.atomic import atomic_write


class ChaseList(Sink):
    """Writes the lines of 未回收, for machines and for reminders; only with a roster."""

    name = "chase"

    def __init__(self, run: RunOutput) -> None:
        """Remember the run: what is missing is known when all files are graded."""
        self._run = run

    @classmethod
    def wanted(cls, options: RunOptions) -> bool:
        """Tell whether the run has a roster."""
        return options.roster is not None

    def add(self, result: Result) -> None:
        """Nothing: the campaign keeps what is needed of each file."""

    def close(self) -> None:
        """Write the file."""
        state = self._run.campaign.state
        if state is None:
            return
        with atomic_write(self._run.folder / NOT_RETURNED.file) as stream:
            stream.write(
                heading(NOT_RETURNED) + lines_of(NOT_RETURNED, chase_lines(state)).encode()
            )

    def discard(self, error: BaseException) -> None:
        """Write nothing."""
