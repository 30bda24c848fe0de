"""Under which policy a workbook was issued: it is compared with what was issued then (rule 15)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import msgspec

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.differences import clipped
from cts_excel.audit.findings import Finding
from cts_excel.audit.model import Identity
from cts_excel.standard.model import NotApplicable, Policy, Standard
from cts_excel.workbook.alterations.pairing import WorkbookPair
from cts_excel.workbook.alterations.reference import Reference, defined_names, reference_in
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.fingerprint import policy_digest
from cts_excel.workbook.form.positions import FormLayout
from cts_excel.workbook.form.released import policies
from cts_excel.workbook.ooxml.addresses import cell_address
from cts_excel.workbook.ooxml.formula_tree import canonical
from cts_excel.workbook.ooxml.raw_sheet import FORMULA
from cts_excel.workbook.ooxml.shared_formulas import first_cells, shared_text
from cts_excel.workbook.ooxml.xlsx import XlsxGrid

# Results whose formulas are different under every policy.
_TELLING = ("level", "completion")
_SHOWN = 12  # characters of a digest


def issued_under(pair: WorkbookPair, identity: Identity, standard: Standard) -> Standard:
    """Return the standard with the policy that a workbook was issued under.

    The workbook states its digest since format 2; otherwise the formulas tell.
    """
    if identity.policy:
        for one in (standard, *_variants(standard)):
            if policy_digest(one) == identity.policy:
                return one
    return _recognised(pair, standard)


def rules_unknown(issued: Standard, identity: Identity) -> bool:
    """Return whether a workbook was issued under rules that no switch of ours gives."""
    return bool(identity.policy) and identity.policy != policy_digest(issued)


def _recognised(pair: WorkbookPair, standard: Standard) -> Standard:
    """Return another policy only if more formulas agree with what that policy issues."""
    form = pair.reference.form
    if _tells(pair, pair.reference) or layout.COVER not in pair.grids:
        return standard
    best, most = standard, _agreeing(pair, pair.reference, standard)
    for other in _variants(standard):
        issued = reference_in(form, other)
        agreeing = _agreeing(pair, issued, standard) if issued is not None else 0
        if agreeing > most:
            best, most = other, agreeing
    return best


def policy_finding(issued: Standard, identity: Identity, standard: Standard) -> Iterator[Finding]:
    """Say once that a workbook was issued under another policy, if it was."""
    then, now = _shown(issued.policy), _shown(standard.policy)
    changed = [(a, b) for a, b in zip(then, now, strict=True) if a != b]
    if rules_unknown(issued, identity):
        digests = (identity.policy, policy_digest(standard))
        stated, ours = (f"规则摘要值为 {clipped(digest, _SHOWN)}" for digest in digests)
        changed.append((f"{stated}（隐藏清单未核对）", ours))
    if changed:
        found, expected = ("、".join(texts) for texts in zip(*changed, strict=True))
        yield finding(Code.OTHER_POLICY, found=found, expected=expected)


def _shown(policy: Policy) -> tuple[str, str]:
    allowed = policy.not_applicable == NotApplicable.PRORATE
    return (
        "允许“不适用”" if allowed else "不允许“不适用”",
        "审核证据必填" if policy.require_evidence else "审核证据缺则警告",
    )


def _tells(pair: WorkbookPair, issued: Reference) -> bool:
    """Return whether the formulas that are different under every policy are the issued ones."""
    cover = issued.sheets[layout.COVER].formulas
    told = (label for label in issued.form.panel if label.key in _TELLING)
    cells = (cell_address(label.row, label.column + 1) for label in told)
    return all(_formula(pair, layout.COVER, cell) == cover[cell][1] for cell in cells)


def _agreeing(pair: WorkbookPair, issued: Reference, standard: Standard) -> int:
    """Count what a workbook has as issued, of all that depends on the policy."""
    names = defined_names(pair.book.package)
    name = (layout.NAME_BAND_CHOICES, "")
    choices = canonical(names.get(name, ""), escaped=False)
    return (choices == canonical(issued.names[name], escaped=False)) + sum(
        _formula(pair, sheet, cell) == issued.sheets[sheet].formulas[cell][1]
        for sheet, cell in _depending(issued.form, standard)
    )


def _formula(pair: WorkbookPair, sheet: str, address: str) -> str:
    """Return a returned cell's formula, canonical, ``""`` if there is none."""
    grid: XlsxGrid | None = pair.grids.get(sheet)
    cell = grid.raw.cells.get(address) if grid is not None else None
    if grid is None or cell is None:
        return ""
    escaped = grid.raw.escaped
    if cell[FORMULA]:
        return canonical(cell[FORMULA], escaped=escaped)
    return shared_text(cell, first_cells(grid.raw.cells), escaped=escaped)


@lru_cache(maxsize=4)
def _variants(standard: Standard) -> tuple[Standard, ...]:
    """Return the same standard under each other policy."""
    return tuple(
        msgspec.structs.replace(standard, policy=policy)
        for policy in policies(standard.policy)
        if policy != standard.policy
    )


@lru_cache(maxsize=4)
def _depending(form: FormLayout, standard: Standard) -> tuple[tuple[str, str], ...]:
    """Return sheet and address of every formula that depends on the policy."""
    under_each = (reference_in(form, one) for one in (standard, *_variants(standard)))
    ours, *others = (found for found in under_each if found is not None)
    return tuple(
        (sheet.name, address)
        for sheet in ours.sheets.values()
        for address, stored in sheet.formulas.items()
        if any(other.sheets[sheet.name].formulas[address] != stored for other in others)
    )
