"""A finished run, read back: the same figures as the summary made from the outcomes themselves."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from cts_excel import messages
from cts_excel.api import RunOptions, grade_files, grade_run, load_standard, read_run
from cts_excel.batch.outputs.run_reader import RunFolderError
from cts_excel.demo import write_demo
from cts_excel.messages import use_language_here
from cts_excel.summary.figures.headline import headline, sentences
from cts_excel.summary.figures.ranking import rank
from cts_excel.summary.figures.statistics import Figures
from cts_excel.summary.figures.tally import tally
from cts_excel.summary.outcomes.columns import OutcomeColumns
from cts_excel.summary.outcomes.excerpt import excerpt, opened
from cts_excel.summary.run_view import RunView

STANDARD = load_standard()


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    write_demo(folder / "input", STANDARD, 40)
    options = RunOptions(paths=(str(folder / "input"),), output=str(folder / "run"), jobs=1)
    grade_run(options, STANDARD)
    return folder


@pytest.fixture(scope="module")
def view(work: Path) -> RunView:
    return read_run(work / "run", STANDARD)


@pytest.fixture(scope="module")
def direct(work: Path) -> OutcomeColumns:
    """Return the columns made from outcomes in memory."""
    columns = OutcomeColumns(STANDARD)
    for outcome in grade_files([work / "input"], STANDARD):
        columns.add(opened(excerpt(outcome, STANDARD)))
    return columns


def test_the_figures_are_those_of_the_summary(view: RunView, direct: OutcomeColumns) -> None:
    ranking, figures = rank(direct), Figures(direct)
    counted = tally(direct, ranking)
    head = headline(figures, counted)
    assert head.graded > 20
    assert view.headline == head
    assert view.tally == counted
    assert view.sentences == tuple(t for t in sentences(figures, counted, head, None) if t)
    assert (view.figures.codes == figures.codes).all() or view.outcomes.percents != direct.percents
    assert view.figures.group_spreads == figures.group_spreads
    assert sum(view.counts.values()) == 40
    assert view.outcomes.code_counts == direct.code_counts
    assert list(view.outcomes.finding_effects) == list(direct.finding_effects)


def test_files_are_as_the_summary_shows_them(view: RunView, direct: OutcomeColumns) -> None:
    for number in range(len(direct)):
        ours, theirs = view.outcomes.file(number), direct.file(number)
        for name in ("file", "status", "organisation", "base", "final", "level", "level_key"):
            assert getattr(ours, name) == getattr(theirs, name), name
        if theirs.shown_status.value == "graded":
            assert ours.reasons == theirs.reasons


def test_the_distribution_counts_every_graded_audit(view: RunView) -> None:
    bins = view.histogram
    assert bins is not None
    assert sum(bins.counts) == view.headline.graded
    for level in STANDARD.levels:  # a level's line never splits a bin
        assert (level.minimum - Decimal(str(bins.start))) % Decimal(str(bins.width)) == 0
    assert sum(number for _label, number in view.levels) == view.headline.graded


def test_findings_are_worded_in_the_page_s_language(view: RunView) -> None:
    missing = next(
        row["file"]
        for row in view.grades
        if view.findings.get(row["file"]) and row["errors"] != "0"
    )
    use_language_here("zh")
    chinese = view.worded(missing)
    use_language_here("en")
    english = view.worded(missing)
    assert [one.code for one in chinese] == [one.code for one in english]
    messages._here.set(None)
    assert chinese[0].severity == "错误"
    assert english[0].severity == "error"
    assert english[0].repair.isascii() or english[0].repair != chinese[0].repair
    for row, one in zip(
        sorted(view.findings[missing], key=lambda r: -_weight(r)), chinese, strict=True
    ):
        assert one.repair == row["repair"]


def _weight(row: dict[str, str]) -> int:
    return ["notice", "warning", "error"].index(row["severity"])


def test_each_file_to_send_back_is_found_by_its_original(view: RunView) -> None:
    faulty = {row["file"] for row in view.grades if row["status"] == "needs_correction"}
    assert faulty
    assert set(view.returned) == faulty
    for file, path in view.returned.items():
        assert path.is_file()
        assert path.name == file.rpartition("/")[2]


def test_a_finding_of_another_version_is_shown_as_recorded(work: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    for path in (work / "run").glob("*.*"):
        (folder / path.name).write_bytes(path.read_bytes())
    findings = folder / "findings.csv"
    lines = findings.read_bytes().splitlines(keepends=True)
    fields = lines[1].split(b",")
    fields[1] = b"Z99"
    findings.write_bytes(b"".join([lines[0], b",".join(fields), *lines[2:]]))
    view = read_run(folder, STANDARD)
    found = next(one for file in view.findings for one in view.worded(file) if one.code == "Z99")
    assert found.repair


def test_a_run_of_another_specification_is_refused(work: Path) -> None:
    small = load_standard(Path(__file__).parents[1] / "data" / "small_standard.toml")
    with pytest.raises(RunFolderError, match="another specification"):
        read_run(work / "run", small)
    with pytest.raises(RunFolderError, match="finished run"):
        read_run(work / "input", STANDARD)


def test_a_client_is_followed_from_run_to_run(work: Path, view: RunView) -> None:
    changes = view.changes_since(work / "run")
    assert {one.change.value for one in changes} <= {"级别不变", "本次未评定"}
    assert all(not one.difference for one in changes)
