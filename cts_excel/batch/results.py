"""The final result of one file, its outcome unpacked only where somebody asks for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.engines.judge import Rules
from cts_excel.batch.engines.records import Record, outcome_of
from cts_excel.batch.outputs.csv_lines import lines
from cts_excel.workbook.returned.files import Made


@dataclass(slots=True)
class Result:
    """Status, excerpt (empty where the run makes none) and lines of the data files, in UTF-8.

    ``made`` is what is sent back, where that was made as the file was judged.
    """

    file: str
    status: Status
    excerpt: bytes
    lines: tuple[bytes, bytes, bytes]
    made: Made | None = None
    _record: Record | None = None
    _outcome: Outcome | None = field(default=None, repr=False)

    @property
    def outcome(self) -> Outcome:
        """The whole outcome."""
        if self._outcome is None:
            if self._record is None:
                raise ValueError(self.file)
            self._outcome = outcome_of(self._record)
        return self._outcome


def as_judged(record: Record, rules: Rules) -> Result:
    """Return the result of a file that stands as its worker left it."""
    lines_made = (record.grades, record.ratings, record.findings)
    result = Result(record.file, record.status, record.excerpt, lines_made, record.made, record)
    if rules.excerpt is not None and not result.excerpt:  # from a run that made none
        result.excerpt = rules.excerpt(result.outcome, rules.standard)
    return result


def as_settled(outcome: Outcome, rules: Rules) -> Result:
    """Return the result of a file that other files or a roster gave another status or findings."""
    grades, ratings, findings = (text.encode() for text in lines(outcome, rules.standard))
    excerpt = rules.excerpt(outcome, rules.standard) if rules.excerpt else b""
    return Result(
        outcome.file, outcome.status, excerpt, (grades, ratings, findings), _outcome=outcome
    )
