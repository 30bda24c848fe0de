"""From parsed TOML to a typed standard; a wrong shape is reported with its place and repair."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, get_args

import msgspec

from cts_excel.messages import _, listed
from cts_excel.standard.model import NotApplicable, Standard


@dataclass(frozen=True, slots=True)
class StandardFault:
    """A fault of a standard file: path (:mod:`cts_excel.standard.places`), problem, repair."""

    path: str
    problem: str
    repair: str
    clause: str = ""


class ShapeError(Exception):
    """Tables, keys or types are not those of a standard file; ``fault`` says which."""

    def __init__(self, fault: StandardFault) -> None:
        super().__init__(fault)
        self.fault = fault


def shaped(raw: dict[str, Any]) -> Standard:
    """Convert parsed TOML to a standard.

    :raises ShapeError: for an unknown or missing key, or a value of the wrong kind.
    """
    try:
        standard = msgspec.convert(raw, Standard)
    except msgspec.ValidationError as error:
        raise ShapeError(_fault(str(error), raw)) from None
    for path, value in leaves(standard):
        # msgspec accepts a number in quotes; a second way to write one only hides mistakes.
        if isinstance(value, Decimal) and isinstance(_at(raw, path), str):
            problem = _("this must be {}, not {}").format(_kind("decimal"), _kind("str"))
            raise ShapeError(
                StandardFault(path, problem, _("Remove the quotes."), clause_at(raw, path))
            )
    return standard


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every text, number and switch of a standard with its path, in the file's order."""
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from leaves(getattr(value, name), f"{path}.{name}".lstrip("."))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}[{index}]")
    else:
        yield path, value


def _at(raw: Any, path: str) -> Any:
    """Return what the TOML holds at a path; ``None`` if the standard filled in a default."""
    for name, index in re.findall(r"(\w+)|\[(\d+)\]", path):
        raw = raw[int(index)] if index else raw.get(name, {})
    return raw


def table_fault(name: str, message: str, table: Mapping[str, Any]) -> StandardFault:
    """Word msgspec's message about one table of a standard file, which stands elsewhere."""
    return _fault(message.replace("`$", f"`$.{name}"), {name: table}, name)


def _fault(message: str, raw: dict[str, Any], table: str = "") -> StandardFault:
    """Word msgspec's ``… - at `$.indicators[3].weight```."""
    problem, _sep, at = message.rpartition(" - at ")
    if not problem:
        problem, at = message, f"`$.{table}`" if table else "`$`"
    path = at.strip("`").removeprefix("$").removeprefix(".")
    clause = clause_at(raw, path)
    if unknown := re.search(r"unknown field `(.*)`", problem, re.DOTALL):
        return _unknown(path, unknown[1], clause)
    if missing := re.search(r"missing required field `(\w+)`", problem):
        word = _("the key or table '{}' is missing").format(missing[1])
        return StandardFault(path, word, _("Add it, as in the built-in standard file."), clause)
    if wrong := re.match(r"Expected `([\w |]+)`, got `([\w |]+)`", problem):
        word = _("this must be {}, not {}").format(_kind(wrong[1]), _kind(wrong[2]))
        return StandardFault(path, word, _("Write it as in the built-in standard file."), clause)
    choices = (1,) if path == "format" else [choice.value for choice in NotApplicable]
    word = _("this value is not known here")
    known = listed(repr(choice) for choice in choices)
    return StandardFault(path, word, _("Use one of: {}.").format(known), clause)


def _unknown(path: str, key: str, clause: str) -> StandardFault:
    known = known_keys(path)
    near = get_close_matches(key, known, n=1, cutoff=0.6)
    repair = (
        _("Did you mean '{}'?").format(near[0])
        if near
        else _("Remove it; known here: {}.").format(listed(known))
    )
    return StandardFault(
        f"{path}.{key}".lstrip("."), _("unknown key '{}'").format(key), repair, clause
    )


def known_keys(path: str) -> tuple[str, ...]:
    """Return the keys that the table at a path may hold."""
    kind: Any = Standard
    for step in re.findall(r"\w+", re.sub(r"\[\d+\]", "", path)):
        field = next(f for f in msgspec.structs.fields(kind) if f.name == step)
        kind = get_args(field.type)[0] if get_args(field.type) else field.type
    return tuple(field.name for field in msgspec.structs.fields(kind))


def _kind(name: str) -> str:
    names = {
        "decimal": _("a number"),
        "int": _("a whole number"),
        "str": _("text in quotes"),
        "bool": _("true or false"),
        "array": _("a list"),
        "object": _("a table"),
    }
    return names.get(name, _("a date or time"))


def clause_at(raw: Any, path: str) -> str:
    """Return the clause (or label) of the entry that a path lies in, to find it by eye."""
    step = re.match(r"(\w+)\[(\d+)\]", path)
    if not step:
        return ""
    entry = raw[step[1]][int(step[2])]
    name = entry.get("clause", entry.get("label", "")) if isinstance(entry, dict) else ""
    return name if isinstance(name, str) else ""
