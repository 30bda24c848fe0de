"""The command group, loaded command by command, and what a person sees when something fails."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import NoReturn

import click

from cts_excel.cli.help_page import HelpContext, in_words, use_help_page
from cts_excel.cli.settings import (
    Settings,
    SettingsError,
    defaults_for,
    find_settings,
    option_names,
)
from cts_excel.errors import UserError
from cts_excel.files.visible import visible
from cts_excel.messages import _, language, listed, os_reason
from cts_excel.version import __version__

EXIT_OK, EXIT_NOT_ALL_GRADED, EXIT_USAGE, EXIT_FAILED = 0, 1, 2, 3


def _commands() -> dict[str, str]:
    """Return each command with its line of help, in the order in which a newcomer meets them."""
    return {
        "demo": _("Make 60 filled workbooks, grade them and say what to open."),
        "roster": _("Write an empty roster, the list to issue from."),
        "template": _("Write the blank audit workbook, or one per row of a roster."),
        "app": _("Work in the browser instead of the terminal."),
        "grade": _("Grade returned workbooks and write the summary."),
        "check": _("Judge single workbooks in the terminal."),
        "report": _("Write a short report per client of a finished run."),
        "chase": _("Write reminders of the workbooks that are not back."),
        "verify": _("Replay a finished run and confirm every line."),
        "compare": _("Show two workbooks side by side, answer by answer."),
        "merge": _("Join the workbooks of one audit's assessors."),
        "migrate": _("Move a workbook's answers into a fresh one or another edition."),
        "key": _("Make the key that proves which workbooks were issued."),
        "standard": _("Print the specification: indicators, bands, levels, rules."),
        "config": _("Show the default options in force here."),
        "completion": _("Print the completion script of bash, zsh or fish."),
    }


class LazyGroup(click.Group):
    """A group that imports a command only when it is called, so that help is fast."""

    context_class = HelpContext

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in their order."""
        return list(_commands())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one command that was asked for."""
        if cmd_name not in _commands():
            return None
        module = import_module(f"cts_excel.cli.{cmd_name}")
        command: click.Command = module.command
        use_help_page(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any of them."""
        with formatter.section(_("Commands")):
            formatter.write_dl(list(_commands().items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest command for one that does not exist."""
        name = args[0]
        command = self.get_command(ctx, name)
        if command is None and not name.startswith("-"):
            ctx.fail(_unknown_command(name))
        if command is not None and name != "config":
            settings = find_settings()
            ctx.default_map = {name: defaults_for(command, name, settings)}
        return super().resolve_command(ctx, args)


def checked_defaults(ctx: click.Context, settings: Settings) -> None:
    """Refuse settings that name a command or an option that does not exist.

    :raises SettingsError: naming the table and what may stand there.
    """
    group = ctx.find_root().command
    if not isinstance(group, LazyGroup):
        return
    names = group.list_commands(ctx)
    known: set[str] = set()
    for name in names:
        command = group.get_command(ctx, name)
        if command is not None:
            defaults_for(command, name, settings)
            known |= option_names(command).keys()
    wrong = [n for n in settings.commands if n not in names]
    wrong += [option for option in settings.everywhere if option not in known]
    if wrong:
        problem = _("no such command or option '{}'").format(wrong[0])
        choices = listed([*names, *sorted(known)])
        raise SettingsError(settings.source, problem, _("Use one of: {}.").format(choices))


def _unknown_command(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, _commands(), n=1, cutoff=0.5)
    if near:
        return _("No such command '{}'. Did you mean '{}'?").format(name, near[0])
    return _("No such command '{}'.").format(name)


@click.command(
    cls=LazyGroup,
    help=_("Issue audit workbooks, grade returned ones, summarise them for management."),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=True,
)
@click.version_option(__version__, "-V", "--version", prog_name="cts-excel")
@click.option("--debug", is_flag=True, help=_("Show the full traceback when something fails."))
@click.option("--lang", metavar="CODE", help=_("Language of the terminal: en or zh."))
def cli(debug: bool, lang: str | None) -> None:
    """Take the options that serve every command; :func:`run` has looked at them already."""


def run() -> NoReturn:
    """Run the command line: exit 0, 1 (some file not graded), 2 (usage) or 3 (not completed)."""
    arguments = sys.argv[1:]
    _survive_any_console()
    try:
        status = cli.main(args=arguments, prog_name="cts-excel", standalone_mode=False)
    except click.exceptions.Exit as request:
        status = request.exit_code
    except Exception as error:  # noqa: BLE001 - whatever it is, a person gets one line
        if "--debug" in arguments:
            import traceback

            _say_as_it_is(traceback.format_exc())
        status = _explain(error)
    except KeyboardInterrupt:
        _say(_("Stopped."))
        status = EXIT_FAILED
    _flush()
    gc.freeze()  # all goes with the process: no need to look through it once more
    sys.exit(status if isinstance(status, int) else EXIT_OK)


def _explain(error: Exception) -> int:
    """Show one clear line for a failure and return its exit code."""
    if isinstance(error, click.UsageError):
        hint = f" {error.ctx.command_path} --help" if error.ctx else ""
        _say(_("Error: {}").format(_usage_message(error)) + (f" →{hint}" if hint else ""))
        return EXIT_USAGE
    if isinstance(error, click.Abort):
        _say(_("Stopped."))
        return EXIT_FAILED
    if isinstance(error, click.ClickException):
        _say(_("Error: {}").format(error.format_message()))
        return EXIT_USAGE
    if isinstance(error, BrokenPipeError):
        return EXIT_FAILED
    if isinstance(error, UserError):
        _say(_("Error: {}").format(error))
        return error.exit_code
    if isinstance(error, OSError):
        file = error.filename2 or error.filename  # of a rename, the place that was meant
        place = _("{}: ").format(file) if file else ""
        _say(_("Error: {}").format(place + os_reason(error)))
        return EXIT_FAILED
    kind = type(error).__name__
    _say(_("Internal error ({}: {}). Run again with --debug and report it.").format(kind, error))
    return EXIT_FAILED


def _usage_message(error: click.UsageError) -> str:
    """Word a wrong call; an argument is named as on the help page, in the reader's language."""
    if isinstance(error, click.BadParameter) and error.param and not error.param_hint:
        error.param_hint = in_words(error.param.get_error_hint(error.ctx))
    message = error.format_message()
    if isinstance(error, click.MissingParameter) and language() == "zh":
        return message.removesuffix(".") + "。"  # click itself ends it with a full stop
    return message


def _say(line: str) -> None:
    click.echo(visible(line), err=True)


def _say_as_it_is(text: str) -> None:
    """Print lines to stderr, each made visible by itself."""
    for line in text.splitlines():
        _say(line)


def _survive_any_console() -> None:
    """Keep a console that cannot show a character (GBK, ASCII) from ending the run."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of a pipe went away (`| head`): nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
