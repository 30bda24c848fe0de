"""One grading run and its folder: orders the stages, keeps what is done, records the result."""

from __future__ import annotations

import os
from array import array
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.campaign import Campaign, look_at, noted, roster_rows
from cts_excel.batch.duplicates import Statement, Verdict, compare, settled, stated
from cts_excel.batch.engines.choose import started
from cts_excel.batch.engines.dispatch import graded
from cts_excel.batch.engines.judge import Excerpt, Rules
from cts_excel.batch.engines.local import Engine
from cts_excel.batch.engines.records import outcome_of, unpack, unpack_head
from cts_excel.batch.errors import RunInterruptedError, output_error
from cts_excel.batch.inputs.admit import take_copy
from cts_excel.batch.inputs.file_list import Tasks
from cts_excel.batch.inputs.find import Found, find
from cts_excel.batch.inputs.passwords import read_passwords
from cts_excel.batch.outputs.csv_lines import HEADERS
from cts_excel.batch.outputs.parquet import ParquetTables, require_pyarrow
from cts_excel.batch.outputs.run_record import RunRecord, write_record
from cts_excel.batch.results import Result, as_judged, as_settled
from cts_excel.batch.stop_signals import StopSignals
from cts_excel.batch.store.journal import Journal
from cts_excel.batch.store.plan import Plan, RunOptions, new_plan
from cts_excel.batch.store.run_folder import found_run, new_folder, take_up
from cts_excel.files.atomic import whole_file
from cts_excel.standard.model import Standard
from cts_excel.workbook.issuing.key_file import load_key
from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.returned.files import Mode

Progress = Callable[[int, int], None]  # files done, files in all
_NOT_YET = -1  # position of a file that is not graded


