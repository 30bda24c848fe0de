"""What the settings file of a folder means for the app: as if its commands were typed there."""

from __future__ import annotations

from typing import Any

import click

from cts_excel.api import Standard
from cts_excel.app.settings import FolderSettings
from cts_excel.cli import grade, template
from cts_excel.cli.imprint import imprint_here
from cts_excel.cli.settings import (
    FORM,
    RETURN,
    Settings,
    SettingsError,
    defaults_for,
    find_settings,
    option_names,
    roster_headings,
    toml_value,
)
from cts_excel.messages import _

# What of ``grade`` is the app's own: where a run is written, and what a terminal shows.
_OWN = frozenset({"output", "resume", "quiet", "as_json", "log_file"})


def folder_settings(standard: Standard) -> FolderSettings:
    """Read the settings of the current folder.

    :raises UserError: if the file cannot be used, naming it.
    """
    settings = find_settings()
    given = _parsed(grade.command, "grade", settings)
    given = {name: value for name, value in given.items() if name not in _OWN | {"paths"}}
    issue_key = defaults_for(template.command, "template", settings).get("key_file")
    return FolderSettings(
        settings.source,
        tuple(_told(settings)),
        grade.run_options((), None, **given),
        issue_key,
        roster_headings(),
        imprint_here(standard),
    )


def folder_standard() -> str | None:
    """Return the standard file that the settings of the current folder name for grading."""
    found: str | None = _parsed(grade.command, "grade", find_settings())["standard_path"]
    return found


def _parsed(command: click.Command, name: str, settings: Settings) -> dict[str, Any]:
    """Return the parameters of a command that is called without any.

    :raises SettingsError: for a value that the command does not take.
    """
    defaults = defaults_for(command, name, settings)
    defaults = {name: value for name, value in defaults.items() if name not in _OWN}
    try:
        return command.make_context(name, [], default_map=defaults).params
    except click.UsageError as error:
        repair = _("Correct it in this file.")
        raise SettingsError(settings.source, error.format_message(), repair) from None


def _told(settings: Settings) -> list[str]:
    """Return the options that the app takes, as they stand in the file."""
    names = option_names(grade.command)
    known = {option for option, name in names.items() if name not in _OWN}
    everywhere = {o: v for o, v in settings.everywhere.items() if o in known}
    own = {o: v for o, v in settings.commands.get("grade", {}).items() if o in known}
    tables = {
        "": everywhere | own,
        "template": {o: v for o, v in settings.commands.get("template", {}).items()
                     if o == "key-file"},
        "roster": settings.headings,
        FORM: settings.form,
        RETURN: settings.returned,
    }  # fmt: skip
    return [
        f"[{table}] {option} = {toml_value(value)}" if table else f"{option} = {toml_value(value)}"
        for table, options in tables.items()
        for option, value in options.items()
    ]
