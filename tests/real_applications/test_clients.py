"""The client matrix: workbooks opened, filled and saved by other applications grade the same.

ALLOWED lists the findings that a client's save may cause, because the client really changed or
never calculated something. FAILING lists what the product gets wrong today; each is a strict
xfail, so that a repair must take its line away.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from real_applications.clients.cells import entered
from real_applications.clients.table import CLIENTS, OFFICE, Client, Saved, Work
from real_applications.clients.workbooks import UNUSUAL, workbooks
from real_applications.harness import LibreOffice

from cts_excel.api import grade_file
from cts_excel.audit.codes import Code
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.standard.loading import load_standard
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.form.template import template_bytes

pytestmark = [pytest.mark.real_application, pytest.mark.slow]
STANDARD = load_standard()
BOOKS = workbooks(STANDARD)
FILLED = ("failed by six deductions", "unusual texts")  # the blanks filled by every client
LITERAL_ONLY = ("unusual texts",)  # holds texts that begin with =
SAVE, FILL = "save", "fill"
Key = tuple[str, str, str]  # client, format, save or fill

# What the client really does: no results stored, properties, protection or checks dropped, the
# hidden sheet shown, formulas replaced by their values.
ALLOWED: dict[Key, set[Code]] = {
    # LibreOffice writes 0 for a text result that it did not calculate itself.
    ("LibreOffice", "xls", SAVE): {Code.STATED_NOT_A_NUMBER},
    ("Gnumeric", "xlsx", SAVE): {Code.HIDDEN_SHEET_SHOWN},
    ("SheetJS", "xlsx", SAVE): {Code.PROTECTION_REMOVED, Code.VALIDATION_REMOVED},
    ("SheetJS", "xlsx", FILL): {
        Code.PROTECTION_REMOVED,
        Code.VALIDATION_REMOVED,
        Code.NOT_CALCULATED,
    },
    # SheetJS writes dates as day numbers without a format.
    ("SheetJS", "ods", SAVE): {Code.DATE_OTHER_FORM},
    ("SheetJS", "ods", FILL): {Code.NOT_CALCULATED, Code.DATE_OTHER_FORM},
    ("SheetJS", "xls", FILL): {Code.NOT_CALCULATED},
    ("ExcelJS", "xlsx", SAVE): {Code.PROPERTIES_MISSING},
    ("ExcelJS", "xlsx", FILL): {Code.PROPERTIES_MISSING, Code.NOT_CALCULATED},
    ("xlsx-populate", "xlsx", SAVE): {Code.NOT_CALCULATED},
    ("xlsx-populate", "xlsx", FILL): {Code.NOT_CALCULATED},
    ("openpyxl", "xlsx", SAVE): {Code.NOT_CALCULATED},
    ("openpyxl", "xlsx", FILL): {Code.NOT_CALCULATED},
    ("pandas", "xlsx", SAVE): {
        Code.FORMULA_REPLACED,
        Code.FORMULA_REMOVED,
        Code.PROTECTION_REMOVED,
        Code.VALIDATION_REMOVED,
        Code.HIDDEN_SHEET_SHOWN,
        Code.NAME_ALTERED,
        Code.PROPERTIES_MISSING,
    },
    ("pandas", "xlsx", FILL): {Code.NOT_CALCULATED},
    ("excelize", "xlsx", FILL): {Code.NOT_CALCULATED},
    ("IronCalc", "xlsx", SAVE): {
        Code.PROTECTION_REMOVED,
        Code.VALIDATION_REMOVED,
        Code.PROPERTIES_MISSING,
    },
    ("IronCalc", "xlsx", FILL): {
        Code.PROTECTION_REMOVED,
        Code.VALIDATION_REMOVED,
        Code.PROPERTIES_MISSING,
    },
}

# Failing today: what goes wrong beyond ALLOWED, by code of the finding, grade or answers. Nothing.
GRADE, ANSWERS = "grade", "answers"
FAILING: dict[Key, dict[str, str]] = {}


def _cases() -> list[Key]:
    return [
        (client.name, kind, how)
        for client in CLIENTS
        for kind in client.kinds
        for how in ((SAVE, FILL) if client.fills else (SAVE,))
    ]


CASES = _cases()
IDS = ["-".join(case) for case in CASES]


class Matrix:
    """What every client saved; each client runs once, on first use."""

    def __init__(self, folders: pytest.TempPathFactory, request: pytest.FixtureRequest) -> None:
        self._folders, self._request = folders, request
        self._saved: dict[tuple[str, str], dict[str, Saved]] = {}
        self._outcomes: dict[Key, dict[str, Outcome]] = {}

    def outcomes(self, case: Key) -> dict[str, Outcome]:
        """Return the outcomes of a client's workbooks by name."""
        name, kind, how = case
        if (name, how) not in self._saved:
            self._saved[name, how] = self._run(name, how)
        if case not in self._outcomes:
            saved = self._saved[name, how].items()
            self._outcomes[case] = {n: grade_file(s[kind], legacy=True) for n, s in saved}
        return self._outcomes[case]

    def _run(self, name: str, how: str) -> dict[str, Saved]:
        client = next(c for c in CLIENTS if c.name == name)
        if client is OFFICE:
            office: LibreOffice = self._request.getfixturevalue("libreoffice")
            OFFICE.office = office
        client.require()
        names = [*BOOKS] if how == SAVE else _filled(client)
        works = [_saving(n) if how == SAVE else _filling(n) for n in names]
        done = client.run(works, self._folders.mktemp(f"{name}-{how}"))
        return dict(zip(names, done, strict=True))


