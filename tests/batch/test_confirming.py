"""Grades confirmed by the second reader: which files, and what a difference does."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from altering import built_in, filled, put
from batches import grade_folder, numbered, put_files, record, table

from cts_excel.audit.codes import Code
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.engines import judge
from cts_excel.batch.engines.confirmation import ALL, ONE_PERCENT, SecondReader
from cts_excel.batch.errors import RunError
from cts_excel.batch.inputs.find import named
from cts_excel.batch.options import RunOptions
from cts_excel.batch.record_checks import Kind
from cts_excel.batch.results import Verdict
from cts_excel.batch.verify import verify
from cts_excel.grade_run import grade_run
from cts_excel.second_reader.standard_file import BUILT_IN
from cts_excel.standard.loading import load_standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.ooxml.addresses import column_letters

SMALL = Path(__file__).parents[1] / "data" / "small_standard.toml"
EVERY = SecondReader(up_to=ALL)
PERCENT = f"{column_letters(layout.RATING_COLUMN['percent'])}{layout.RATING_FIRST_ROW + 1}"
HASH = "5" * 64
FAR = Decimal(1000)  # points: every audit is near a line


def judged(content: bytes, tmp_path: Path, second: SecondReader = EVERY) -> judge.Judged:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    rules = judge.Rules(built_in(), second_reader=second)
    return judge.judge_with_content(named(path), rules)


@pytest.fixture
def misread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first reader read one percentage wrongly."""
    read = judge.read_audit

    def wrong(*arguments: object, **options: object) -> object:
        audit = read(*arguments, **options)
        first = audit.ratings[0]
        return replace(audit, ratings=(replace(first, percent=Decimal("0.99")), *audit.ratings[1:]))

    monkeypatch.setattr(judge, "read_audit", wrong)


@pytest.fixture
def no_cross_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "cross_check", lambda *_arguments: None)


def test_a_good_workbook_is_confirmed(tmp_path: Path) -> None:
    outcome, _content, confirmation = judged(filled(), tmp_path)
    assert outcome.status is Status.GRADED
    assert confirmation is not None
    assert (confirmation.verdict, confirmation.partings) == (Verdict.CONFIRMED, ())


@pytest.mark.usefixtures("misread", "no_cross_check")
def test_a_difference_takes_the_level_and_names_the_cell(tmp_path: Path) -> None:
    outcome, _content, confirmation = judged(filled(), tmp_path)
    assert (outcome.status, outcome.judgement) == (Status.NEEDS_CORRECTION, None)
    assert confirmation is not None
    assert confirmation.verdict is Verdict.DIFFERENT
    (found,) = (f for f in outcome.findings if f.code is Code.READERS_DIFFER)
    assert (found.sheet, found.cell) == (layout.RATINGS, PERCENT)
    assert found.found.startswith("评分比例 5.1.1.1 0.99；")
    assert re.fullmatch(r"[\u4e00-\u9fff；0-9. ]+", found.found + found.expected)
    assert found.found != found.expected
    assert outcome.findings[0].severity is found.severity


@pytest.mark.usefixtures("misread", "no_cross_check")
def test_a_file_that_is_not_chosen_is_read_once(tmp_path: Path) -> None:
    outcome, _content, confirmation = judged(filled(), tmp_path, SecondReader(up_to="", near=None))
    assert (outcome.status, confirmation) == (Status.GRADED, None)


def at(final: str, sha256: str = HASH, deductions: Decimal = Decimal(0)) -> Outcome:
    outcome = judge.grade_one(filled(), built_in())
    assert outcome.score is not None
    score = replace(outcome.score, final=Decimal(final), deductions=deductions)
    return replace(outcome, score=score, sha256=sha256)


@pytest.mark.slow  # it chooses among very many audits
def test_audits_within_a_point_of_a_level_and_one_in_a_hundred_are_chosen() -> None:
    minimum = built_in().levels[0].minimum
    near = SecondReader()
    for final, chosen in (
        (minimum, True),
        (minimum + 1, True),
        (minimum - 1, True),
        (minimum + Decimal("1.01"), False),
        (minimum - Decimal("1.01"), False),
    ):
        assert near.chooses(at(str(final)), built_in()) is chosen, final
    far = str(minimum + 2)
    hashes = [f"{n:04x}".ljust(64, "8") for n in range(0, 65536, 64)]
    share = sum(near.chooses(at(far, sha256), built_in()) for sha256 in hashes) / len(hashes)
    assert 0.009 < share < 0.012
    assert near.chooses(at(far, ONE_PERCENT), built_in())
    limit = built_in().special.deduction.limit
    for deductions, chosen in ((limit - 1, False), (limit, True), (limit + 1, True)):
        assert near.chooses(at(far, deductions=deductions), built_in()) is chosen
    assert not near.chooses(at(far, deductions=limit + 2), built_in())
    faulty = judge.grade_one(b"junk", built_in())
    assert not EVERY.chooses(faulty, built_in())


def test_another_file_type_is_not_confirmed(tmp_path: Path) -> None:
    outcome = judge.grade_one(filled(), built_in())
    confirmation = EVERY.confirm(outcome, b"whatever", "ods")
    assert (confirmation.verdict, confirmation.partings) == (Verdict.OTHER_TYPE, ())


