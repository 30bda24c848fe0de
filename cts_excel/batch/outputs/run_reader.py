"""A finished run, read back from its folder: the one reader of ``run.json`` and the CSV files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from cts_excel.batch.outputs.columns import Kind, Table
from cts_excel.batch.store.run_folder import RECORD
from cts_excel.errors import UserError
from cts_excel.files.csv_text import unescape
from cts_excel.messages import _, listed, os_reason
from cts_excel.standard.model import Standard


class Row(dict[str, str]):
    """A line of a data file by column: texts as they stood in the workbook, all else as written.

    ``line`` is its 1-based number in the file.
    """

    line = 0


class RunFolderError(UserError):
    """A run folder, or a file of one, that cannot be used: place, problem, repair."""


def read_record(folder: Path, needed: Iterable[str]) -> dict[str, Any]:
    """Read ``run.json``.

    :param needed: the keys that must be there.
    :raises RunFolderError: if the folder holds no finished run, or the record cannot be read.
    """
    path = folder / RECORD
    try:
        record: dict[str, Any] = json.loads(path.read_bytes())
        missing = [key for key in needed if key not in record]
    except FileNotFoundError:
        problem = _("this is not the folder of a finished run")
        repair = _("Name a run folder that holds run.json, or finish the run with grade --resume.")
        raise RunFolderError(str(folder), problem, repair) from None
    except OSError as error:
        problem = _("cannot be read: {}").format(os_reason(error))
        raise RunFolderError(str(path), problem, _("Check the path.")) from None
    except (ValueError, TypeError):
        missing = [RECORD]
    if missing:
        raise _not_understood(path)
    return record


@contextmanager
def understood(place: Path) -> Iterator[None]:
    """Read values out of a record.

    :param place: what the message names.
    :raises RunFolderError: if one is missing, or not what it should be.
    """
    try:
        yield
    except (ValueError, KeyError, TypeError):
        raise _not_understood(place) from None


def require_standard(folder: Path, digest: str, standard: Standard) -> None:
    """Make sure that a run used a specification.

    :raises RunFolderError: if it used another one.
    """
    if digest != standard.digest:
        problem = _("the run used another specification")
        raise RunFolderError(str(folder), problem, _("Give the same --standard file."))


def _not_understood(place: Path) -> RunFolderError:
    problem = _("the record cannot be understood")
    return RunFolderError(str(place), problem, _("Grade the files anew."))


def read_rows(path: Path, table: Table, needed: Iterable[str] | None = None) -> Iterator[Row]:
    """Yield the lines of a data file.

    A column that was appended to the table later is empty for a run that lacks it.

    :param needed: the columns that must be there; by default all that every run has.
    :raises RunFolderError: if it cannot be read, or a needed column is missing.
    """
    texts = table.of_kind(Kind.TEXT)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="")
            present = reader.fieldnames or ()
            missing = [name for name in (needed or table.always) if name not in present]
            if missing:
                problem = _("columns are missing: {}").format(listed(missing))
                raise RunFolderError(str(path), problem, _("Give the folder of a finished run."))
            escaped = [name for name in texts if name in present]
            lacking = dict.fromkeys(set(table.names) - set(present) if needed is None else (), "")
            for values in reader:
                row = Row(lacking | values)
                row.line = reader.line_num
                for name in escaped:
                    row[name] = unescape(row[name])
                yield row
    except OSError as error:
        problem = _("cannot be read: {}").format(os_reason(error))
        raise RunFolderError(str(path), problem, _("Give the folder of a finished run.")) from None
    except (UnicodeDecodeError, csv.Error):
        problem = _("not a CSV file in UTF-8")
        raise RunFolderError(str(path), problem, _("Use the file as the run wrote it.")) from None


def read_number(path: Path, row: Row, column: str) -> Decimal:
    """Return a number of a row, exact.

    :raises RunFolderError: if it is none.
    """
    try:
        number = Decimal(row[column])
        if number.is_finite():
            return number
    except InvalidOperation:
        pass
    problem = _("line {}: '{}' is not a number").format(row.line, row[column])
    raise RunFolderError(str(path), problem, _("Use the file as the run wrote it."))
