"""Tables found by their headings, wherever they stand: no sheet name, row or column is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cts_excel.second_reader.cells import Sheet
from cts_excel.second_reader.model import Problem, ProblemKind
from cts_excel.second_reader.spelling import folded


@dataclass(frozen=True, slots=True)
class Table:
    """A header row of a sheet and the column of each heading that was found there."""

    sheet: Sheet
    header_row: int
    columns: dict[str, int]

    def column(self, heading: str) -> int | None:
        """Return the 1-based column of a heading, ``None`` if the table has none such."""
        return self.columns.get(heading)


def find_tables(
    sheets: list[Sheet],
    headings: tuple[str, ...],
    needed: tuple[str, ...],
    problems: list[Problem],
) -> list[Table]:
    """Find every header row that holds all the needed headings, sheet by sheet, from the top.

    A header row that lacks one of at least three needed headings, or has one twice, is a problem:
    its table may hold answers.
    """
    wanted = {folded(heading): heading for heading in headings}
    tables: list[Table] = []
    for sheet in sheets:
        for row in sheet.rows:
            found = _headings_in_row(sheet, row, wanted)
            missing = [heading for heading in needed if heading not in found]
            if len(missing) > 1 or (missing and len(needed) < 3):
                continue
            at = f"{sheet.name}!{row}"
            if missing:
                problems.append(Problem(at, ProblemKind.HEADING_MISSING, missing[0]))
                continue
            twice = [heading for heading, columns in found.items() if len(columns) > 1]
            problems += [Problem(at, ProblemKind.HEADING_REPEATED, heading) for heading in twice]
            tables.append(Table(sheet, row, {h: columns[0] for h, columns in found.items()}))
    return tables


def _headings_in_row(sheet: Sheet, row: int, wanted: Mapping[str, str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for cell in sheet.rows[row]:
        heading = wanted.get(folded(cell.value)) if isinstance(cell.value, str) else None
        if heading is not None:
            found.setdefault(heading, []).append(cell.column)
    return found
