"""Read a standard file (TOML) and refuse one that is incomplete or contradicts itself."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import msgspec

from cts_excel.errors import UserError
from cts_excel.messages import _, os_reason
from cts_excel.standard.model import Form, Standard
from cts_excel.standard.places import line_of, name_of
from cts_excel.standard.shape import ShapeError, StandardFault, shaped, table_fault
from cts_excel.standard.validity import faults
from cts_excel.standard.values import value_faults

BUILT_IN = Path(__file__).with_name("cts_after_sales_2025.toml")
MAX_BYTES = 4 * 1024 * 1024


class StandardError(UserError):
    """A standard file that cannot be used: place, problem and repair."""


def load_standard(path: Path | str | None = None) -> Standard:
    """Load and validate a standard file; without a path, the built-in specification.

    :param path: a TOML file, UTF-8, at most 4 MiB.
    :raises StandardError: naming file, line, table entry, clause, problem and repair. Refused are
        wrong shapes and unknown keys, numbers and texts that a workbook cannot hold, weights that
        do not sum to the stated totals, duplicate or orphan clauses, bands with a gap or an
        overlap, levels out of order.
    """
    path = BUILT_IN if path is None else Path(path)
    text = _text(path)
    try:
        standard = shaped(_parsed(path, text))
    except ShapeError as error:
        raise _refusal(path, text, error.fault) from None
    for fault in faults(standard):
        raise _refusal(path, text, fault)
    return msgspec.structs.replace(standard, form=beside(standard.form, path.parent))


def with_form(standard: Standard, table: Mapping[str, Any], folder: Path) -> Standard:
    """Return a standard with the texts of a ``[form]`` table in place of its own.

    :param table: as parsed from TOML; a key that it lacks keeps the standard's text.
    :param folder: the folder of the file that holds the table; the logo's path starts there.
    :raises ShapeError: for an unknown key, or a value that is no text or does not fit on the form.
    """
    try:
        own = msgspec.convert(table, Form)
    except msgspec.ValidationError as error:
        raise ShapeError(table_fault("form", str(error), table)) from None
    own = beside(own, folder)
    given = {name: getattr(own, name) for name in table}
    changed = msgspec.structs.replace(
        standard, form=msgspec.structs.replace(standard.form, **given)
    )
    for fault in value_faults(changed):
        raise ShapeError(fault)
    return changed


def beside(form: Form, folder: Path) -> Form:
    """Return a form whose logo is named by an absolute path, from the folder of its file."""
    if not form.logo:
        return form
    return msgspec.structs.replace(form, logo=str(Path(folder, form.logo).absolute()))


def _text(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():
            raise StandardError(str(path), _("not a file"), _("Name the TOML file itself."))
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise StandardError(
                str(path), _("larger than 4 MiB"), _("Name the TOML file of a specification.")
            )
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        problem = _("cannot be read: {}").format(os_reason(error))
        raise StandardError(str(path), problem, _("Check the path.")) from None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise StandardError(
            f"{path}:{line}", _("not UTF-8"), _("Save the file as UTF-8.")
        ) from None
    except ValueError as error:  # a path with a NUL character
        raise StandardError(repr(str(path)), str(error), _("Check the path.")) from None


def _parsed(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=_number)
    except RecursionError:
        problem, line = _("nested too deeply"), ""
    except ValueError as error:
        # Also an integer of thousands of digits, which Python refuses to read.
        problem = _("not valid TOML: {}").format(error)
        at = re.search(r"at line (\d+)", str(error))
        last = len(text.rstrip("\n").split("\n"))
        end = f":{last}" if "end of document" in str(error) else ""
        line = f":{at[1]}" if at else end
    raise StandardError(f"{path}{line}", problem, _("Correct it there.")) from None


def _number(text: str) -> Decimal:
    """Read a TOML float exactly; one out of range becomes NaN, refused later with its place."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


def _refusal(path: Path, text: str, fault: StandardFault) -> StandardError:
    """Name the place of a fault: ``FILE:142 [[indicators]] no. 4, weight (5.1.2.2)``."""
    line = line_of(fault.path, text)
    place = f"{path}:{line}" if line else str(path)
    clause = f"({fault.clause})" if fault.clause else ""
    parts = (place, name_of(fault.path), clause)
    return StandardError(" ".join(p for p in parts if p), fault.problem, fault.repair)
