"""One grading run and its folder: grades what is left, keeps what is done, records the result."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.campaign import Campaign, compare_with_roster, read_run_roster, with_findings
from cts_excel.batch.corrections import (
    Replaced,
    mixed_groups,
    replaced_by_complete,
    replaced_by_copies,
    replaced_by_equals,
    superseded,
    without,
)
from cts_excel.batch.duplicates import Resolution, apply_resolution, resolve
from cts_excel.batch.engines.choose import start_engine
from cts_excel.batch.engines.confirmation import SecondReader
from cts_excel.batch.engines.dispatch import graded
from cts_excel.batch.engines.judge import Rules
from cts_excel.batch.engines.local import Engine
from cts_excel.batch.errors import EXIT_USAGE, RunError, RunInterruptedError, output_error
from cts_excel.batch.identities import AuditIdentity, audit_identity
from cts_excel.batch.inputs.admit import take_copy
from cts_excel.batch.inputs.file_list import Tasks
from cts_excel.batch.inputs.find import Search, find
from cts_excel.batch.inputs.found import Found
from cts_excel.batch.inputs.passwords import read_passwords
from cts_excel.batch.options import RunOptions, day_of
from cts_excel.batch.outputs.parquet import require_pyarrow
from cts_excel.batch.outputs.run_record import RunRecord, write_record
from cts_excel.batch.results import (
    Prepare,
    Result,
    StoredResult,
    Verdict,
    load_result,
    result_of,
)
from cts_excel.batch.stop_signals import StopSignals
from cts_excel.batch.store.plan import Plan, fingerprint, new_plan
from cts_excel.batch.store.result_store import ResultStore
from cts_excel.batch.store.reuse import EarlierResults, rules_digest
from cts_excel.batch.store.run_folder import create_run_folder, new_folder, open_for_resume
from cts_excel.messages import _
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.workbook.issuing.key_file import load_key
from cts_excel.workbook.issuing.roster import Roster
from cts_excel.workbook.ooxml.errors import NotReadableError

Progress = Callable[[int, int], None]  # files done, files in all
Watch = Callable[[list[Result]], None]  # results as they come, before any duplicate is told


class Format(Protocol):
    """What a run must know of an output format before it grades: see ``outputs/sink.py``."""

    name: str

    def wanted(self, options: RunOptions) -> bool:
        """Tell whether a run with these options writes this format."""

    def preparation(self, options: RunOptions) -> Prepare | None:
        """Return what a worker makes of each outcome for this format."""


class Run:
    """A run in its folder. Use it in a ``with`` statement: it ends cleanly whatever happens.

    ``results()`` grades what is left and yields the result of every file, in order; then
    ``finish()`` writes ``run.json`` and the folder is complete.
    """

    def __init__(self, folder: Path, plan: Plan, rules: Rules, store: ResultStore) -> None:
        """Continue a plan where its store stands; :meth:`create` and :meth:`resume` call this."""
        self.folder, self.plan, self.standard = folder, plan, rules.standard
        self.options = plan.options
        self.counts: Counter[Status] = Counter()
        self.confirmations: Counter[Verdict] = Counter()
        self.campaign = Campaign(None, {})
        self.roster = _roster(plan.options, rules.standard)
        # Graded as on the day on which the run began, whenever it is resumed or verified.
        self._store, self._rules = store, replace(rules, today=day_of(plan.started))
        self._is_done = bytearray(len(plan.files))
        for number in store.numbers():
            self._is_done[number] = 1
        self._done = sum(self._is_done)
        self._looked_up = 0
        self._resolutions: dict[int, Resolution] = {}
        self._engine: Engine | None = None
        self._earlier: EarlierResults | None = None
        self._signals = StopSignals()

    @classmethod
    def create(
        cls,
        options: RunOptions,
        standard: Standard,
        formats: Iterable[Format] = (),
        search: Search | None = None,
        second_reader: SecondReader | None = None,
        started: int | None = None,
        passwords: tuple[str, ...] = (),
    ) -> Run:
        """Find the files, create the folder, store the plan.

        :param formats: what the results will be written as; workers prepare it.
        :param search: the files, if they are found already.
        :param second_reader: what confirms grades, if not what the options say.
        :param started: when the run began, in seconds since 1970, if not now.
        :param passwords: to try besides those of the options' file; they are written nowhere.
        :raises RunError: wrong path, nothing to grade, folder taken or not writable.
        """
        # A password or key file that cannot be read ends the run before it begins.
        options = replace(options, passwords_typed=bool(passwords))
        rules = _rules(options, standard, formats, second_reader, passwords)
        _roster(options, standard)
        if options.parquet:
            require_pyarrow()
        search = search or find(options.paths, options.limits, options.exclude)
        plan = new_plan(options, standard, search, started)
        folder = new_folder(options)
        return cls(folder, plan, rules, create_run_folder(folder, plan))

    @classmethod
    def resume(
        cls,
        folder: Path | str,
        formats: Iterable[Format] = (),
        passwords: tuple[str, ...] = (),
        **changed: Any,
    ) -> Run:
        """Continue a run that was stopped; what is graded is not graded again.

        :param formats: as for :meth:`create`.
        :param passwords: must be given again if the run was begun with such.
        :param changed: ``jobs``, ``engine`` and ``scheduler``, if not as before.
        :raises RunError: if there is nothing to resume, the tool or standard has changed, or
            passwords are wanting.
        """
        plan, standard, store = open_for_resume(Path(folder))
        given = {name: value for name, value in changed.items() if value is not None}
        plan = replace(plan, options=replace(plan.options, **given))
        try:
            _require_passwords(Path(folder), plan.options, passwords)
            rules = _rules(plan.options, standard, formats, passwords=passwords)
        except BaseException:
            store.close()
            raise
        return cls(Path(folder), plan, rules, store)

    @property
    def total(self) -> int:
        """The number of files seen."""
        return len(self.plan.files)

    @property
    def reused(self) -> int:
        """The number of results that are those of earlier runs."""
        return self._earlier.used if self._earlier else 0

    @property
    def notices(self) -> tuple[str, ...]:
        """What went otherwise than asked for."""
        return tuple(self._earlier.notices) if self._earlier else ()

    @property
    def done(self) -> int:
        """The number of files graded so far."""
        return self._done

    def source(self, file: str) -> bytes:
        """Read an input again, with the same care as the first time.

        :raises OSError: if it can no longer be read, or is not admitted any more.
        """
        try:
            return take_copy(self._found(file), self.options.limits).content
        except NotReadableError as error:
            raise OSError(error.found or error.reason) from None

    def results(
        self, progress: Progress | None = None, watch: Watch | None = None
    ) -> Iterator[Result]:
        """Grade what is left, then yield the final result of every file, sorted by path.

        :param progress: called with the files done and the files in all.
        :param watch: called with results as they come; those of an earlier start are left out.
        """
        self._grade(progress, watch)
        self.counts.clear()
        self.confirmations.clear()
        identities = self._identities()
        replaced = self._replaced(identities)
        self._resolutions = resolve(without(identities, replaced))
        if replaced:
            files = {number: file for number, file, *_rest in self._store.inputs()}
            self._resolutions |= superseded(replaced, files)
        if self.roster is not None:
            outcomes = (
                load_result(stored).outcome
                for stored in self._store.results()
                if stored.number not in replaced
            )
            self.campaign = compare_with_roster(outcomes, self.roster)
        for stored in self._store.results():
            result = self._final(stored.number, load_result(stored))
            self.counts[result.status] += 1
            if result.confirmation is not None:
                self.confirmations[result.confirmation.verdict] += 1
            yield result

    def finish(self) -> RunRecord:
        """Hash the outputs, write ``run.json``, remove the store.

        :raises RuntimeError: before every result was taken.
        """
        if sum(self.counts.values()) != self.total:
            raise RuntimeError("take every result first")
        record = write_record(
            self.folder, self.plan, self.standard, self.counts, self.inputs(), self.reused
        )
        self._store.remove()
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

    def _grade(self, progress: Progress | None, watch: Watch | None) -> None:
        if self.options.reuse and not self._rules.passwords:  # nothing decrypted is kept
            self._take_unchanged(progress, watch)
        tasks = self._left()
        if progress:
            progress(self._done, self.total)
        if not len(tasks):
            return
        workers = min(self.options.workers, len(tasks))
        self._engine = start_engine(self.options, self._rules, workers)
        for results in graded(tasks, self._engine, self._rules):
            self._keep(results, progress, watch)
            if self._earlier:
                self._earlier.add(results)
        self._engine.close()
        self._engine = None

    def _keep(
        self, results: tuple[StoredResult, ...], progress: Progress | None, watch: Watch | None
    ) -> None:
        """Store results and tell of them."""
        self._done += self._store.add(results)
        if watch:
            watch([load_result(stored) for stored in results])
        if progress:
            progress(self._done, self.total)

    def _left(self) -> Tasks:
        """Return the files without a result."""
        left = (number for number, done in enumerate(self._is_done) if not done)
        return Tasks(self.plan.files, array("Q", left))

    def _take_unchanged(self, progress: Progress | None, watch: Watch | None) -> None:
        """Take the results of files that have not changed since an earlier run."""
        folder = Path(self.options.cache) if self.options.cache else None
        self._earlier = EarlierResults(folder, self._rules_digest())
        for results in self._earlier.take(self._left(), self.options.limits, self._rules.today):
            self._keep(results, progress, watch)
            for result in results:
                self._is_done[result.number] = 1

    def _rules_digest(self) -> bytes:
        rules = self._rules
        secrets = [password.encode() for password in rules.passwords]
        secrets += [rules.key.secret] if rules.key else []
        return rules_digest(self.options, self.plan.standard, secrets, rules.preparations)

    def _identities(self) -> dict[int, AuditIdentity]:
        """Return what must be known of the files whose audit may stand more than once."""
        found = {
            stored.number: audit_identity(load_result(stored).outcome)
            for stored in self._store.repeated()
        }
        return {number: one for number, one in found.items() if one is not None}

    def _replaced(self, identities: dict[int, AuditIdentity]) -> Replaced:
        """Return the files that a corrected version in this run replaces (rule 14)."""
        sha256s = ((number, sha256) for number, _file, sha256, _status in self._store.inputs())
        replaced = replaced_by_copies(self._store.copies(), sha256s)
        replaced |= replaced_by_equals(identities, replaced)
        statuses = {stored.number: Status(stored.status) for stored in self._store.repeated()}
        groups = mixed_groups(without(identities, replaced), statuses)
        wanted = {number for group in groups for number in group}
        outcomes = {
            stored.number: load_result(stored).outcome
            for stored in (self._store.repeated() if wanted else ())
            if stored.number in wanted
        }
        return replaced | replaced_by_complete(groups, outcomes)

    def _final(self, number: int, result: Result) -> Result:
        """Return a result with what the other files and the roster say of it."""
        resolution, found = self._resolutions.get(number), self.campaign.findings.get(result.file)
        if resolution is None and not found:
            return result
        outcome: Outcome = result.outcome
        if resolution is not None:
            outcome = apply_resolution(outcome, resolution)
        if found:
            outcome = with_findings(outcome, found)
        return result_of(outcome, result.confirmation)

    def inputs(self) -> Iterator[tuple[str, str, str]]:
        """Yield file, SHA-256 and status of every file, once every result was taken."""
        for number, file, sha256, status in self._store.inputs():
            resolution = self._resolutions.get(number)
            yield file, sha256, resolution.status.value if resolution else status

    def _found(self, file: str) -> Found:
        """Look a file up by its name, from where the last one was: they are asked for in order."""
        for step in range(self.total):
            number = (self._looked_up + step) % self.total
            found = self.plan.files[number]
            if found.file == file:
                self._looked_up = number
                return found
        raise KeyError(file)

    def _close(self) -> None:
        if self._engine is not None:
            self._engine.close()
            self._engine = None
        if self._earlier:
            self._earlier.close()
        self._store.close()


def _roster(options: RunOptions, standard: Standard) -> Roster | None:
    if options.roster is None:
        return None
    return read_run_roster(options.roster, standard, dict(options.roster_headings))


def second_reader_for(options: RunOptions, standard: Standard) -> SecondReader:
    """Return the second reader of a run, which reads the standard file by itself.

    :raises RunError: if the standard was not read from the file that the options name.
    """
    path = options.standard_path
    content = Path(path).read_bytes() if path else None
    if fingerprint(load_standard(path)) != fingerprint(standard):
        problem = _("the second reader needs the standard as a file")
        raise RunError("--independent", problem, _("Name the file: standard_path."), EXIT_USAGE)
    return SecondReader(content)


def _require_passwords(folder: Path, options: RunOptions, passwords: tuple[str, ...]) -> None:
    """Refuse to go on without passwords: what they open would be rejected.

    :raises RunError: if the run was begun with passwords that stand in no file.
    """
    if options.passwords_typed and not passwords:
        problem = _("the run was begun with passwords, which are kept nowhere")
        raise RunError(str(folder), problem, _("Give them again, or grade the files anew."))


def _rules(
    options: RunOptions,
    standard: Standard,
    formats: Iterable[Format],
    second_reader: SecondReader | None = None,
    passwords: tuple[str, ...] = (),
) -> Rules:
    in_file = read_passwords(Path(options.password_file) if options.password_file else None)
    key = load_key(options.key_file) if options.key_file else None
    wanted = [one for one in formats if one.wanted(options)]
    made = {one.name: one.preparation(options) for one in wanted}
    preparations = {name: prepare for name, prepare in made.items() if prepare is not None}
    if second_reader is None and options.independent:
        second_reader = second_reader_for(options, standard)
    return Rules(
        standard,
        options.limits,
        options.legacy,
        (*passwords, *in_file),
        key,
        preparations,
        second_reader=second_reader,
    )
