"""The process that grades for the app, so that the page answers while it does.

It reads one line of JSON (what to do), then grades; each line that it writes is an event. When its
standard input ends, because the person cancels or the server is gone, it stops as after Ctrl-C: the
run folder stays and can be gone on with.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from typing import Any, TextIO

import msgspec

from cts_excel.api import (
    GradingResult,
    Result,
    RunInterruptedError,
    RunOptions,
    grade_run,
    load_standard,
    resume_run,
)
from cts_excel.app.wording import told
from cts_excel.errors import UserError
from cts_excel.messages import _, os_reason, use_language


def main() -> None:
    """Grade what the first line asks for, and tell how it goes."""
    asked = json.loads(sys.stdin.buffer.readline())
    use_language(asked["language"])
    say = _Events()
    threading.Thread(target=_stop_at_end_of_input, daemon=True).start()
    try:
        result = _graded(asked, say)
    except (KeyboardInterrupt, RunInterruptedError):
        say("stopped")
    except UserError as error:
        say("failed", problem=told(error))
    except OSError as error:
        say("failed", problem=_("{}: ").format(error.filename or "-") + os_reason(error))
    except Exception as error:  # noqa: BLE001 - whatever it is, a person gets one line
        say("failed", problem=f"{type(error).__name__}: {error}")
    else:
        say("finished", folder=result.record.folder.name, notices=list(result.roster_notices))


class _Events:
    """Writes events; whatever else a library prints goes to standard error."""

    def __init__(self) -> None:
        self._stream: TextIO = os.fdopen(os.dup(1), "w", encoding="ascii")
        os.dup2(2, 1)

    def __call__(self, event: str, **facts: Any) -> None:
        self._stream.write(json.dumps({"event": event, **facts}) + "\n")
        self._stream.flush()


def _graded(asked: dict[str, Any], say: _Events) -> GradingResult:
    def progress(done: int, total: int) -> None:
        say("progress", done=done, total=total)

    def watch(results: list[Result]) -> None:
        say("graded", files=[(one.file, one.status.value, one.level) for one in results])

    passwords = tuple(asked["passwords"])
    if "resume" in asked:
        return resume_run(asked["resume"], progress=progress, watch=watch, passwords=passwords)
    options = msgspec.convert(asked["options"], RunOptions)
    standard = load_standard(options.standard_path)
    return grade_run(options, standard, progress, watch, passwords)


def _stop_at_end_of_input() -> None:
    while os.read(0, 1024):  # not through sys.stdin, whose lock would be held at the end
        pass
    if sys.platform == "win32":
        signal.raise_signal(signal.SIGINT)
    else:
        os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    main()
