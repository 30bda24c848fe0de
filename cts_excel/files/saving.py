"""Write files whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def write_new(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet, and see it onto the disk.

    :raises FileExistsError: where it exists; other OSError where it cannot be written.
    """
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def replace_file(path: Path, content: bytes) -> None:
    """Write a file beside its final place and rename it: a failure leaves what was there."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        write_new(part, content)
        part.replace(path)
    except BaseException as error:
        with suppress(OSError):  # what failed first is what matters
            part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename, error.filename2 = str(path), None  # the place that a person knows
        raise
