"""The form of every error that a user can repair: place, problem, repair."""

from __future__ import annotations

from cts_excel.messages import fault_line


class UserError(Exception):
    """Place, problem and repair, in the terminal's language; shown as one line.

    Every argument reaches ``super().__init__``, so that it can be pickled.
    ``exit_code`` is what the command line ends with: 2 wrong usage, 3 not completed.
    """

    exit_code = 2

    def __init__(self, place: str, problem: str, repair: str) -> None:
        super().__init__(place, problem, repair)
        self.place, self.problem, self.repair = place, problem, repair

    def __str__(self) -> str:
        return fault_line(self.place, self.problem, self.repair)
