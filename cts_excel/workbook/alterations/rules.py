"""Which input cells allow other content than was issued, however their rules are written."""

from __future__ import annotations

from collections.abc import Iterator

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.differences import clipped
from cts_excel.audit.findings import Finding
from cts_excel.workbook.alterations.pairing import SheetPair, WorkbookPair
from cts_excel.workbook.alterations.places import shown_cells
from cts_excel.workbook.alterations.reference import Defined
from cts_excel.workbook.ooxml.addresses import split_address
from cts_excel.workbook.ooxml.sheet_settings import (
    CellRange,
    SheetSettings,
    ValidationRule,
    range_contains,
    relative_tree,
)

_NOT_A_NUMBER = "NAN"  # ExcelJS writes it for a bound that it cannot read, such as DATE(2000,1,1)

# What of a rule is compared: kind, operator, strict or not, formulas.
_Key = tuple[str, ...]


def rule_alterations(
    workbooks: WorkbookPair, pair: SheetPair, now: SheetSettings
) -> Iterator[Finding]:
    """Compare the rules of each input cell."""
    issued, moves = pair.issued, workbooks.moves[pair.issued.name]
    # If columns moved, the references in the rules moved too: only kinds are compared.
    formulas = all(a == b for a, b in moves.columns.items())
    lists = _lists(workbooks.reference.names)
    wanted_rules = _keyed(issued.settings, lists, formulas=formulas)
    found_rules = _keyed(now, lists, formulas=formulas)
    removed: list[str] = []
    altered: dict[tuple[str, str], list[str]] = {}
    for address in issued.inputs:
        at = moves.address(address)
        if not at:
            continue
        wanted, found = _rules(wanted_rules, address), _rules(found_rules, at)
        if wanted and not found:
            removed.append(at)
        elif not _same(wanted, found):
            texts = ("；".join(found.values()), "；".join(wanted.values()))
            altered.setdefault(texts, []).append(at)
    if removed:
        yield finding(
            Code.VALIDATION_REMOVED, sheet=pair.name, cell=removed[0], found=shown_cells(removed)
        )
    for (rules, expected), cells in altered.items():
        yield finding(
            Code.VALIDATION_ALTERED,
            sheet=pair.name,
            cell=cells[0],
            found=clipped(f"{shown_cells(cells)}: {rules}"),
            expected=clipped(expected),
        )


def _keyed(
    settings: SheetSettings, lists: dict[str, str], *, formulas: bool
) -> list[tuple[tuple[CellRange, ...], _Key, str]]:
    """Return where each rule holds, what of it is compared, and how it is shown."""
    return [
        (
            ranges,
            _key(rule, lists, formulas=formulas),
            str(rule) if formulas else " ".join(_kind(rule)),
        )
        for ranges, rule in settings.validations
    ]


def _rules(keyed: list[tuple[tuple[CellRange, ...], _Key, str]], address: str) -> dict[_Key, str]:
    """Return the rules of a cell and how they are shown; a rule that stands twice is one."""
    column, row = split_address(address)
    return {
        key: shown
        for ranges, key, shown in keyed
        if any(range_contains(found, column, row) for found in ranges)
    }


def _key(rule: ValidationRule, lists: dict[str, str], *, formulas: bool) -> _Key:
    if not formulas:
        return _kind(rule)
    named = ("\x1f".join(lists.get(p, p) for p in tree.split("\x1f")) for tree in rule.trees)
    return (*_kind(rule), *named)


def _kind(rule: ValidationRule) -> _Key:
    return rule.kind, rule.operator, str(rule.strict)


def _lists(names: Defined) -> dict[str, str]:
    """Return what each issued name stands for: some applications put its cells in its place."""
    return {name.upper(): relative_tree(text) for (name, sheet), text in names.items() if not sheet}


def _same(wanted: dict[_Key, str], found: dict[_Key, str]) -> bool:
    """Return whether the rules allow the same; bounds that an application lost do not count."""
    kinds = {key[:3] for key in wanted}
    lost = {
        key
        for key in found
        if key[:3] in kinds and key[3:] and all(bound == _NOT_A_NUMBER for bound in key[3:])
    }
    kept = found.keys() - lost
    return kept == wanted.keys() or (kept <= wanted.keys() and bool(lost))
