"""Workbooks sent back: marked copies of the person's own, or a list where none can be made."""

from cts_excel.workbook.returned.container import NotMarkableError
from cts_excel.workbook.returned.files import (
    Mode,
    Returned,
    correction_list,
    returned_file,
    returned_list,
)
from cts_excel.workbook.returned.marking import marked, marked_copy, unmarked
from cts_excel.workbook.returned.terms import ReturnTerms

__all__ = [
    "Mode",
    "NotMarkableError",
    "ReturnTerms",
    "Returned",
    "correction_list",
    "marked",
    "marked_copy",
    "returned_file",
    "returned_list",
    "unmarked",
]
