"""The management workbook."""

from cts_excel.summary.builder import SummaryBuilder
from cts_excel.summary.facts import NotReturned, RunFacts
from cts_excel.summary.previous import PreviousRun, PreviousRunError, read_previous

__all__ = [
    "NotReturned",
    "PreviousRun",
    "PreviousRunError",
    "RunFacts",
    "SummaryBuilder",
    "read_previous",
]
