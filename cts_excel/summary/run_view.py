"""A finished run as a page shows it: its files with their findings, and the summary's figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from cts_excel.audit.catalogue import repair, title
from cts_excel.audit.chasing import NOT_ISSUED, UNREADABLE, days_overdue
from cts_excel.audit.chasing import NOT_RETURNED as STATE_NOT_RETURNED
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Severity
from cts_excel.audit.naming import chase_state_name, effect_text, severity_name
from cts_excel.audit.outcome import Status
from cts_excel.batch.outputs.columns import FINDINGS, NOT_RETURNED
from cts_excel.batch.outputs.returned import FOLDER as RETURNED
from cts_excel.batch.outputs.returned_names import ReturnedNames
from cts_excel.batch.outputs.run_reader import (
    Row,
    read_record,
    read_rows,
    require_standard,
    understood,
)
from cts_excel.batch.reminders import person_of
from cts_excel.messages import _, language
from cts_excel.standard.model import NOT_PASSED, Standard
from cts_excel.summary.figures.client_changes import ClientChange, client_changes
from cts_excel.summary.figures.headline import Headline, headline, mean_rates, sentences
from cts_excel.summary.figures.histogram import Histogram, histogram
from cts_excel.summary.figures.reviewing import ReviewReason, in_review_order
from cts_excel.summary.figures.run_figures import RunFigures
from cts_excel.summary.outcomes.columns import OutcomeColumns
from cts_excel.summary.outcomes.file_row import FileRow
from cts_excel.summary.outcomes.previous import read_previous
from cts_excel.summary.outcomes.run_rows import (
    columns_of_rows,
    finding_of,
    read_grades,
    read_ratings,
)

WEAKEST = 10


@dataclass(frozen=True, slots=True)
class WordedFinding:
    """One finding in the language of the page; ``weight`` orders by severity, errors first."""

    code: str
    severity: str
    weight: int
    place: str
    problem: str
    repair: str
    effect: str


@dataclass(frozen=True, slots=True)
class StatedScore:
    """An indicator whose score in the workbook is not the recomputed one; exact points as text."""

    clause: str
    text: str
    stated: str
    recomputed: str


@dataclass(frozen=True, slots=True)
class NotBack:
    """An audit that is not back, or a file that is not as issued, in the language of the page.

    ``due`` is a date or ``""``; ``overdue`` counts days, 0 if it is not late.
    """

    state: str
    organisation: str
    audit_no: str
    person: str
    due: str
    overdue: int
    remark: str


@dataclass(frozen=True)
class RunView(RunFigures):
    """A finished run. ``grades`` are its files, ``findings`` and ``differences`` are by file.

    The ratings, by far the longest of its tables, are read when something first asks for what is
    made of them; that raises RunFolderError if they cannot be read.
    """

    folder: Path
    standard: Standard
    started: datetime
    options: Mapping[str, object]
    ignored: tuple[str, ...]
    grades: tuple[Row, ...]
    findings: Mapping[str, Sequence[Row]]
    not_returned: tuple[Row, ...] | None = None  # None: the run had no roster

    @cached_property
    def outcomes(self) -> OutcomeColumns:  # type: ignore[override]  # nobody sets it
        """What the figures are made of."""
        return self._rated[0]

    @property
    def differences(self) -> Mapping[str, Sequence[StatedScore]]:
        """The stated scores that are not the recomputed ones, by file."""
        return self._rated[1]

    @cached_property
    def _rated(self) -> tuple[OutcomeColumns, Mapping[str, Sequence[StatedScore]]]:
        ratings = read_ratings(self.folder)
        rebuilt = {
            file: [one for row in rows if (one := finding_of(row, self.standard)) is not None]
            for file, rows in self.findings.items()
        }
        outcomes = columns_of_rows(self.grades, ratings, rebuilt, self.standard)
        return outcomes, {
            file: found
            for file, rows in ratings.items()
            if (found := _differences(rows, self.standard))
        }

    @cached_property
    def headline(self) -> Headline:
        """The headline figures."""
        return headline(self.figures, self.tally)

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """The sentences that sum up the run, in Chinese as the summary's."""
        found = sentences(self.figures, self.tally, self.headline, None)
        return tuple(text for text in found if text)

    @cached_property
    def counts(self) -> dict[Status, int]:
        """The number of files of each status."""
        found = Counter(row["status"] for row in self.grades)
        return {status: found[status.value] for status in Status}

    @cached_property
    def levels(self) -> list[tuple[str, int]]:
        """Graded audits per level's label, the highest first; what did not pass comes last."""
        labels = [(level.key, level.label) for level in self.standard.levels]
        labels.append((NOT_PASSED, self.standard.not_passed.label))
        return [(label, self.tally.levels.get(key, 0)) for key, label in labels]

    @cached_property
    def histogram(self) -> Histogram | None:
        """The distribution of final scores; ``None`` without a graded audit."""
        minima = [level.minimum for level in self.standard.levels]
        return histogram(self.figures.finals, minima) if self.figures.n else None

    @cached_property
    def groups(self) -> list[tuple[str, float]]:
        """Mean rate of each second-level indicator that anybody rated, in the standard's order."""
        rates = (float(rate) for rate in mean_rates(self.figures))
        pairs = zip((group.label for group in self.standard.groups), rates, strict=True)
        return [(label, rate) for label, rate in pairs if rate == rate]

    @cached_property
    def weakest(self) -> list[tuple[str, str, float]]:
        """Clause, text and mean rate of the weakest indicators, the weakest first."""
        found = sorted(
            (spread.mean, place)
            for place in range(self.figures.width)
            if (spread := self.figures.indicator(place))
        )
        indicators = self.standard.indicators
        return [
            (indicators[place].clause, indicators[place].text, mean)
            for mean, place in found[:WEAKEST]
        ]

    @cached_property
    def reviewed(self) -> list[tuple[FileRow, tuple[ReviewReason, ...]]]:
        """Graded audits that a person should look at, with the reasons, the gravest first."""
        return [(self.outcomes.file(n), self.reviews[n]) for n in in_review_order(self.reviews)]

    @property
    def returned_folder(self) -> Path:
        """Where the files to send back are, if there are any."""
        return self.folder / RETURNED

    @cached_property
    def returned(self) -> dict[str, Path]:
        """The file to send back of each input file that has one."""
        wanted = _marked(self)
        names = ReturnedNames()
        first = {row["file"]: names.first_name(row["file"]) for row in wanted}
        moves = dict(names.moves())
        paths = {file: self.returned_folder / moves.get(n, n) for file, n in first.items()}
        return {file: path for file, path in paths.items() if path.is_file()}

    def not_back(self, today: date) -> list[NotBack] | None:
        """Return what is not back or not as issued, the longest overdue first.

        In the language of the page; ``None`` if the run had no roster.
        """
        if self.not_returned is None:
            return None
        found = [self._not_back(row, today) for row in self.not_returned]
        return sorted(found, key=lambda one: -one.overdue)

    def _not_back(self, row: Row, today: date) -> NotBack:
        due = row["due"]
        late = days_overdue(date.fromisoformat(due), today) if due else 0
        return NotBack(
            chase_state_name(row["state"]),
            row["organisation"],
            row["audit_no"],
            person_of(row),
            due,
            late if row["state"] == STATE_NOT_RETURNED else 0,
            row["remark"] if language() == "zh" else self._remark(row),
        )

    def _remark(self, row: Row) -> str:
        """Word a remark, which is recorded in Chinese, in English."""
        if row["state"] == NOT_ISSUED:
            return _("not on the list of what was issued")
        if row["remark"].startswith(UNREADABLE):
            name = row["remark"].removeprefix(UNREADABLE)
            return _("the file that came back cannot be read: {}").format(name)
        differs = [one for one in self.worded(row["file"]) if one.code == Code.ROSTER_DIFFERS]
        return "; ".join(f"{one.place}: {one.repair}" for one in differs)

    def worded(self, file: str) -> list[WordedFinding]:
        """Return the findings of a file in the language of the page, errors first."""
        found = [_worded(row, self.standard) for row in self.findings.get(file, ())]
        return sorted(found, key=lambda one: -one.weight)

    def changes_since(self, earlier: Path) -> list[ClientChange]:
        """Compare the clients with those of an earlier run, the greatest fall first.

        :raises RunFolderError: if that run cannot be read.
        """
        return client_changes(self.outcomes, self.ranking, read_previous(earlier))


