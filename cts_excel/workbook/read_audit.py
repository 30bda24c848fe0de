"""Read a returned workbook into a typed audit. Cells are interpreted here, once."""

from __future__ import annotations

from collections.abc import Mapping

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.cover import COVER_FIELDS
from cts_excel.audit.differences import clipped
from cts_excel.audit.findings import Finding
from cts_excel.audit.model import Audit, Identity, SheetNames, Stated
from cts_excel.standard.model import Standard
from cts_excel.workbook.alterations.blank_results import shows_blank_results
from cts_excel.workbook.alterations.compare import alterations
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.released import known_forms
from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.ooxml.workbooks import open_workbook
from cts_excel.workbook.ooxml.xlsx import XlsxWorkbook
from cts_excel.workbook.reading.corrects import read_corrects
from cts_excel.workbook.reading.cover import CoverRead, read_cover
from cts_excel.workbook.reading.locate import AuditSheets, locate
from cts_excel.workbook.reading.pictures import picture_findings
from cts_excel.workbook.reading.ratings import RatingsRead, read_ratings
from cts_excel.workbook.reading.special import read_special
from cts_excel.workbook.reading.unseen import unseen_answers

__all__ = ["NotReadableError", "read_audit"]


def read_audit(
    content: bytes,
    standard: Standard,
    *,
    kind: str = "xlsx",
    parts: Mapping[str, bytes] | None = None,
) -> Audit:
    """Read one audit workbook; what cannot be used as it is becomes a finding.

    :param kind: ``xlsx`` or ``xlsm``; ``xls``, ``ods`` and ``xlsb`` are read for their values
        only: formulas stay unseen, and an error cell looks blank and is reported as missing.
    :param parts: all parts of an ``xlsx`` by name, inflated, if the caller has them already.
    :raises NotReadableError: for what is to be rejected; its code is F01 damaged, F02 not an audit
        workbook, F03 encrypted, F04 over a limit, F05 dangerous, F08 other type, F09 empty.
    """
    book = open_workbook(content, kind, parts)
    places = locate(book)
    identity = places.stated
    foreign = _is_foreign(identity, standard)
    cover = read_cover(places.cover, standard)
    ratings = read_ratings(places.ratings, standard, foreign=foreign)
    special = read_special(places.special, standard)
    found = [*places.findings, *cover.findings, *ratings.findings, *special.findings]
    for place, cells in (
        (places.cover, _cover_inputs(cover)),
        (places.ratings, _rating_inputs(ratings)),
        (places.special, special.cells),
    ):
        found += unseen_answers(place, cells)
    for place, pictures in (
        (places.cover, {}),
        (places.ratings, ratings.pictures),
        (places.special, special.pictures),
    ):
        found += picture_findings(place, pictures)
    if places.identity is None:
        found.insert(0, finding(Code.IDENTITY_MISSING, expected=layout.IDENTITY))
    found += _unknown_format(places)
    corrects: tuple[str, ...] = ()
    if isinstance(book, XlsxWorkbook):
        corrects = read_corrects(book)
        reported = {(f.sheet, f.cell) for f in found if f.code == Code.LABEL_MISSING}
        altered = alterations(book, places, standard)
        found += [
            f
            for f in altered
            if f.code != Code.PRINTED_TEXT_ALTERED
            or not {(f.sheet, cell) for cell in f.addresses} <= reported
        ]
    stated = cover.stated
    answered = special.deductions or special.bonuses or any(r.rated for r in ratings.ratings)
    if stated.calculated and answered and shows_blank_results(places, standard):
        stated = Stated(None, None, None, None, "", calculated=False)
    return Audit(
        identity=identity,
        sheets=_names(places),
        cover=cover.cover,
        cover_cells=cover.cells,
        columns=ratings.columns,
        ratings=tuple(ratings.ratings),
        deductions=tuple(special.deductions),
        bonuses=tuple(special.bonuses),
        stated=stated,
        findings=tuple(found),
        corrects=corrects,
    )


def _cover_inputs(cover: CoverRead) -> list[str]:
    return [cover.cells[entry.key] for entry in COVER_FIELDS if entry.key in cover.cells]


def _rating_inputs(ratings: RatingsRead) -> list[str]:
    columns = ratings.columns
    letters = [x for x in (columns.band, columns.percent, columns.evidence) if x]
    return [f"{x}{rating.row}" for rating in ratings.ratings if rating.row for x in letters]


def _unknown_format(places: AuditSheets) -> list[Finding]:
    if places.form.known:
        return []
    sheet = places.identity.name if places.identity else ""
    known = "、".join(sorted((form.version for form in known_forms()), key=int))
    code, version = Code.OTHER_FORMAT_VERSION, clipped(places.form.version)
    return [finding(code, sheet=sheet, found=version, expected=known)]


def _is_foreign(identity: Identity, standard: Standard) -> bool:
    stated = (identity.standard_id, identity.edition)
    return any(stated) and stated != (standard.id, standard.edition)


def _names(places: AuditSheets) -> SheetNames:
    four = (places.cover, places.ratings, places.special, places.identity)
    return SheetNames(*(place.name if place else "" for place in four))