class Run:
    """A run in its folder. Use it in a ``with`` statement: it ends cleanly whatever happens.

    ``results()``, or ``outcomes()``, grades what is left and yields what became of every file, in
    order; then ``finish()`` writes ``run.json`` and the folder is complete.
    """

    def __init__(
        self, folder: Path, plan: Plan, rules: Rules, journal: Journal, where: RunOptions
    ) -> None:
        """Take up a plan where its journal stands; :meth:`create` and :meth:`resume` call this.

        :param where: its ``engine``, ``scheduler`` and ``jobs`` count.
        """
        self.folder, self.plan, self.standard = folder, plan, rules.standard
        self.counts: Counter[Status] = Counter()
        self._journal, self._where, self._rules = journal, where, rules
        roster = plan.options.roster
        self._roster = roster_rows(roster) if roster else None
        self.campaign = Campaign(None, {})
        self._positions = array("q", [_NOT_YET]) * len(plan.files)
        self._marks = array("Q", [0]) * len(plan.files)
        self._done = 0
        self._looked_up = 0
        self._verdicts: dict[int, Verdict] = {}
        self._engine: Engine | None = None
        self._taking: Generator[Result, None, None] | None = None
        self._signals = StopSignals()
        for position, record in journal.records():
            self._note(record, position)

    @classmethod
    def create(cls, options: RunOptions, standard: Standard, excerpt: Excerpt | None = None) -> Run:
        """Find the files, make the folder, write down the plan.

        :param excerpt: makes what each result brings beside its outcome; a function of a module.
        :raises RunError: wrong path, nothing to grade, folder taken or not writable.
        """
        # A password or key file that cannot be read ends it here.
        rules = _rules(options, standard, excerpt)
        if options.roster:
            roster_rows(options.roster)
        if options.parquet:
            require_pyarrow()
        plan = new_plan(options, standard, find(options.paths))
        folder = new_folder(options)
        return cls(folder, plan, rules, found_run(folder, plan), options)

    @classmethod
    def resume(cls, folder: Path | str, excerpt: Excerpt | None = None, **where: Any) -> Run:
        """Take up a run that was stopped; what is graded is not graded again.

        :param excerpt: as for :meth:`create`.
        :param where: ``jobs``, ``engine`` and ``scheduler``, where not as before.
        :raises RunError: where there is nothing to take up, or the tool or standard has changed.
        """
        plan, standard, journal = take_up(Path(folder))
        changed = {name: value for name, value in where.items() if value is not None}
        rules = _rules(plan.options, standard, excerpt)
        return cls(Path(folder), plan, rules, journal, replace(plan.options, **changed))

    @property
    def total(self) -> int:
        """The number of files seen."""
        return len(self.plan.files)

    @property
    def done(self) -> int:
        """The number of files judged so far."""
        return self._done

    @property
    def jobs(self) -> int:
        """The number of worker processes on this machine."""
        return self._where.jobs or _processors()

    def path(self, name: str) -> Path:
        """Return where an output of this run belongs; its folder is made."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def source(self, outcome: Outcome) -> bytes:
        """Read the file of an outcome again, with the same care as the first time.

        :raises OSError: where it can no longer be read, or is not let in any more.
        """
        try:
            return take_copy(self._found(outcome.file), self.plan.options.limits).content
        except NotReadableError as error:
            raise OSError(error.found or error.reason) from None

    def _found(self, file: str) -> Found:
        """Look a file up by its name, from where the last one was: they are asked for in order."""
        for step in range(self.total):
            number = (self._looked_up + step) % self.total
            found = self.plan.files[number]
            if found.file == file:
                self._looked_up = number
                return found
        raise KeyError(file)

    def outcomes(self, progress: Progress | None = None) -> Iterator[Outcome]:
        """Grade what is left, then yield the final outcome of every file; see :meth:`results`."""
        return (result.outcome for result in self.results(progress))

    def results(self, progress: Progress | None = None) -> Iterator[Result]:
        """Grade what is left, then yield the final result of every file, sorted by path.

        The data files are written on the way and are whole when the last result was taken.

        :param progress: called with the files done and the files in all.
        """
        self._taking = self._taken(progress)
        return self._taking

    def _taken(self, progress: Progress | None) -> Generator[Result, None, None]:
        self._grade(progress)
        self.counts.clear()
        self._verdicts = compare(self._statements())
        if self._roster is not None or self._rules.key is not None:
            self.campaign = look_at(self._first_outcomes(), self._roster)
        with ExitStack() as stack:
            streams = []
            for name, header in HEADERS.items():
                stream = stack.enter_context(whole_file(self.folder / name))
                stream.write(b"\xef\xbb\xbf" + header.encode())
                streams.append(stream)
            tables: list[ParquetTables] = []
            if self.plan.options.parquet:
                tables.append(stack.enter_context(ParquetTables(self.folder, self.standard)))
            for number in range(self.total):
                result = self._final(number)
                for stream, text in zip(streams, result.lines, strict=True):
                    stream.write(text)
                for table in tables:
                    table.add(result.outcome)
                self.counts[result.status] += 1
                yield result

    def finish(self) -> RunRecord:
        """Hash the outputs, write ``run.json``, remove the journal.

        :raises RuntimeError: before every result was taken.
        """
        if sum(self.counts.values()) != self.total:
            raise RuntimeError("take every outcome first")
        record = write_record(self.folder, self.plan, self.standard, self.counts, self._inputs())
        self._journal.close()
        self._journal.path.unlink()
        return record

    def __enter__(self) -> Self:
        self._signals.hold()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._close()
        finally:
            self._signals.release()
        if isinstance(error, KeyboardInterrupt):
            raise RunInterruptedError(str(self.folder), self._done, self.total) from None
        if isinstance(error, OSError):
            raise output_error(str(self.folder), error) from error

    def _grade(self, progress: Progress | None) -> None:
        left = (n for n, position in enumerate(self._positions) if position == _NOT_YET)
        tasks = Tasks(self.plan.files, array("Q", left))
        if progress:
            progress(self._done, self.total)
        if not len(tasks):
            return
        self._engine = started(self._where, self._rules, min(self.jobs, len(tasks)))
        for records in graded(tasks, self._engine, self._rules):
            for record, position in zip(records, self._journal.append(records), strict=True):
                self._note(record, position)
            if progress:
                progress(self._done, self.total)
        self._journal.sync()
        self._engine.close()
        self._engine = None

    def _note(self, record: bytes, position: int) -> None:
        head = unpack_head(record)
        self._done += self._positions[head.number] == _NOT_YET
        self._positions[head.number] = position
        if head.key is not None:
            self._marks[head.number] = int.from_bytes(head.key.occasion[:8], "little")

    def _statements(self) -> dict[int, Statement]:
        """Return what must be known of the files whose audit may stand more than once.

        Most audits stand once. Eight bytes of each are compared first, so that only what the others
        state is taken from the journal and digested.
        """
        ordered = sorted(self._marks)
        twice = {mark for mark, following in pairwise(ordered) if mark == following != 0}
        statements = {}
        for number, mark in enumerate(self._marks):
            if mark in twice:
                record = unpack(self._journal.read(self._positions[number]))
                statement = stated(outcome_of(record))
                if statement is not None:
                    statements[number] = statement
        return statements

    def _final(self, number: int) -> Result:
        record = unpack(self._journal.read(self._positions[number]))
        verdict, notes = self._verdicts.get(number), self.campaign.notes.get(record.file)
        if verdict is None and not notes:
            return as_judged(record, self._rules)
        outcome = outcome_of(record)
        if verdict is not None:
            outcome = settled(outcome, verdict)
        if notes:
            outcome = noted(outcome, notes)
        return as_settled(outcome, self._rules)

    def _first_outcomes(self) -> Iterator[Outcome]:
        """Yield every file's outcome as graded, before files are compared."""
        for position in self._positions:
            yield outcome_of(unpack(self._journal.read(position)))

    def _inputs(self) -> Iterator[tuple[str, str, str]]:
        for number, position in enumerate(self._positions):
            head = unpack_head(self._journal.read(position))
            verdict = self._verdicts.get(number)
            yield head.file, head.sha256, (verdict or head).status.value

    def _close(self) -> None:
        if self._taking is not None:
            self._taking.close()  # half-written files go
        if self._engine is not None:
            self._engine.close()
            self._engine = None
        self._journal.close()


def _rules(options: RunOptions, standard: Standard, excerpt: Excerpt | None) -> Rules:
    passwords = read_passwords(Path(options.password_file) if options.password_file else None)
    key = load_key(options.key_file) if options.key_file else None
    return Rules(
        standard,
        options.limits,
        options.legacy,
        passwords,
        key,
        excerpt,
        Mode(options.returned),
    )


def _processors() -> int:
    """Count the processors that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
