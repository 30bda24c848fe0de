"""The management workbook."""

from cts_excel.summary.builder import SummaryBuilder
from cts_excel.summary.facts import NotReturned, RunFacts

__all__ = ["NotReturned", "RunFacts", "SummaryBuilder"]
