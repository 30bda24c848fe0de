"""Default options from a file beside the data: ``cts-excel.toml`` or ``[tool.cts-excel]``."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Any

import click

from cts_excel.errors import UserError
from cts_excel.messages import _, listed

FILE = "cts-excel.toml"
PROJECT_FILE, PROJECT_TABLE = "pyproject.toml", "cts-excel"


class SettingsError(UserError):
    """A settings file that cannot be used: place, problem, repair."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a settings file says: ``source`` (``""`` for none), and per command its options.

    ``everywhere`` holds the options that stand outside a table: every command that has such an
    option takes it. ``headings`` are the user's own headings of a roster, from the table
    ``[roster]``: a text or a list of texts by key or printed label of a cover field. ``form`` is
    the table ``[form]``: what the issuing body prints on the workbooks that it issues.
    ``returned`` is the table ``[return]``: what marked copies ask of those who correct them.
    """

    source: str
    everywhere: dict[str, Any]
    commands: dict[str, dict[str, Any]]
    headings: dict[str, Any] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=dict)
    returned: dict[str, Any] = field(default_factory=dict)


NONE = Settings("", {}, {})
FORM = "form"
_ROSTER = "roster"  # the table of the command, and of the headings
RETURN = "return"  # the table of what marked copies ask
_MOST_DAYS, _LONGEST = 365, 80  # of a deadline in days; of a text, in characters


def find_settings() -> Settings:
    """Read the settings of the current folder, ``cts-excel.toml`` before ``pyproject.toml``.

    :raises SettingsError: if the file is not TOML.
    """
    if os.path.isfile(FILE):  # noqa: PTH113 - pathlib would double the start-up of --help
        return _settings(FILE, _toml(FILE))
    if os.path.isfile(PROJECT_FILE):  # noqa: PTH113
        table = _toml(PROJECT_FILE).get("tool", {}).get(PROJECT_TABLE)
        if table is not None:
            return _settings(f"{PROJECT_FILE} [tool.{PROJECT_TABLE}]", table)
    return NONE


def _toml(name: str) -> dict[str, Any]:
    import tomllib

    try:
        with open(name, "rb") as file:  # noqa: PTH123
            return tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = _("not valid TOML: {}").format(error)
        raise SettingsError(name, problem, _("Correct the line named.")) from None


def _settings(source: str, table: dict[str, Any]) -> Settings:
    commands = {name: value for name, value in table.items() if isinstance(value, dict)}
    everywhere = {name: value for name, value in table.items() if name not in commands}
    form = commands.pop(FORM, {})
    returned = commands.pop(RETURN, {})
    headings: dict[str, Any] = {}
    if _ROSTER in commands:
        fields = _roster_fields()
        headings = {name: value for name, value in commands[_ROSTER].items() if name in fields}
        own = {name: value for name, value in commands[_ROSTER].items() if name not in fields}
        commands[_ROSTER] = own
    return Settings(source, everywhere, commands, headings, form, returned)


def _roster_fields() -> dict[str, str]:
    """Return the keys of a roster's columns by key and by printed label."""
    from cts_excel.audit.cover import ROSTER_FIELDS

    return {name: field.key for field in ROSTER_FIELDS for name in (field.key, field.label)}


def roster_headings() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the user's own headings of a roster by key of a cover field.

    :raises SettingsError: for a heading that is no text.
    """
    settings = find_settings()
    found: dict[str, tuple[str, ...]] = {}
    fields = _roster_fields() if settings.headings else {}
    for name, value in settings.headings.items():
        words = value if isinstance(value, list) else [value]
        if not words or not all(isinstance(word, str) and word.strip() for word in words):
            problem = _("{} is no heading").format(f"{name} = {value!r}")
            repair = _('Write the heading of your list in quotes: {} = "客户全称".').format(name)
            raise SettingsError(f"{settings.source} [{_ROSTER}]", problem, repair)
        found[fields[name]] = (*found.get(fields[name], ()), *words)
    return tuple(found.items())


def return_terms() -> dict[str, str]:
    """Return what marked copies say of deadline and contact, in Chinese: options of a run.

    A deadline is a number of days after receipt, a date, or words, which are printed as they are.

    :raises SettingsError: for another setting, or a value that is none of these.
    """
    settings = find_settings()
    place, given = f"{settings.source} [{RETURN}]", settings.returned
    read = {"deadline": _deadline, "contact": _one_line}
    repairs = {
        "deadline": _(
            "Write a number of days (deadline = 10), a date that is not past (deadline = "
            '2026-12-31), or words in quotes (deadline = "10 个工作日").'
        ),
        "contact": _('Write one line in quotes: contact = "张三 020-12345678".'),
    }
    for name in given:
        if name not in read:
            problem = _("no such option '{}'").format(name)
            raise SettingsError(place, problem, _("Use one of: {}.").format(listed(read)))
    terms = {name: read[name](value) for name, value in given.items()}
    for name, words in terms.items():
        if not words:
            problem = _("{} cannot be used").format(f"{name} = {toml_value(given[name])}")
            raise SettingsError(place, problem, repairs[name])
    return terms


def _deadline(value: object) -> str:
    """Word a deadline in Chinese; ``""`` for what is none."""
    from datetime import date, datetime

    from cts_excel.batch.options import today

    if isinstance(value, str):
        value = _number_or_date(value)
    if isinstance(value, bool | datetime):
        return ""
    if isinstance(value, int):
        return f"收到后 {value} 天内" if 0 < value <= _MOST_DAYS else ""
    if isinstance(value, date):
        return f"不迟于 {value}" if value >= today() else ""
    return _one_line(value)


def _number_or_date(text: str) -> object:
    """Read a text that is nothing but a number or a date as that."""
    from datetime import date

    try:
        return int(text) if text.strip().isdecimal() else date.fromisoformat(text.strip())
    except ValueError:
        return text


def _one_line(value: object) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text if text.isprintable() and len(text) <= _LONGEST else ""


def toml_value(value: object) -> str:
    """Write a value as it would stand in the file, a date as a text."""
    import json

    return json.dumps(value, ensure_ascii=False, default=str)


def defaults_for(command: click.Command, name: str, settings: Settings) -> dict[str, Any]:
    """Return click's defaults for one command, by parameter name.

    :raises SettingsError: for an option that the command does not have.
    """
    options = option_names(command)
    own = settings.commands.get(name, {})
    for option in own:
        if option not in options:
            place = f"{settings.source} [{name}]"
            problem = _("no such option '{}'").format(option)
            known = listed(sorted({*options, *(_roster_fields() if name == _ROSTER else ())}))
            raise SettingsError(place, problem, _("Use one of: {}.").format(known))
    chosen = {o: v for o, v in settings.everywhere.items() if o in options} | own
    several = {p.name for p in command.params if isinstance(p, click.Option) and p.multiple}
    return {
        options[option]: [value] if options[option] in several and isinstance(value, str) else value
        for option, value in chosen.items()
    }


def option_names(command: click.Command) -> dict[str, str]:
    """Map the long options that may have a default (``jobs``) to parameter names."""
    names = {}
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name:
            for option in parameter.opts:
                if option.startswith("--"):
                    names[option.removeprefix("--")] = parameter.name
    return names
