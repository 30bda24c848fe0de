"""The working folder: what came in, what was issued, and the runs; the only paths the app uses.

A page names none of them: it sends a number, or a name that must be one of those listed here.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cts_excel.api import (
    ISSUE_RECORD,
    RunFolder,
    Search,
    Standard,
    find,
    read_run,
    run_folder,
    run_folders,
)
from cts_excel.app.grading_job import GradingJob
from cts_excel.app.settings import Choices, FolderSettings, Means
from cts_excel.errors import UserError
from cts_excel.messages import _

if TYPE_CHECKING:
    from cts_excel.api import RunView

INPUT, ISSUED, OUTPUT = "input", "issued", "output"
HIDDEN = ".cts-excel-app"  # rosters and single files on their way; passed over by every search
_VIEWS_KEPT = 3
_NO_FILES = Search((), ())


class NoSuchRunError(UserError):
    """A run was named that does not stand in the working folder."""


@dataclass
class Workplace:
    """The working folder of one server, which is its current folder, and what is known of it.

    ``settings`` reads the settings file anew; it raises UserError if that cannot be used.
    ``arrivals`` are the files in ``input/`` as a run would find them; ``arrivals_version`` grows
    when they are looked up anew.
    """

    folder: Path
    standard: Standard
    standard_path: str | None = None
    settings: Callable[[], FolderSettings] = FolderSettings
    arrivals: Search = _NO_FILES
    arrivals_problem: str = ""
    arrivals_version: int = 0
    choices: Choices = field(default_factory=Choices)
    job: GradingJob = field(init=False)
    _views: dict[tuple[str, int], RunView] = field(default_factory=dict)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.job = GradingJob(self.folder)

    @property
    def input(self) -> Path:
        """The folder of the files that came back."""
        return self.folder / INPUT

    def prepare(self) -> None:
        """Make the folders, and clear what an earlier start left on its way.

        :raises OSError: if the folder cannot be written.
        """
        self.input.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.folder / HIDDEN, ignore_errors=True)
        (self.folder / HIDDEN).mkdir(exist_ok=True)
        # What goes wrong in this program itself is kept for who mends it.
        details = logging.FileHandler(self.folder / HIDDEN / "app.log", "a", "utf-8", delay=True)
        logging.getLogger("cts_excel").addHandler(details)

    async def look_at_arrivals(self) -> None:
        """Look up what is in ``input/``, and in archives there."""
        async with self._looking:
            try:
                run = self.settings().run
                self.arrivals = await asyncio.to_thread(find, [self.input], run.limits, run.exclude)
                self.arrivals_problem = ""
            except UserError as error:
                self.arrivals, self.arrivals_problem = _NO_FILES, str(error)
            self.arrivals_version += 1

    def runs(self) -> list[RunFolder]:
        """List the runs, the latest first; the one at work is left out."""
        found = run_folders(self.folder / OUTPUT)
        return [run for run in found if run.finished or not self.job.active]

    def run(self, name: str) -> RunFolder:
        """Return a run by the name of its folder.

        :raises NoSuchRunError: if no run of the working folder has this name.
        """
        root = self.folder / OUTPUT
        names = {path.name for path in root.iterdir()} if root.is_dir() else set()
        found = run_folder(root / name) if name in names else None
        if found is None:
            raise NoSuchRunError(name, _("there is no such run"), _("Choose one from the list."))
        return found

    async def grade(self, roster: str | None) -> None:
        """Grade what came in, as the settings and the person's choices say.

        :param roster: what the files are compared with, one of :meth:`rosters`.
        :raises BusyError: while another run is at work.
        :raises UserError: if the settings file cannot be used.
        """
        settings, means = self.settings(), self.means()
        options = replace(
            settings.run,
            paths=(INPUT,),
            standard_path=self.standard_path,
            roster=roster,
            roster_headings=settings.headings if roster else (),
            legacy=means.legacy,
            key_file=means.key_file,
            decisions=True,
        )
        await self.job.start(options, means.passwords)

    async def go_on(self, run: RunFolder) -> None:
        """Go on with a run that was stopped.

        :raises BusyError: while another run is at work.
        """
        folder = str(run.folder.relative_to(self.folder))
        await self.job.resume(folder, self.choices.passwords)

    def means(self) -> Means:
        """Return what workbooks are opened and judged with now.

        :raises UserError: if the settings file cannot be used.
        """
        run, chosen = self.settings().run, self.choices
        return Means(
            run.legacy if chosen.legacy is None else chosen.legacy,
            chosen.passwords,
            run.password_file,
            run.key_file if chosen.key is None else self.key_file(chosen.key),
        )

    def issue_key(self) -> str | None:
        """Return the key file to issue with.

        :raises UserError: if the settings file cannot be used.
        """
        chosen = self.choices.key
        return self.settings().issue_key if chosen is None else self.key_file(chosen)

    def key_files(self) -> list[str]:
        """Name the key files that stand in the working folder itself."""
        return sorted(path.name for path in self.folder.glob("*.key") if path.is_file())

    def key_file(self, name: str) -> str | None:
        """Return a key file by its name; ``None``: there is no such."""
        return name if name in self.key_files() else None

    async def view(self, name: str) -> RunView:
        """Read the files and findings of a finished run, or take what was read before.

        :raises UserError: if it does not exist, is unfinished, or cannot be read.
        """
        run = self.run(name)
        async with self._reading:
            record = run.folder / "run.json"
            key = (name, record.stat().st_mtime_ns if record.exists() else 0)
            if key not in self._views:
                view = await asyncio.to_thread(read_run, run.folder, self.standard)
                while len(self._views) >= _VIEWS_KEPT:
                    del self._views[next(iter(self._views))]
                self._views[key] = view
            return self._views[key]

    async def work_out(self, view: RunView) -> None:
        """Have the figures of a run at hand, beside what the pages do meanwhile.

        :raises UserError: if its ratings cannot be read.
        """
        async with self._reading:
            await asyncio.to_thread(lambda: view.reviewed)  # all others are made on the way to it

    def issues(self) -> list[Path]:
        """List the folders of issued workbooks, the latest first."""
        root = self.folder / ISSUED
        folders = [path.parent for path in root.glob(f"*/{ISSUE_RECORD}")] if root.is_dir() else []
        return sorted(folders, key=lambda path: path.name, reverse=True)

    def rosters(self) -> dict[str, str]:
        """Return what a run can be compared with, as it takes it, by name.

        The roster of the settings file first, then the record of each issue.

        :raises UserError: if the settings file cannot be used.
        """
        listed = self.settings().run.roster
        records = {
            folder.name: (folder / ISSUE_RECORD).relative_to(self.folder).as_posix()
            for folder in self.issues()
        }
        return ({listed: listed} if listed else {}) | records

    def issue(self, name: str) -> Path | None:
        """Return a folder of issued workbooks by its name; ``None``: there is no such."""
        return next((path for path in self.issues() if path.name == name), None)

    def new_issue_folder(self) -> Path:
        """Return a folder that does not exist yet for workbooks to issue."""
        return _free(self.folder / ISSUED, time.strftime("%Y-%m-%d_%H-%M-%S"))


def _free(root: Path, stem: str) -> Path:
    names = (stem if n == 1 else f"{stem}-{n}" for n in range(1, 1_000))
    return next(root / name for name in names if not (root / name).exists())
