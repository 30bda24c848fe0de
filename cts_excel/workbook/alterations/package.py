"""What a returned package holds beyond sheets: names, links, macros, comments, identity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.differences import clipped
from cts_excel.audit.findings import Finding
from cts_excel.workbook.alterations.pairing import WorkbookPair
from cts_excel.workbook.alterations.reference import Reference, defined_names
from cts_excel.workbook.form import layout
from cts_excel.workbook.ooxml.formula_text import tokens
from cts_excel.workbook.ooxml.formula_tree import canonical
from cts_excel.workbook.ooxml.package import MACRO_NAME
from cts_excel.workbook.ooxml.xlsx import XlsxWorkbook
from cts_excel.workbook.reading.locate import AuditSheets

_LINKS = re.compile(r"xl/externalLinks/[^/]+\.xml|xl/(?:connections|queryTables/[^/]+)\.xml")
_COMMENTS = re.compile(r"xl/(?:.*/)?(?:threadedC|c)omments?/?[^/]*\.xml")
_SEEN = ("visible", "")
_OF_MARKED_COPIES = (layout.NAME_CORRECTIONS, layout.NAME_CORRECTS)


def package_alterations(
    pair: WorkbookPair, sheets: AuditSheets, *, compare: bool
) -> Iterator[Finding]:
    """List what was added to the package, removed from it or changed in it.

    :param compare: whether it is known under which names the workbook was issued.
    """
    book = pair.book
    yield from _parts(book)
    yield from _sheets(book, sheets)
    if compare:
        yield from _names(book, pair.reference)
    yield from _identity(book, sheets)
    for path, attributes, _text in book.package.elements(book.package.workbook_part):
        if path == "workbook/calcPr" and attributes.get("calcMode") == "manual":
            yield finding(Code.MANUAL_CALCULATION)


def _parts(book: XlsxWorkbook) -> Iterator[Finding]:
    for code, parts in _unusual(book.package.names):
        if code == Code.MACROS:
            parts = sorted({*parts, *book.package.macro_parts} - {book.package.workbook_part})
        if code == Code.COMMENTS:
            parts = [name for name in parts if not only_remarks(book, name)]
        if parts:
            yield finding(code, found=clipped("、".join(parts)))


@lru_cache(maxsize=256)
def _unusual(names: frozenset[str]) -> tuple[tuple[Code, list[str]], ...]:
    """Return the parts that no issued workbook has, by the code that reports them."""
    kinds = ((Code.EXTERNAL_LINKS, _LINKS), (Code.MACROS, MACRO_NAME), (Code.COMMENTS, _COMMENTS))
    return tuple((c, sorted(n for n in names if pattern.fullmatch(n))) for c, pattern in kinds)


def only_remarks(book: XlsxWorkbook, name: str) -> bool:
    """Return whether all comments of a part are those of a marked copy."""
    texts: list[str] = []
    for path, _attributes, text in book.package.elements(name):
        if path == "comments/commentList/comment":
            texts.append("")
        elif path.endswith("/t") and texts:
            texts[-1] += text
    return bool(texts) and all(
        text.startswith(layout.REMARK_BEGIN) and text.endswith(layout.REMARK_END) for text in texts
    )


def _sheets(book: XlsxWorkbook, sheets: AuditSheets) -> Iterator[Finding]:
    ours = {own.name for own in (sheets.cover, sheets.ratings, sheets.special) if own}
    ours.add(layout.RUBRIC)
    hidden = sheets.identity.name if sheets.identity else layout.IDENTITY
    for sheet in book.sheets:
        if sheet.name in ours and sheet.state not in _SEEN:
            yield finding(Code.SHEET_HIDDEN, sheet=sheet.name, found=sheet.state)
        elif sheet.name == hidden and sheet.state in _SEEN:
            yield finding(Code.HIDDEN_SHEET_SHOWN, sheet=sheet.name)
        elif sheet.name not in (*ours, hidden, layout.CORRECTIONS):
            yield finding(Code.SHEET_ADDED, sheet=sheet.name, found=sheet.name)


def _names(book: XlsxWorkbook, issued: Reference) -> Iterator[Finding]:
    now = defined_names(book.package)
    if now == issued.names:
        return
    wanted = {name.casefold() for name, _sheet in issued.names}
    for (name, sheet), formula in issued.names.items():
        found = now.get((name, sheet))
        if found is None or not _same(found, formula):
            shown = "—" if found is None else _shown(found)
            yield finding(Code.NAME_ALTERED, found=f"{name}: {shown}", expected=_shown(formula))
    for (name, sheet), formula in now.items():
        if (name, sheet) not in issued.names and name not in _OF_MARKED_COPIES:
            # A name that is defined for one sheet hides the issued name there.
            code = Code.NAME_ALTERED if name.casefold() in wanted else Code.NAME_ADDED
            yield finding(code, found=clipped(f"{name}: {_shown(formula)}"), expected="")


def _same(one: str, other: str) -> bool:
    return canonical(one, escaped=False) == canonical(other, escaped=False)


def _shown(formula: str) -> str:
    return "".join(map(str, tokens(formula)))


def _identity(book: XlsxWorkbook, sheets: AuditSheets) -> Iterator[Finding]:
    """Compare the hidden sheet with the custom document properties."""
    if sheets.identity is None:
        return
    properties, identity = book.properties, sheets.stated
    ours = {key: properties[name] for key, name in layout.IDENTITY_KEYS if name in properties}
    if not ours:
        expected = "、".join(name for _key, name in sheets.form.identity)
        yield finding(Code.PROPERTIES_MISSING, expected=expected)
        return
    differing = [
        f"{key}: {getattr(identity, key) or '—'} ≠ {value or '—'}"
        for key, value in ours.items()
        if getattr(identity, key) != value.strip()
    ]
    if differing:
        sheet = sheets.identity.name
        yield finding(
            Code.IDENTITIES_DISAGREE, sheet=sheet, found=clipped("；".join(differing), 400)
        )
