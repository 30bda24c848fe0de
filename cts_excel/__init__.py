"""cts-excel: audit workbooks for weighted indicator tables, issued, graded and summarised.

The names below are the public interface; everything else may change between versions. They are
loaded on first use, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cts_excel.version import __version__

if TYPE_CHECKING:
    from cts_excel.api import (
        grade_file,
        grade_files,
        grade_paths,
        load_standard,
        read_audit,
        run_frames,
        write_summary,
        write_template,
    )

__all__ = [
    "__version__",
    "grade_file",
    "grade_files",
    "grade_paths",
    "load_standard",
    "read_audit",
    "run_frames",
    "write_summary",
    "write_template",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("cts_excel.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
