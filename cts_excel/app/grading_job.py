"""The one grading run at a time: its process, how far it is, and what became of each file."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from enum import Enum, auto
from pathlib import Path
from typing import Any

from cts_excel.api import RunOptions
from cts_excel.errors import UserError
from cts_excel.messages import _, language

_LINE_BYTES = 16 * 1024 * 1024  # of one event
_PATIENCE = 20.0  # seconds that a cancelled run gets to end by itself


class State(Enum):
    """What the job is doing, or how it ended."""

    IDLE = auto()
    RUNNING = auto()
    STOPPING = auto()
    FINISHED = auto()
    STOPPED = auto()
    FAILED = auto()


class BusyError(UserError):
    """A run was asked for while another one is at work."""


@dataclass
class GradingJob:
    """A run as the pages see it; all of them see the same one.

    ``files`` maps each graded file to its status and level as they came, before any duplicate was
    told. ``version`` grows with every change. ``folder`` names the run once it is finished.
    """

    folder_of_work: Path
    state: State = State.IDLE
    done: int = 0
    total: int = 0
    files: dict[str, tuple[str, str]] = field(default_factory=dict)
    folder: str = ""
    problem: str = ""
    notices: tuple[str, ...] = ()
    version: int = 0
    _began: float = 0.0
    _first: int = 0
    _ended: float = 0.0
    _verdict: tuple[State, str] | None = None  # what the process said last; it may still end
    _process: asyncio.subprocess.Process | None = None
    _task: asyncio.Task[None] | None = None

    @property
    def active(self) -> bool:
        """Whether a run is at work."""
        return self.state in (State.RUNNING, State.STOPPING)

    @property
    def rate(self) -> float:
        """Files per second since the start, 0 before the first."""
        seconds = (self._ended or time.monotonic()) - self._began
        return (self.done - self._first) / seconds if seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Estimate of the time until all files are graded; ``None`` if nothing tells."""
        return (self.total - self.done) / self.rate if self.rate > 0 and self.total else None

    async def start(self, options: RunOptions, passwords: tuple[str, ...] = ()) -> None:
        """Begin a run; its paths start from the working folder.

        :param passwords: to try on encrypted workbooks; they are written nowhere.
        :raises BusyError: while another run is at work.
        """
        await self._begin({"options": asdict(options), "passwords": passwords})

    async def resume(self, folder: str, passwords: tuple[str, ...] = ()) -> None:
        """Go on with a run that was stopped.

        :raises BusyError: while another run is at work.
        """
        await self._begin({"resume": folder, "passwords": passwords})

    async def _begin(self, asked: dict[str, Any]) -> None:
        """Start the process that does what is asked.

        :raises BusyError: while another run is at work.
        """
        if self.active:
            problem = _("a grading run is at work")
            raise BusyError(_("Grading"), problem, _("Wait until it has ended, or cancel it."))
        self.state, self.done, self.total, self.files = State.RUNNING, 0, 0, {}
        self.folder, self.problem, self.notices, self._verdict = "", "", (), None
        self._began, self._first, self._ended = time.monotonic(), 0, 0.0
        asked["language"] = language()
        try:
            self._process = await self._launch()
        except OSError as error:
            self._end(State.FAILED, str(error))
            return
        self._changed()
        self._task = asyncio.create_task(self._follow(self._process, asked))

    async def cancel(self) -> None:
        """Stop the run; what is graded is kept, and the run can be gone on with."""
        if self.state is State.RUNNING and self._process is not None:
            self.state = State.STOPPING
            self._changed()
            _close_input(self._process)
            asyncio.get_running_loop().call_later(_PATIENCE, _kill, self._process)

    async def close(self) -> None:
        """Stop and wait, when the server ends."""
        await self.cancel()
        if self._task is not None:
            try:
                await asyncio.wait_for(asyncio.shield(self._task), _PATIENCE)
            except TimeoutError:
                _kill(self._process)

    async def _launch(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # the working folder holds what others sent: no module is taken from it
            "-m",
            "cts_excel.app.worker",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.folder_of_work,
            limit=_LINE_BYTES,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            start_new_session=sys.platform != "win32",  # Ctrl-C reaches it through this process
        )

    async def _follow(self, process: asyncio.subprocess.Process, asked: dict[str, Any]) -> None:
        """Take the events of the process until it ends."""
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        try:
            process.stdin.write(json.dumps(asked).encode() + b"\n")
            await process.stdin.drain()
            async for line in process.stdout:
                self._take(line)
        except (OSError, ValueError):
            _kill(process)
        process.stdin.close()
        await process.wait()
        if self._verdict is None:  # it ended without a word
            problem = _("The grading process ended unexpectedly. What was graded is kept: go on.")
            stopped = self.state is State.STOPPING
            self._verdict = (State.STOPPED, "") if stopped else (State.FAILED, problem)
        self._end(*self._verdict)

    def _take(self, line: bytes) -> None:
        event = json.loads(line)
        match event["event"]:
            case "progress":
                if not self.total:
                    self._first = event["done"]  # graded before: it tells nothing of the speed
                self.done, self.total = event["done"], event["total"]
            case "graded":
                self.files.update({file: (status, level) for file, status, level in event["files"]})
            case "finished":
                self.folder, self.notices = event["folder"], tuple(event["notices"])
                self._verdict = (State.FINISHED, "")
            case "stopped":
                self._verdict = (State.STOPPED, "")
            case "failed":
                self._verdict = (State.FAILED, event["problem"])
        self._changed()

    def _end(self, state: State, problem: str = "") -> None:
        self.state, self.problem, self._ended = state, problem, time.monotonic()
        self._changed()

    def _changed(self) -> None:
        self.version += 1


def _kill(process: asyncio.subprocess.Process | None) -> None:
    if process is not None and process.returncode is None:
        process.kill()


def _close_input(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
