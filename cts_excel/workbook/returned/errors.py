"""What stops a workbook from being sent back marked."""

from __future__ import annotations


class NotMarkableError(Exception):
    """A workbook whose parts may not, or cannot safely, be edited: says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
