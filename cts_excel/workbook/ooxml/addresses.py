"""Cell addresses: ``F17``, and the letters and numbers that they are made of."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=64)
def column_letters(column: int) -> str:
    """Return ``A``, ``B``, … ``AA`` for a 0-based column."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """Return the 1-based number of a column: 1 for ``A``, 27 for ``AA``."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def cell_address(row: int, column: int) -> str:
    """Return the address of a cell, ``F17`` for the 0-based ``(16, 5)``."""
    return f"{column_letters(column)}{row + 1}"


@lru_cache(maxsize=16_384)  # the cells of one form recur in every workbook
def split_address(address: str) -> tuple[int, int]:
    """Return (column, row) of an address, both 1-based: ``(6, 17)`` for ``F17``."""
    letters = address.rstrip("0123456789")
    return column_number(letters), int(address[len(letters) :])
