"""The workbook's own formulas, calculated by LibreOffice, against the exact scores."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from real_applications.generated import audit_of, audits, with_placeholders
from real_applications.harness import LibreOffice, planted

from cts_excel.api import grade_file
from cts_excel.audit.codes import Code
from cts_excel.audit.cover import COVER_FIELDS
from cts_excel.audit.levels import judge, reason_text
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.audit.scoring import Score, score
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import Answers
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.form.formulas_cover import NOTHING_MISSING
from cts_excel.workbook.form.results import rounded
from cts_excel.workbook.ooxml.addresses import cell_address

SMALL = Path(__file__).parents[1] / "data" / "small_standard.toml"

pytestmark = [pytest.mark.real_application, pytest.mark.slow]


def _cases() -> list[tuple[Standard, Answers]]:
    built_in, small = load_standard(), load_standard(SMALL)
    return [
        *((built_in, answers) for answers in audits(built_in, 1, 150)),
        *((small, answers) for answers in audits(small, 2, 70)),
    ]


def _recalculated(contents: Iterable[bytes], office: LibreOffice, folder: Path) -> list[Path]:
    """Have LibreOffice calculate workbooks anew, wrong results planted in them; in order."""
    sources = []
    for number, content in enumerate(contents):
        sources.append(folder / f"{number:03d}.xlsx")
        sources[-1].write_bytes(planted(content))
    (folder / "out").mkdir()
    return office.convert(sources, "xlsx", folder / "out", recalculate=True)


def test_formulas_equal_the_exact_scores(libreoffice: LibreOffice, tmp_path: Path) -> None:
    cases = _cases()
    assert len(cases) >= 200
    contents = (filled_bytes(standard, answers) for standard, answers in cases)
    converted = _recalculated(contents, libreoffice, tmp_path)
    levels = set()
    for path, (standard, answers) in zip(converted, cases, strict=True):
        shown = _grids(path)
        exact = score(audit_of(standard, answers), standard)
        levels.add(_compare(shown, standard, exact))
    assert levels >= {"未完成", "不通过", "未达标", "达标级", "三星级", "四星级", "五星级"}
    assert levels >= {"未定级", "铜级", "银级", "金级"}


def test_what_states_nothing_counts_as_in_the_grade(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    """Rule 13: states, points and level of the form follow the reader's own list."""
    built_in, small = load_standard(), load_standard(SMALL)
    cases = [
        *((built_in, answers) for answers in with_placeholders(built_in, 3, 40)),
        *((small, answers) for answers in with_placeholders(small, 4, 30)),
    ]
    contents, outcomes = [], []
    for standard, answers in cases:
        contents.append(filled_bytes(standard, answers))
        outcomes.append(grade_file(contents[-1], standard=standard))
    converted = _recalculated(contents, libreoffice, tmp_path)
    for path, (standard, _answers), outcome in zip(converted, cases, outcomes, strict=True):
        _compare_states(_grids(path), standard, outcome)
    assert {outcome.status for outcome in outcomes} == {Status.GRADED, Status.NEEDS_CORRECTION}


def _compare_states(shown: Grids, standard: Standard, outcome: Outcome) -> None:
    """Compare what the form says of each row and in all with what the grade finds."""
    assert outcome.score is not None
    assert outcome.audit is not None
    bare = {r.clause for r in outcome.audit.ratings if standard.states_nothing(r.evidence)}
    told = any(f.code == Code.EVIDENCE_MISSING for f in outcome.findings)
    assert told == bool(bare)
    column = layout.RATING_COLUMN["state"]
    for indicator in standard.indicators:
        state = shown[layout.RATINGS][layout.rating_row(standard, indicator.clause)][column]
        expected = layout.NO_EVIDENCE if indicator.clause in bare else layout.DONE
        assert state == expected, indicator.clause
    panel = _panel(shown)
    for field in ("base", "deductions", "bonus", "final"):
        assert _number(panel[field]) == rounded(getattr(outcome.score, field)), field
    graded = outcome.judgement.label if outcome.judgement else layout.INCOMPLETE_LEVEL
    assert panel["level"] == graded


