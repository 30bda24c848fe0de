"""The limits that keep one file from harming the others: documented, each an option."""

from __future__ import annotations

from dataclasses import dataclass

KIB, MIB = 1024, 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost. A filled audit workbook has 33 KB, 15 parts, 250 KB inflated.

    ``file_bytes``: size of the file. ``entries``: parts of the package. ``inflated_bytes``: all
    parts together, counted while inflating. ``ratio``: inflated to packed size of one part, once
    it has passed ``ratio_from_bytes``. ``sheets``: sheets of the workbook. ``sheet_tags``: tags of
    one worksheet, about four for a filled cell; ``tags``: of any other part, which bounds styles,
    names, texts and relations. ``seconds``: wall clock and processor time per file.
    ``memory_bytes``: address space of a worker process (where the system can limit it).
    """

    file_bytes: int = 32 * MIB
    entries: int = 2_000
    inflated_bytes: int = 256 * MIB
    ratio: int = 100
    ratio_from_bytes: int = 100 * KIB
    sheets: int = 255
    sheet_tags: int = 1_000_000
    tags: int = 250_000
    seconds: float = 20.0
    memory_bytes: int = 448 * MIB


DEFAULT_LIMITS = Limits()


def in_words(size: int) -> str:
    """Write a size for people: ``32 MiB``, ``100 KiB``, ``7 bytes``."""
    for unit, name in ((MIB, "MiB"), (KIB, "KiB")):
        if size >= unit:
            return f"{size / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{size} bytes"
