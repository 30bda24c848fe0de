"""The management workbook.

Its modules are loaded on first use: workers make excerpts but no workbook.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cts_excel.summary.builder import SummaryBuilder
    from cts_excel.summary.outcomes.facts import NotReturned, RunFacts
    from cts_excel.summary.outcomes.previous import PreviousRun, read_previous

_HOMES = {
    "NotReturned": "outcomes.facts",
    "PreviousRun": "outcomes.previous",
    "RunFacts": "outcomes.facts",
    "SummaryBuilder": "builder",
    "read_previous": "outcomes.previous",
}
__all__ = [
    "NotReturned",
    "PreviousRun",
    "RunFacts",
    "SummaryBuilder",
    "read_previous",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
