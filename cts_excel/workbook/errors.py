"""What stops a file from being read at all."""

from __future__ import annotations


class NotReadableError(Exception):
    """A file that ends as ``rejected``: its catalogue code, what was found, what was expected."""

    def __init__(self, code: str, found: str = "", expected: str = "") -> None:
        super().__init__(code, found, expected)
        self.code, self.found, self.expected = code, found, expected

    def __str__(self) -> str:
        return " ".join(part for part in (self.code, self.found, self.expected) if part)
