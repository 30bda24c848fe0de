"""Returned workbooks in any number: a few hundred distinct ones, each personalised many times.

The originals are the demo's, faults included. A copy gets another organisation and audit number
by writing one part of its package again, so that 100,000 files take minutes, not hours.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from cts_excel.audit.outcome import Status
from cts_excel.batch.engines.judge import grade_one
from cts_excel.demo import demo_files
from cts_excel.standard.model import Standard

ORIGINALS = 200
_STRINGS = "xl/sharedStrings.xml"
_FOLDERS = 1_000  # files in a folder


@dataclass(frozen=True, slots=True)
class Original:
    """A filled workbook: its package without the strings, the strings, what to replace there."""

    content: bytes
    rest: bytes = b""
    strings: str = ""
    info: ZipInfo | None = None
    replaced: tuple[str, ...] = ()

    def copy(self, number: int) -> bytes:
        """Return the workbook as another audit; a damaged one stays as it is."""
        if self.info is None:
            return self.content
        text = self.strings
        for value in self.replaced:
            text = text.replace(f">{value}<", f">{value}-{number:06d}<")
        buffer = BytesIO()
        buffer.write(self.rest)
        with ZipFile(buffer, "a", ZIP_DEFLATED) as package:
            package.writestr(self.info, text.encode())
        return buffer.getvalue()


def originals(standard: Standard, count: int = ORIGINALS) -> list[Original]:
    """Make the distinct workbooks; torn ones are left out, for the peer would stop at them."""
    found = (original_of(file.content, standard) for file in demo_files(standard, count))
    return [original for original in found if original.info is not None]


def write_workbooks(folder: Path, count: int, made: Sequence[Original]) -> None:
    """Write ``count`` workbooks into numbered folders of a thousand, and onto the disk."""
    for number in range(count):
        if number % _FOLDERS == 0:
            inner = folder / f"{number // _FOLDERS:03d}"
            inner.mkdir(parents=True)
        (inner / f"{number:06d}.xlsx").write_bytes(made[number % len(made)].copy(number))
    if hasattr(os, "sync"):
        os.sync()  # or writing them back would disturb what is measured next


def clean(made: list[Original], standard: Standard) -> Iterator[bytes]:
    """Yield the workbooks that are graded: those without a fault that blocks the level."""
    for original in made:
        if grade_one(original.content, standard).status is Status.GRADED:
            yield original.content


def original_of(content: bytes, standard: Standard) -> Original:
    """Make an original of a filled workbook."""
    outcome = grade_one(content, standard)
    if outcome.audit is None:
        return Original(content)
    cover = outcome.audit.cover
    buffer = BytesIO()
    try:
        with ZipFile(BytesIO(content)) as package, ZipFile(buffer, "w", ZIP_DEFLATED) as rest:
            for info in package.infolist():
                if info.filename != _STRINGS:
                    rest.writestr(info, package.read(info))
            strings = package.read(_STRINGS).decode()
            info = package.getinfo(_STRINGS)
    except BadZipFile:
        return Original(content)
    replaced = tuple(value for value in (cover.organisation, cover.audit_no) if value)
    return Original(content, buffer.getvalue(), strings, info, replaced)