def read_run_view(folder: Path, standard: Standard) -> RunView:
    """Read a finished run.

    :raises RunFolderError: if it is unfinished or damaged, or used another specification.
    """
    record = read_record(folder, ("standard", "started", "options"))
    with understood(folder):
        started = datetime.fromisoformat(record["started"])
        digest, options = record["standard"]["digest"], dict(record["options"])
        ignored = tuple(map(str, record.get("ignored", ())))
    require_standard(folder, digest, standard)
    grades = tuple(read_grades(folder))
    findings: dict[str, list[Row]] = {}
    for row in read_rows(folder / FINDINGS.file, FINDINGS):
        findings.setdefault(row["file"], []).append(row)
    return RunView(
        folder, standard, started, options, ignored, grades, findings, _not_returned(folder)
    )


def _not_returned(folder: Path) -> tuple[Row, ...] | None:
    path = folder / NOT_RETURNED.file
    return tuple(read_rows(path, NOT_RETURNED)) if path.is_file() else None


def _marked(run: RunView) -> list[Row]:
    """Return the files that were sent back: all, if the folder holds as many."""
    faulty = [row for row in run.grades if row["status"] == Status.NEEDS_CORRECTION]
    sent = sum(1 for path in run.returned_folder.rglob("*.xlsx") if path.is_file())
    return list(run.grades) if sent == len(run.grades) else faulty


def _differences(rows: Sequence[Row], standard: Standard) -> list[StatedScore]:
    found = []
    for row in rows:
        stated, score = row["stated_score"], row["score"]
        if stated and score and Decimal(stated) != Decimal(score):
            indicator = standard.by_clause.get(row["clause"])
            text = indicator.text if indicator else ""
            found.append(StatedScore(row["clause"], text, stated, score))
    return found


def _worded(row: Row, standard: Standard) -> WordedFinding:
    """Word a finding as its record says; one of another version keeps its recorded repair."""
    severity = Severity[row["severity"].upper()]
    found, spoken = finding_of(row, standard), language()
    if found is None:
        place = f"{row['sheet']}!{row['cell']}" if row["cell"] else row["sheet"]
        problem, told, did = row["found"], row["repair"], row["impact_level"]
    else:
        place, problem, did = found.place, title(found, spoken), effect_text(found, standard)
        told = row["repair"] if spoken == "zh" else repair(found, spoken)
    shown = severity_name(severity)
    return WordedFinding(row["code"], shown, severity, place, problem, told, did)
