"""cts-excel: audit workbooks for weighted indicator tables, issued, graded and summarised."""

__version__ = "0.1.0"
