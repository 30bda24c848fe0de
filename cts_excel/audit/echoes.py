"""One cause, one finding (rule 15): what only repeats another finding of the same cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Severity

# Code of an echo: the codes that say the same of a cell, and more. A stated result that differs is
# told whatever else its cell holds (rule 9).
_SAID_BY = {
    Code.FORMULA_FOR_VALUE: frozenset(
        (Code.WEIGHT_ALTERED, Code.INDICATOR_TEXT_ALTERED, Code.CLAUSE_NUMBER_ALTERED)
    ),
    Code.EVIDENCE_MISSING: frozenset((Code.RATING_ERROR_VALUE, Code.FORMULA_NOT_CALCULATED)),
    Code.PERCENT_OTHER_FORM: frozenset((Code.ANSWER_IS_FORMULA,)),
}


def without_echoes(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings, but those all of whose cells another finding tells about.

    That an answer is a formula is an echo of whatever else is wrong with the answer: the value
    typed in its place is the repair of both.
    """
    listed = list(findings)
    codes: dict[tuple[str, str], set[Code]] = {}
    wrong: set[tuple[str, str]] = set()
    for one in listed:
        for cell in one.addresses:
            codes.setdefault((one.sheet, cell), set()).add(one.code)
            if _is_wrong(one):
                wrong.add((one.sheet, cell))
    for one in listed:
        cells = {(one.sheet, cell) for cell in one.addresses}
        if one.code == Code.ANSWER_IS_FORMULA:
            echoes = cells <= wrong
        else:
            said_by = _SAID_BY.get(one.code, frozenset())
            echoes = all(codes[cell] & said_by for cell in cells)
        if not (cells and echoes):
            yield one


def _is_wrong(one: Finding) -> bool:
    """Tell whether a finding asks for another answer."""
    grave = one.severity > Severity.NOTICE and one.code.family in "CRS"
    return grave and one.code != Code.ANSWER_IS_FORMULA
