"""Progress of a run: a bar on a terminal, plain lines into a pipe, nothing when quiet."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from cts_excel.messages import _

Progress = Callable[[int, int], None]
_PLAIN_SECONDS = 5.0  # between two lines in a pipe


@contextmanager
def progress_shown(*, quiet: bool) -> Iterator[Progress | None]:
    """Show how far a run is, on stderr, with files per second and the time left."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _bar() as progress:
            yield progress
    else:
        yield _plain()


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Speed(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else _("{:.0f} files/s").format(speed))

    columns = (
        TextColumn(_("Grading")),
        BarColumn(),
        MofNCompleteColumn(),
        Speed(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _plain() -> Progress:
    started = last = time.monotonic()

    def progress(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done == total or now - last >= _PLAIN_SECONDS:
            last = now
            speed = done / (now - started) if now > started else 0
            click.echo(_("graded {} of {} ({:.0f}/s)").format(done, total, speed), err=True)

    return progress
