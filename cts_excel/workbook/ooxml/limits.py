"""The limits that keep one file from harming the others: documented, each an option."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

from cts_excel.errors import UserError
from cts_excel.messages import _, listed

KIB, MIB = 1024, 1024 * 1024
_UNITS = {"": 1, "s": 1, "kib": KIB, "mib": MIB, "gib": 1024 * MIB}
_SETTING = re.compile(r"(\w+)\s*=\s*(\d+(?:\.\d+)?)\s*(s|[kmg]ib)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost. A filled audit workbook has 33 KB, 15 parts, 250 KB inflated.

    ``file_bytes``: size of the file. ``entries``: parts of the package. ``inflated_bytes``: all
    parts together, counted while inflating. ``ratio``: inflated to packed size of one part, once
    it has passed ``ratio_from_bytes``. ``sheets``: sheets of the workbook. ``sheet_tags``: tags of
    one worksheet, about four for a filled cell; ``tags``: of any other part, which bounds styles,
    names, texts and relations. ``seconds``: wall clock and processor time per file.
    ``memory_bytes``: address space of a worker process (where the system can limit it).
    ``archive_bytes``: size of an archive (.zip), and of all its members inflated;
    ``archive_files``: its members.
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
    archive_bytes: int = 4096 * MIB
    archive_files: int = 20_000


DEFAULT_LIMITS = Limits()


def changed_limits(settings: Iterable[str]) -> Limits:
    """Return the default limits with some changed: ``seconds=60``, ``file_bytes=64MiB``.

    :raises UserError: for an unknown name, or a value that is no number above 0.
    """
    limits = DEFAULT_LIMITS
    names = [field.name for field in fields(Limits)]
    for setting in settings:
        match = _SETTING.fullmatch(setting.strip())
        number = float(match[2]) * _UNITS[(match[3] or "").lower()] if match else 0.0
        if match is None or match[1] not in names or number <= 0:
            problem = _("not a limit")
            repair = _("Write NAME=NUMBER, the name one of: {}.").format(listed(names))
            raise UserError(f"--limit {setting}", problem, repair)
        value = number if match[1] == "seconds" else int(number)
        limits = Limits(**{**asdict(limits), match[1]: value})
    return limits


def in_words(size: int) -> str:
    """Write a size for people: ``32 MiB``, ``100 KiB``, ``7 bytes``."""
    for unit, name in ((MIB, "MiB"), (KIB, "KiB")):
        if size >= unit:
            return f"{size / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{size} bytes"
