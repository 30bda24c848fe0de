"""What ends a run: where, what is wrong, what to do."""

from __future__ import annotations

import errno

from cts_excel.errors import UserError
from cts_excel.messages import _, os_reason

EXIT_USAGE, EXIT_FAILED = 2, 3


class RunError(UserError):
    """A run that cannot begin or go on: place, problem, repair, and the exit code it means."""

    def __init__(self, place: str, problem: str, repair: str, exit_code: int = EXIT_FAILED) -> None:
        super().__init__(place, problem, repair)
        self.exit_code = exit_code
        self.args = (place, problem, repair, exit_code)  # what pickle hands back


class RunInterruptedError(RunError):
    """A run stopped by Ctrl-C or SIGTERM; what was graded is kept in ``folder``."""

    def __init__(self, folder: str, done: int, total: int) -> None:
        problem = _("stopped after {} of {} files").format(done, total)
        repair = _("Go on with: cts-excel grade --resume {}").format(folder)
        super().__init__(folder, problem, repair)
        self.args = (folder, done, total)  # what pickle hands back to this constructor
        self.folder, self.done, self.total = folder, done, total


def output_error(place: str, error: OSError) -> RunError:
    """Word a failure to write: disk full, no permission, or whatever the system says."""
    if error.errno == errno.ENOSPC:
        return RunError(
            place,
            _("no space left on the disk"),
            _("Free some space, then go on with --resume, or choose another folder with -o."),
        )
    problem = _("cannot be written: {}").format(os_reason(error))
    return RunError(place, problem, _("Choose another folder with -o."))