@pytest.fixture(scope="session")
def matrix(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Matrix:
    return Matrix(tmp_path_factory, request)


def _filled(client: Client) -> list[str]:
    return [n for n in FILLED if client.literal or n not in LITERAL_ONLY]


def _saving(name: str) -> Work:
    return Work(filled_bytes(STANDARD, BOOKS[name]))


def _filling(name: str) -> Work:
    return Work(template_bytes(STANDARD), entered(STANDARD, BOOKS[name]))


@cache
def direct(name: str) -> Outcome:
    return grade_file(filled_bytes(STANDARD, BOOKS[name]))


def _grade(outcome: Outcome) -> tuple[object, ...]:
    return outcome.status, outcome.score, outcome.judgement


def _answers(outcome: Outcome) -> tuple[object, ...]:
    audit = outcome.audit
    if audit is None:
        return ()
    ratings = tuple((r.clause, r.band, r.percent, r.evidence) for r in audit.ratings)
    items = tuple(tuple(i.texts.values()) for i in (*audit.deductions, *audit.bonuses))
    return audit.cover, ratings, items


def _more_findings(matrix: Matrix, case: Key) -> set[str]:
    return {
        str(code)
        for name, outcome in matrix.outcomes(case).items()
        for code in {f.code for f in outcome.findings} - {f.code for f in direct(name).findings}
    }


def _marked(aspect: str) -> list[object]:
    """Return the cases, those that fail in this aspect today as strict xfails."""
    return [
        pytest.param(
            case,
            id="-".join(case),
            marks=[pytest.mark.xfail(strict=True, reason=FAILING[case][aspect])]
            if aspect in FAILING.get(case, {})
            else [],
        )
        for case in CASES
    ]


def _failing_codes() -> Iterator[object]:
    for case, failing in FAILING.items():
        for code in failing.keys() - {GRADE, ANSWERS}:
            mark = pytest.mark.xfail(strict=True, reason=failing[code])
            yield pytest.param(case, code, id="-".join((*case, code)), marks=mark)


def test_the_matrix_is_worth_something() -> None:
    """Every workbook is graded; all levels and both fail reasons occur."""
    outcomes = [direct(name) for name in BOOKS]
    assert len(outcomes) >= 10
    assert {o.status for o in outcomes} == {Status.GRADED}
    levels = {o.judgement.level.key for o in outcomes if o.judgement and o.judgement.level}
    assert levels == {level.key for level in STANDARD.levels}
    assert sum(not o.judgement.passed for o in outcomes if o.judgement) >= 2
    evidence = {r.evidence for r in BOOKS["unusual texts"].ratings.values()}
    assert evidence >= set(UNUSUAL)


@pytest.mark.parametrize("case", _marked(GRADE))
def test_status_final_and_level_are_the_same(matrix: Matrix, case: Key) -> None:
    found = {name: _grade(outcome) for name, outcome in matrix.outcomes(case).items()}
    assert found == {name: _grade(direct(name)) for name in found}


@pytest.mark.parametrize("case", _marked(ANSWERS))
def test_answers_are_the_same(matrix: Matrix, case: Key) -> None:
    found = {name: _answers(outcome) for name, outcome in matrix.outcomes(case).items()}
    assert found == {name: _answers(direct(name)) for name in found}


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_no_finding_beyond_the_table(matrix: Matrix, case: Key) -> None:
    known = {*ALLOWED.get(case, set()), *FAILING.get(case, {})}
    assert _more_findings(matrix, case) - known == set()


@pytest.mark.parametrize(("case", "code"), [*_failing_codes()])
def test_a_finding_that_should_not_be(matrix: Matrix, case: Key, code: str) -> None:
    assert code not in _more_findings(matrix, case)
