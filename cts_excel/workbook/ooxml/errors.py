"""What stops a file from being read at all."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a file cannot be read; the value is the code of the finding that says so."""

    FILE_UNREADABLE = "F01"
    NOT_AN_AUDIT_WORKBOOK = "F02"
    ENCRYPTED = "F03"
    OVER_A_LIMIT = "F04"
    DANGEROUS = "F05"
    TYPE_NOT_ACCEPTED = "F08"
    FILE_EMPTY = "F09"
    NOT_A_REGULAR_FILE = "F10"


class NotReadableError(Exception):
    """A file that ends as ``rejected``: why, what was found, what was expected."""

    def __init__(self, reason: Reason, found: str = "", expected: str = "") -> None:
        super().__init__(reason, found, expected)
        self.reason, self.found, self.expected = reason, found, expected

    def __str__(self) -> str:
        return " ".join(part for part in (self.reason, self.found, self.expected) if part)
