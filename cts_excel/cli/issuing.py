"""``cts-excel template --roster``: issue personalised workbooks and say what was issued."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cts_excel.messages import _, listed, ngettext

if TYPE_CHECKING:
    from cts_excel.workbook.issuing.roster import RosterProblem

_WORTH_A_BAR = 200  # workbooks; fewer are done before a bar is drawn


def issue(
    roster_path: Path,
    folder: Path,
    key_path: Path | None,
    skip_bad: bool,
    standard_path: str | None,
) -> int:
    """Issue a roster's workbooks; exit 0, or 1 if rows were left out."""
    from cts_excel.cli.imprint import imprint_here
    from cts_excel.cli.settings import roster_headings
    from cts_excel.standard.loading import load_standard
    from cts_excel.workbook.issuing.issue import RECORD, RosterProblemsError, issue_workbooks
    from cts_excel.workbook.issuing.key_file import load_key
    from cts_excel.workbook.issuing.roster import read_roster

    standard = load_standard(standard_path)
    imprint = imprint_here(standard)
    key = load_key(key_path) if key_path else None
    roster = read_roster(
        roster_path, headings=dict(roster_headings()), states_nothing=standard.states_nothing
    )
    if roster.ignored:
        _note(_("Columns left aside: {}.").format(listed(roster.ignored)))
    for notice in roster.notices:
        _note(notice)
    try:
        with _progress(len(roster.rows)) as progress:
            record = issue_workbooks(
                roster,
                standard,
                folder,
                key=key,
                skip_bad=skip_bad,
                progress=progress,
                imprint=imprint,
            )
    except RosterProblemsError as error:
        _list_problems(error.problems)
        raise
    _list_problems(record.skipped)
    number = len(record.issued)
    issued = ngettext("Issued {} workbook in {}.", "Issued {} workbooks in {}.", number)
    click.echo(issued.format(number, folder))
    proof = _("with proof of issue") if key else _("without proof of issue (no --key-file)")
    click.echo(
        _("Keep {}: it is the record of what was issued, {}.").format(folder / RECORD, proof)
    )
    left_out = len({(one.sheet, one.row) for one in record.skipped})
    if left_out:
        _note(ngettext("{} row was left out.", "{} rows were left out.", left_out).format(left_out))
    return 1 if left_out else 0


def _list_problems(problems: Iterable[RosterProblem]) -> None:
    for problem in problems:
        _note(str(problem))


def _note(line: str) -> None:
    click.echo(line, err=True)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int, int], None] | None]:
    """Show a bar on a terminal if there is something to wait for."""
    if total < _WORTH_A_BAR or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=total, label=_("Issuing"), file=sys.stderr) as bar:
        yield lambda _done, _all: bar.update(1)