@pytest.mark.slow
def test_a_run_says_how_many_are_confirmed_and_can_be_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put_files(Path("in"), {f"{n}.xlsx": numbered(n) for n in range(6)})
    options = RunOptions(("in",), "run", jobs=2, independent=True)
    result = grade_run(options, load_standard())
    assert result.record.counts[Status.GRADED] == 6
    assert record(Path("run"))["options"]["independent"] is True
    log = openpyxl.load_workbook("run/summary.xlsx")["运行记录"]
    lines = {str(row[0]): str(row[1]) for row in log.iter_rows(min_col=1, values_only=True)}
    near = SecondReader()
    chosen = sum(
        near.chooses(judge.grade_one(path, built_in()), built_in())
        for path in sorted(Path("in").iterdir())
    )
    assert f"{chosen}/{chosen} 份一致" in lines["独立核对"]
    again = verify(Path("run"), load_standard(), given=RunOptions(jobs=1))
    assert (again.differences, again.second) == ((), None)


@pytest.mark.slow
def test_verify_confirms_every_graded_line_or_a_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lenient = put(numbered(9), layout.RATINGS, {PERCENT: "８５％"})
    put_files(Path("in"), {f"{n}.xlsx": numbered(n) for n in range(5)} | {"t.xlsx": lenient})
    put_files(Path("in"), {"junk.xlsx": b"junk"})
    grade_folder(Path("in"), Path("run"))
    graded = sum(line["status"] == "graded" for line in table(Path("run/grades.csv")))
    assert graded == 6
    given = RunOptions(jobs=2, independent=True)
    result = verify(Path("run"), load_standard(), given=given)
    assert result.differences == ()
    assert result.second is not None
    assert (result.second.read, result.second.confirmed) == (6, 6)
    assert result.second.lenient == (("in/t.xlsx", f"{layout.RATINGS}!{PERCENT}"),)
    result = verify(Path("run"), load_standard(), given=given, sample=2)
    assert result.second is not None
    assert (result.second.read, result.second.confirmed) == (2, 2)


@pytest.mark.slow
def test_verify_says_where_the_readers_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second reader reads by another standard file: no level is ever reached."""
    monkeypatch.chdir(tmp_path)
    put_files(Path("in"), {"a.xlsx": numbered(1)})
    grade_folder(Path("in"), Path("run"))

    def other(options: RunOptions, standard: object) -> SecondReader:
        return SecondReader(re.sub(rb"minimum = \d+", b"minimum = 101", BUILT_IN.read_bytes()))

    monkeypatch.setattr("cts_excel.batch.verify.second_reader_for", other)
    given = RunOptions(jobs=1, independent=True)
    result = verify(Path("run"), load_standard(), given=given)
    assert {(d.kind, d.file) for d in result.differences} == {(Kind.READERS, "in/a.xlsx")}
    assert result.confirmed == 0
    assert result.second is not None
    assert (result.second.read, result.second.confirmed) == (1, 0)


def test_a_standard_without_its_file_is_refused(tmp_path: Path) -> None:
    path = shutil.copy(SMALL, tmp_path / "s.toml")
    put_files(tmp_path / "in", {"a.xlsx": filled()})
    options = RunOptions((str(tmp_path / "in"),), str(tmp_path / "run"), independent=True)
    with pytest.raises(RunError, match="needs the standard as a file"):
        grade_run(options, load_standard(path))


def test_a_run_without_it_loads_neither_pandas_nor_openpyxl() -> None:
    code = (
        "import sys, cts_excel.batch.engines.judge, cts_excel.batch.verify\n"
        "assert not {'pandas', 'openpyxl', 'numpy'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# ----- near a line: the grade counted anew from cells that two readers have read alike -----------


def test_an_audit_near_a_line_is_counted_anew_and_not_read_by_openpyxl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cts_excel.second_reader.confirming.confirm", None)
    _outcome, _content, confirmation = judged(filled(), tmp_path, SecondReader(up_to="", near=FAR))
    assert confirmation is not None
    assert confirmation.verdict is Verdict.CONFIRMED


@pytest.mark.usefixtures("no_cross_check")
def test_without_the_cells_of_another_reader_it_is_read_anew(tmp_path: Path) -> None:
    outcome, content, _confirmation = judged(filled(), tmp_path)
    wrong = replace(outcome.score, final=Decimal("1"))  # type: ignore[type-var]
    confirmation = SecondReader(up_to="", near=FAR).confirm(
        replace(outcome, score=wrong), content, "xlsx"
    )
    assert [p.quantity for p in confirmation.partings] == ["final"]


@pytest.mark.parametrize("name", ["base", "deductions", "bonus", "final"])
def test_points_counted_wrongly_take_the_level(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = judge.grade

    def wrong(*arguments: object, **options: object) -> Outcome:
        outcome = true(*arguments, **options)  # type: ignore[arg-type]
        score = outcome.score
        return replace(outcome, score=replace(score, **{name: getattr(score, name) + 1}))

    monkeypatch.setattr(judge, "grade", wrong)
    outcome, _content, confirmation = judged(filled(), tmp_path, SecondReader(up_to="", near=FAR))
    assert (outcome.status, outcome.judgement) == (Status.NEEDS_CORRECTION, None)
    assert confirmation is not None
    assert [p.quantity for p in confirmation.partings] == [name]