def test_the_cover_says_what_is_missing_and_why_an_audit_fails(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    """Rules 3 and 13: 尚缺 and 未通过原因 follow the grade."""
    standard = load_standard()
    required = [field for field in COVER_FIELDS if field.required and not field.is_date]
    typed = [
        *standard.policy.placeholders,
        "无。",
        " 暂 无 ",
        "Ｎ／Ａ",
        "n/a",
        "甲公司",
        "无锡分公司",
        "待定路",
    ]
    contents, outcomes = [], []
    for number, (answers, text) in enumerate(
        zip(audits(standard, 5, len(typed)), typed, strict=True)
    ):
        field = required[number % len(required)]
        answers = replace(answers, cover={**answers.cover, field.label: text})
        contents.append(filled_bytes(standard, answers))
        outcomes.append(grade_file(contents[-1], standard=standard))
    converted = _recalculated(contents, libreoffice, tmp_path)
    told = set()
    for path, outcome in zip(converted, outcomes, strict=True):
        shown = _grids(path)
        missing = [f.expected for f in outcome.findings if f.code == Code.REQUIRED_ENTRY_MISSING]
        line = shown[layout.COVER][layout.MISSING_ROW + 1][layout.PANEL_VALUE_COLUMN]
        assert line == ("、".join(missing) or NOTHING_MISSING)
        panel, exact = _panel(shown), outcome.score
        assert exact is not None
        reasons = judge(exact.final, exact.deductions, standard).fail_reasons
        whole = panel["level"] != layout.INCOMPLETE_LEVEL
        expected = "；".join(reason_text(one, standard) for one in reasons) if whole else ""
        assert panel["reason"] == expected
        told |= {line, expected}
    assert told >= {NOTHING_MISSING, "审核组长", "企业名称", "低于70分"}


Grids = dict[str, list[list[Any]]]


def _grids(path: Path) -> Grids:
    """Return the values of every sheet, from A1 on."""
    book = CalamineWorkbook.from_path(path)
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


def _compare(shown: Grids, standard: Standard, exact: Score) -> str:
    """Compare every figure of one workbook; returns its level."""
    ratings = shown[layout.RATINGS]
    column = layout.RATING_COLUMN["score"]
    rows = ratings[layout.RATING_FIRST_ROW : layout.rating_last_row(standard) + 1]
    found = [row[column] for row in rows]
    assert [_number(value) for value in found] == list(exact.items)
    assert _sums(ratings, standard) == _exact_sums(standard, exact)
    panel = _panel(shown)
    assert _number(panel["base"]) == rounded(exact.base)
    assert _number(panel["deductions"]) == exact.deductions
    assert _number(panel["bonus"]) == exact.bonus
    assert _number(panel["final"]) == rounded(exact.final)
    level = judge(exact.final, exact.deductions, standard).label
    assert panel["level"] == (level if exact.complete else layout.INCOMPLETE_LEVEL)
    assert not _cells_with(shown, 999)
    return str(panel["level"])


def _panel(shown: Grids) -> dict[str, Any]:
    return {
        field: shown[layout.COVER][layout.COVER_FIRST_ROW + n][layout.PANEL_VALUE_COLUMN]
        for n, (field, _label) in enumerate(layout.PANEL)
    }


def _number(value: object) -> Decimal | None:
    return None if value in (None, "") else Decimal(repr(value))


def _sums(ratings: list[list[Any]], standard: Standard) -> list[Decimal]:
    first = layout.rating_last_row(standard) + 3
    count = len(standard.groups) + len(standard.sections) + 1
    column = layout.RATING_COLUMN["score"]
    return [Decimal(repr(row[column])) for row in ratings[first : first + count]]


def _exact_sums(standard: Standard, exact: Score) -> list[Decimal]:
    def earned(prefix: str) -> Decimal:
        pairs = zip(standard.indicators, exact.items, strict=True)
        return sum((s for i, s in pairs if s and i.clause.startswith(prefix)), Decimal(0))

    sums = []
    for section in standard.sections:
        groups = [g for g in standard.groups if g.clause.startswith(f"{section.clause}.")]
        sums += [earned(f"{group.clause}.") for group in groups]
        sums.append(earned(f"{section.clause}."))
    return [*sums, earned("")]


def _cells_with(shown: Grids, value: int) -> list[str]:
    return [
        f"{name}!{cell_address(r, c)}"
        for name, grid in shown.items()
        for r, row in enumerate(grid)
        for c, cell in enumerate(row)
        if cell == value
    ]


def test_planted_values_survive_where_nothing_is_recalculated(
    libreoffice: LibreOffice, tmp_path: Path
) -> None:
    """The sentinel bites: without recalculation LibreOffice keeps what the file says."""
    source = tmp_path / "planted.xlsx"
    source.write_bytes(planted(filled_bytes(load_standard(), Answers())))
    (tmp_path / "out").mkdir()
    (kept,) = libreoffice.convert([source], "xlsx", tmp_path / "out")
    assert len(_cells_with(_grids(kept), 999)) == 492
