"""Reminders of workbooks that are not back: one text per person; nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cts_excel.audit.chasing import NOT_RETURNED as STATE
from cts_excel.audit.chasing import days_overdue
from cts_excel.audit.identity import folded_people
from cts_excel.batch.outputs.columns import NOT_RETURNED
from cts_excel.batch.outputs.run_reader import Row, RunFolderError, read_rows
from cts_excel.errors import UserError
from cts_excel.files.atomic import atomic_write
from cts_excel.files.names import unique_names
from cts_excel.files.visible import visible
from cts_excel.messages import _, os_reason

TEMPLATE = Path(__file__).parents[1] / "reminder.txt.j2"
NOBODY = "未指定审核人员"


class ReminderError(UserError):
    """A template that cannot be used: place, problem, repair."""


@dataclass(frozen=True, slots=True)
class Outstanding:
    """One audit that is not back, as templates see it; ``overdue`` counts days, 0 if not late."""

    organisation: str
    audit_no: str
    audit_type: str
    due: date | None
    overdue: int
    file: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """What one person is reminded of, those longest overdue first."""

    person: str
    contact: str
    audits: tuple[Outstanding, ...]

    @property
    def overdue(self) -> int:
        """How many audits are late."""
        return sum(1 for audit in self.audits if audit.overdue)

    @property
    def earliest(self) -> date | None:
        """The first day on which something is due."""
        return min((audit.due for audit in self.audits if audit.due), default=None)


def reminders(folder: Path, today: date) -> list[Reminder]:
    """Read what is not back of a finished run, by person: the lead, else the assessor.

    :raises RunFolderError: if the run had no roster, or its file cannot be read.
    """
    path = folder / NOT_RETURNED.file
    if not path.is_file():
        problem = _("the run was graded without a roster")
        raise RunFolderError(str(folder), problem, _("Grade with --roster, then chase."))
    rows: dict[str, list[Row]] = {}
    for row in read_rows(path, NOT_RETURNED):
        if row["state"] == STATE:
            rows.setdefault(folded_people(person_of(row)), []).append(row)
    return [_reminder(found, today) for found in rows.values()]


def _reminder(rows: list[Row], today: date) -> Reminder:
    audits = sorted((_outstanding(row, today) for row in rows), key=lambda one: -one.overdue)
    contacts = dict.fromkeys(row["contact"] for row in rows if row["contact"])
    person = person_of(rows[0]) or NOBODY
    return Reminder(visible(person), visible("；".join(contacts)), tuple(audits))


def person_of(row: Row) -> str:
    """Return whom a row of ``not_returned.csv`` names, ``""`` for nobody."""
    return row["lead_assessor"] or row["assessor"]


def _outstanding(row: Row, today: date) -> Outstanding:
    due = date.fromisoformat(row["due"]) if row["due"] else None
    late = days_overdue(due, today)
    texts = [visible(row[key]) for key in ("organisation", "audit_no", "audit_type")]
    return Outstanding(texts[0], texts[1], texts[2], due, late, visible(row["file"]))


def reminder_texts(folder: Path, today: date) -> list[tuple[str, str]]:
    """Return person and text of each reminder; the person is ``""`` where the roster names none.

    :raises RunFolderError: if the run had no roster.
    """
    found = reminders(folder, today)
    texts = _rendered(found, today, TEMPLATE)
    people = ("" if one.person == NOBODY else one.person for one in found)
    return list(zip(people, texts, strict=True))


def write_reminders(
    folder: Path, target: Path, today: date, template: Path | None = None
) -> list[Path]:
    """Write a text file per person; return the files. One of the same name is replaced.

    :param template: a Jinja template in UTF-8; the built-in Chinese one by default.
    :raises RunFolderError: if the run had no roster.
    :raises ReminderError: if the template cannot be used; nothing is written then.
    :raises OSError: if a file cannot be written.
    """
    found = reminders(folder, today)
    texts = list(_rendered(found, today, template or TEMPLATE))
    names = unique_names((f"催交通知_{one.person}" for one in found), ".txt")
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in zip(names, texts, strict=True):
        with atomic_write(target / name) as stream:
            stream.write(text.encode("utf-8", "backslashreplace"))
        written.append(target / name)
    return written


def _rendered(found: list[Reminder], today: date, path: Path) -> Iterator[str]:
    from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError
    from jinja2.sandbox import SandboxedEnvironment

    settings = SandboxedEnvironment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    repair = _("Correct the template; docs/back-office.md names what it may use.")
    try:
        template = settings.from_string(path.read_text(encoding="utf-8"))
        for one in found:
            yield template.render(
                person=one.person, contact=one.contact, today=today, audits=one.audits,
                overdue=one.overdue, earliest=one.earliest,
            )  # fmt: skip
    except OSError as error:
        problem = _("cannot be read: {}").format(os_reason(error))
        raise ReminderError(str(path), problem, repair) from None
    except UnicodeDecodeError:
        raise ReminderError(str(path), _("is not in UTF-8"), repair) from None
    except TemplateSyntaxError as error:
        problem = _("line {}: {}").format(error.lineno, error.message)
        raise ReminderError(str(path), problem, repair) from None
    except (TemplateError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise ReminderError(str(path), _("cannot be filled in: {}").format(error), repair) from None
