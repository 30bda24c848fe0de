"""特别项: the block of deductions and the block of bonus, told apart by their titles."""

from __future__ import annotations

from cts_excel.second_reader.cells import Cell, Sheet
from cts_excel.second_reader.model import Problem, ProblemKind, SpecialRead
from cts_excel.second_reader.spelling import folded, states_nothing
from cts_excel.second_reader.standard_file import SpecialRule, StandardFile
from cts_excel.second_reader.tables import Table, find_tables

CATEGORY, CLAUSE, DESCRIPTION, EVIDENCE = "类别", "关联条款", "事实描述", "证据"
_NEEDED = (CATEGORY, CLAUSE, DESCRIPTION, EVIDENCE)
# Corrective action: only deductions have all of these, and the points do not depend on them.
_ACTION = ("整改状态", "整改措施", "责任人", "整改期限", "验证人", "验证日期")
_INPUTS = (*_NEEDED, *_ACTION)
_REQUIRED = (CATEGORY, DESCRIPTION, EVIDENCE)
_UNUSABLE = (ProblemKind.AMBIGUOUS, ProblemKind.ERROR_VALUE, ProblemKind.NOT_CALCULATED)

Entries = tuple[SpecialRead, ...]


def special_entries(
    sheets: list[Sheet],
    standard: StandardFile,
    problems: list[Problem],
    lenient: list[str],
) -> tuple[Entries, Entries]:
    """Return the complete entries of deductions and of bonus (rules 3, 4, 13).

    A row with any input is an entry; an incomplete one is a problem, never a dropped row.
    """
    tables = find_tables(sheets, _INPUTS, _NEEDED, problems)
    rules = (standard.deduction, standard.bonus)
    titles = [_title_row(table, tables, rules) for table in tables]
    entries: dict[str, Entries] = {}
    for number, (table, (rule, _row)) in enumerate(zip(tables, titles, strict=True)):
        at = f"{table.sheet.name}!{table.header_row}"
        if rule is None:
            problems.append(Problem(at, ProblemKind.BLOCK_WITHOUT_TITLE))
            continue
        if rule.title in entries:
            problems.append(Problem(at, ProblemKind.BLOCK_REPEATED, rule.title))
            continue
        end = _end(table, tables[number + 1 :], titles[number + 1 :])
        entries[rule.title] = tuple(_entries(table, end, rule, standard, problems, lenient))
    problems += [
        Problem("", ProblemKind.BLOCK_MISSING, rule.title)
        for rule in rules
        if rule.title not in entries
    ]
    return entries.get(standard.deduction.title, ()), entries.get(standard.bonus.title, ())


def _title_row(
    table: Table, tables: list[Table], rules: tuple[SpecialRule, SpecialRule]
) -> tuple[SpecialRule | None, int]:
    """Return the block that the title above a header row names, and the title's row.

    The title is the last filled row above the header. A text further up could be an entry's.
    """
    sheet = table.sheet
    headers = {other.header_row for other in tables if other.sheet is sheet}
    above = max((row for row in sheet.rows if row < table.header_row), default=0)
    if above in headers or not above:
        return None, table.header_row
    for rule in rules:
        for cell in sheet.rows[above]:
            if folded(cell.text).startswith(f"{folded(rule.title)}("):
                return rule, above
    return None, table.header_row


def _end(table: Table, later: list[Table], titles: list[tuple[SpecialRule | None, int]]) -> int:
    """Return the first row below a block: the next block's title, or beyond every sheet."""
    below = [
        row for other, (_r, row) in zip(later, titles, strict=True) if other.sheet is table.sheet
    ]
    return min(below, default=1 << 30)


def _entries(
    table: Table,
    end: int,
    rule: SpecialRule,
    standard: StandardFile,
    problems: list[Problem],
    lenient: list[str],
) -> list[SpecialRead]:
    found = []
    for row in table.sheet.rows:
        if not table.header_row < row < end:
            continue
        cells = {heading: table.sheet.at(row, table.column(heading)) for heading in _INPUTS}
        filled = {heading: cell for heading, cell in cells.items() if cell is not None}
        if filled:
            pictured = table.sheet.has_picture(row, table.column(EVIDENCE))
            entry = _entry(row, filled, rule, standard, problems, lenient, pictured=pictured)
            if entry is not None:
                found.append(entry)
    return found


def _entry(
    row: int,
    filled: dict[str, Cell],
    rule: SpecialRule,
    standard: StandardFile,
    problems: list[Problem],
    lenient: list[str],
    *,
    pictured: bool,
) -> SpecialRead | None:
    before = len(problems)
    _check(filled, standard, problems, pictured=pictured)
    if len(problems) > before:
        return None
    category = filled[CATEGORY]
    name = next((c for c in rule.categories if folded(c) == folded(category.text)), "")
    if not name:
        problems.append(Problem(category.address, ProblemKind.CATEGORY_UNKNOWN, category.text))
        return None
    if category.text != name:
        lenient.append(category.address)
    description = filled[DESCRIPTION]
    return SpecialRead(name, description.text, description.address, row)


def _check(
    filled: dict[str, Cell], standard: StandardFile, problems: list[Problem], *, pictured: bool
) -> None:
    """Add what is wrong with the cells of an entry; a picture proves whatever stands beside it."""
    for heading, cell in filled.items():
        if not cell.seen:
            problems.append(Problem(cell.address, ProblemKind.UNSEEN, cell.text))
        if cell.value is ProblemKind.PICTURE and heading == EVIDENCE:
            continue
        if isinstance(cell.value, ProblemKind) and (
            heading in _REQUIRED or (heading in _NEEDED and cell.value in _UNUSABLE)
        ):
            problems.append(Problem(cell.address, cell.value))
    needed = [heading for heading in _REQUIRED if heading != EVIDENCE or not pictured]
    lacking = [heading for heading in needed if heading not in filled]
    if lacking:
        first = next(iter(filled.values()))
        kind = ProblemKind.SPECIAL_INCOMPLETE
        problems.append(Problem(first.address, kind, "、".join(lacking)))
    for heading in needed:
        stated = filled.get(heading)
        if heading != CATEGORY and stated and states_nothing(stated.text, standard.placeholders):
            kind = ProblemKind.SPECIAL_STATES_NOTHING
            problems.append(Problem(stated.address, kind, stated.text))
