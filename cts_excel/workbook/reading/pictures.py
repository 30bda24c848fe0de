"""Evidence by picture (rule 10): which evidence cells hold one, and what is drawn elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding
from cts_excel.audit.ranges import cell_runs, span
from cts_excel.workbook.form import layout
from cts_excel.workbook.ooxml.addresses import cell_address, split_address
from cts_excel.workbook.ooxml.cells import CellFault, FaultKind, Value, image_name, picture
from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.ooxml.grids import Drawn, Grid
from cts_excel.workbook.reading.locate import LocatedSheet

_MAX_SHOWN = 40  # characters of a text in a shape


def is_picture(value: Value) -> bool:
    """Tell whether a cell shows a picture."""
    return isinstance(value, CellFault) and value.kind is FaultKind.PICTURE


def evidence_value(value: Value) -> Value:
    """Return the value of an evidence cell; the bare name of a lost picture is a fault."""
    name = image_name(value) if isinstance(value, str) else None
    return value if name is None else picture(name, is_there=False)


def floating_pictures(grid: Grid, evidence: Collection[str]) -> Counter[str]:
    """Count the pictures that float on evidence cells, by cell.

    A picture belongs to the cell in which it begins, else to the only one that it touches.
    """
    found: Counter[str] = Counter()
    for one in _drawn(grid):
        if one.pictures and (cell := _home(one, evidence)):
            found[cell] += one.pictures
    return found


def picture_findings(place: LocatedSheet | None, evidence: Mapping[str, int]) -> Iterator[Finding]:
    """Report evidence by picture once, and what is drawn elsewhere and not read.

    :param evidence: the number of pictures of each evidence cell that holds any.
    """
    if place is None:
        return
    if evidence:
        cell = ",".join(span(first, last) for first, last in cell_runs(evidence))
        count = f"{sum(evidence.values())} 张"
        yield finding(Code.EVIDENCE_IS_PICTURE, sheet=place.name, cell=cell, found=count)
    try:
        drawn = place.grid.drawn
    except NotReadableError as error:
        yield finding(Code.ALTERATIONS_NOT_SCANNED, sheet=place.name, found=error.found)
        return
    other = [one for one in drawn if not (_is_logo(one) or (one.pictures and _home(one, evidence)))]
    if other:
        first = next((one.first for one in other if all(one.first)), None)
        cell = cell_address(first[1] - 1, first[0] - 1) if first else ""
        yield finding(Code.CONTENT_OUTSIDE_FORM, sheet=place.name, cell=cell, found=_shown(other))


def _is_logo(one: Drawn) -> bool:
    """Tell whether it is the logo of the issuing body, which the form may print."""
    return bool(one.pictures) and one.alternatives == (layout.LOGO_ALT,) and not one.text


def _drawn(grid: Grid) -> tuple[Drawn, ...]:
    try:
        return grid.drawn
    except NotReadableError:
        return ()  # picture_findings() says so


def _home(one: Drawn, evidence: Collection[str]) -> str:
    """Return the evidence cell of a picture, ``""`` if there is none or more than one."""
    column, row = one.first
    if column and row and (cell := cell_address(row - 1, column - 1)) in evidence:
        return cell
    (left, top), (right, bottom) = one.first, one.last
    touched = [
        cell
        for cell in evidence
        for x, y in [split_address(cell)]
        if left <= x <= right and top <= y <= bottom
    ]
    return touched[0] if len(touched) == 1 else ""


def _shown(drawn: list[Drawn]) -> str:
    count = sum(one.pictures for one in drawn)
    texts = [f"形状中的文字“{one.text[:_MAX_SHOWN]}”" for one in drawn if one.text]
    return "；".join([f"图片 {count} 张"] * bool(count) + texts[:3] + ["…"] * (len(texts) > 3))
