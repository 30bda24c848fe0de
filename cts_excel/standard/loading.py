"""Read a standard file (TOML) and refuse what is not a whole specification."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec

from cts_excel.messages import _
from cts_excel.standard.model import Standard
from cts_excel.standard.validity import Fault, faults

BUILT_IN = Path(__file__).with_name("cts_after_sales_2025.toml")

_HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.\-]+)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"^\s*([\w\-]+)\s*=")
_STEP = re.compile(r"\.(\w+)(?:\[(\d+)\])?")


class StandardError(Exception):
    """A standard file that cannot be used: where, what is wrong, what to do."""

    def __init__(self, place: str, problem: str, repair: str) -> None:
        super().__init__(place, problem, repair)
        self.place, self.problem, self.repair = place, problem, repair

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}. {self.repair}"


def load_standard(path: Path | str | None = None) -> Standard:
    """Load and validate a standard file; without a path, the built-in specification.

    :param path: a TOML file, UTF-8.
    :raises StandardError: naming file, line, problem and repair; every fault of a kind that can
        be told apart from the others is checked: shape, unknown keys, weights against the stated
        totals, duplicate or orphan clauses, bands, levels.
    """
    path = BUILT_IN if path is None else Path(path)
    text = _text(path)
    try:
        raw = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise StandardError(
            str(path), _("not valid TOML: {}").format(error), _("Correct the line named.")
        ) from None
    lines = _Lines(path, text)
    try:
        standard = msgspec.convert(raw, Standard)
    except msgspec.ValidationError as error:
        raise _shape_error(lines, str(error)) from None
    for fault in faults(standard):
        raise StandardError(lines.place(fault), fault.problem, fault.repair)
    return standard


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        problem = _("cannot be read: {}").format(error.strerror)
        raise StandardError(str(path), problem, _("Check the path.")) from None
    except UnicodeDecodeError:
        raise StandardError(str(path), _("not UTF-8"), _("Save the file as UTF-8.")) from None


def _shape_error(lines: _Lines, message: str) -> StandardError:
    """Word msgspec's ``… - at `$.indicators[3].weight``` with the line it means."""
    problem, _sep, path = message.partition(" - at ")
    steps = _STEP.findall(path.strip("`"))
    index = int(steps[0][1]) if steps and steps[0][1] else None
    table = ".".join(step[0] for step in steps)
    unknown = re.search(r"unknown field `(\w+)`", problem)
    fault = Fault(
        table=table,
        index=index,
        key=unknown[1] if unknown else "",
        problem=problem,
        repair=_("Remove the key or correct its spelling.")
        if unknown
        else _("Give the value the form of the built-in standard file."),
    )
    return StandardError(lines.place(fault), fault.problem, fault.repair)


class _Lines:
    """Line numbers of tables and keys: the TOML reader keeps none."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._at: dict[tuple[str, int | None, str], int] = dict(_positions(text))

    def place(self, fault: Fault) -> str:
        """Name file, line and table of a fault."""
        table, _dot, key = fault.table.rpartition(".")
        candidates = [
            (fault.table, fault.index, fault.key),
            (table, fault.index, key),
            (fault.table, fault.index, ""),
            (table, fault.index, ""),
            ("", None, fault.table),
            ("", None, fault.key),
        ]
        line = next((self._at[c] for c in candidates if c in self._at), None)
        where = f"{self._path}:{line}" if line else str(self._path)
        name = fault.table
        if fault.index is not None:
            table, dot, key = fault.table.partition(".")
            name = f"{table}[{fault.index + 1}]{dot}{key}"
        clause = f" ({fault.clause})" if fault.clause else ""
        return f"{where} {name}{clause}" if name else where


def _positions(text: str) -> Iterator[tuple[tuple[str, int | None, str], int]]:
    table = ""
    index: int | None = None
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = header[2]
            index = seen.get(table, -1) + 1 if header[1] == "[[" else None
            seen[table] = -1 if index is None else index
            yield (table, index, ""), number
        elif key := _KEY.match(line):
            yield (table, index, key[1]), number
