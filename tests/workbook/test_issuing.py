"""Issuing: personalised, locked, recorded, all or none, and fast."""

from __future__ import annotations

import csv
import io
import itertools
import os
import pickle
import re
import time
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from cts_excel.api import grade_file
from cts_excel.audit.chasing import RosterRow
from cts_excel.audit.cover import COVER_FIELDS, Cover
from cts_excel.audit.proof import Key, ProofVerdict, Sealed, verify
from cts_excel.standard.loading import load_standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import Answers, cover_answers
from cts_excel.workbook.form.template import template_bytes
from cts_excel.workbook.issuing import issue as issuing
from cts_excel.workbook.issuing.issue import IssueError, RosterProblemsError, issue_workbooks
from cts_excel.workbook.issuing.prefill import prefilled_bytes
from cts_excel.workbook.issuing.roster import Roster, RosterProblem, read_roster
from cts_excel.workbook.read_audit import read_audit

STANDARD = load_standard()
SMALL = load_standard(Path(__file__).parents[1] / "data" / "small_standard.toml")
DAY = date(2025, 9, 28)
KEY = Key(bytes(range(32)))
FULL = Cover(
    organisation='甲&乙<电器> "服务"有限公司',
    uscc="91440106MA50000010",
    scope="家电'维修、\n" + "安装、" * 180,
    audit_no="ZJ-1",
    audit_type="初次认证",
    audit_method="现场",
    start_date=DAY,
    end_date=date(2025, 9, 30),
    lead_assessor="张三",
    assessor="张三",
    team_members="王五、赵六",
    industry="家电<零售>&维修",
    province="浙江省",
)
SPARSE = Cover(organisation="丙公司", audit_no="ZJ-2", end_date=date(2025, 10, 1))
PROBLEM = RosterProblem(9, "项目编号", "is missing", "Fill it in.")


def numbered() -> Callable[[], str]:
    counter = itertools.count(1)
    return lambda: f"{next(counter):032x}"


def roster(*covers: Cover, problems: tuple[RosterProblem, ...] = ()) -> Roster:
    rows = tuple(RosterRow(number, cover) for number, cover in enumerate(covers, start=2))
    return Roster(rows, problems, ())


def parts(content: bytes) -> dict[str, bytes]:
    """Return every part, cells with their texts in place of an index into the string table."""
    with ZipFile(io.BytesIO(content)) as package:
        found = {name: package.read(name) for name in package.namelist()}
    strings = re.findall(rb"<si>(.*?)</si>", found.pop("xl/sharedStrings.xml"), re.DOTALL)
    place = re.compile(rb'(?<=t="s"><v>)\d+')
    return {
        name: place.sub(lambda index: strings[int(index[0])], part) for name, part in found.items()
    }


@pytest.mark.parametrize("standard", [STANDARD, SMALL], ids=["built-in", "small"])
@pytest.mark.parametrize("cover", [FULL, SPARSE], ids=["full", "sparse"])
def test_filling_in_equals_building_anew(standard, cover: Cover) -> None:  # type: ignore[no-untyped-def]
    filled = prefilled_bytes(standard, cover, "id<&>.proof")
    answers = Answers(cover=cover_answers(cover))
    built = template_bytes(standard, answers=answers, issue_id="id<&>.proof", lock_prefilled=True)
    assert parts(filled) == parts(built)


def test_the_same_row_gives_the_same_bytes() -> None:
    assert prefilled_bytes(STANDARD, FULL, "a") == prefilled_bytes(STANDARD, FULL, "a")
    assert prefilled_bytes(STANDARD, FULL, "a") != prefilled_bytes(STANDARD, FULL, "b")


def test_two_standards_with_the_same_table_share_no_template() -> None:
    import msgspec

    renamed = msgspec.structs.replace(STANDARD, edition="2099-01-01")
    read_first = read_audit(prefilled_bytes(STANDARD, FULL, "a"), STANDARD).identity
    read_second = read_audit(prefilled_bytes(renamed, FULL, "a"), renamed).identity
    assert (read_first.edition, read_second.edition) == (STANDARD.edition, "2099-01-01")


@pytest.mark.parametrize("cover", [FULL, SPARSE], ids=["full", "sparse"])
def test_what_was_issued_is_read_back(cover: Cover) -> None:
    audit = read_audit(prefilled_bytes(STANDARD, cover, "abc.def"), STANDARD)
    assert audit.cover == cover
    assert audit.identity.issue_id == "abc.def"


@pytest.mark.parametrize(
    "text", ["=1+1", "_x0041_公司", "<r>x</r>", "a&amp;b", "007", "＝cmd", "😀"]
)
def test_any_text_stays_what_it_is(text: str) -> None:
    cover = Cover(organisation=text, audit_no="A1")
    assert read_audit(prefilled_bytes(STANDARD, cover, "x"), STANDARD).cover.organisation == text


def test_prefilled_entries_are_locked_and_the_others_open(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(prefilled_bytes(STANDARD, SPARSE, "x"))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")[layout.COVER]
    assert sheet.protection.sheet
    for field in COVER_FIELDS:
        input_cell = sheet.cell(layout.cover_row(field.key) + 1, layout.COVER_INPUT_COLUMN + 1)
        assert input_cell.protection.locked is bool(SPARSE.text(field.key)), field


def test_the_scan_for_alterations_finds_none_in_what_was_issued() -> None:
    for cover in (FULL, SPARSE):
        outcome = grade_file(prefilled_bytes(STANDARD, cover, "x"), STANDARD)
        assert {f.code for f in outcome.findings} <= {"R01", "C01"}


def test_a_long_scope_is_shown_whole(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(prefilled_bytes(STANDARD, FULL, "x"))
    heights = openpyxl.load_workbook(tmp_path / "a.xlsx")[layout.COVER].row_dimensions
    scope, audit_no = (heights[layout.cover_row(key) + 1] for key in ("scope", "audit_no"))
    assert scope.height > 3 * audit_no.height


def test_issue_and_record(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    record = issue_workbooks(
        roster(FULL, SPARSE),
        STANDARD,
        tmp_path / "new" / "out",
        key=KEY,
        progress=lambda *step: steps.append(step),
        new_id=numbered(),
    )
    assert steps == [(1, 2), (2, 2)]
    names = sorted(path.name for path in record.folder.iterdir())
    assert names == ["ZJ-1_甲&乙_电器_ _服务_有限公司.xlsx", "ZJ-2_丙公司.xlsx", "issued.csv"]
    for one in record.issued:
        content = (record.folder / one.file).read_bytes()
        assert sha256(content).hexdigest() == one.sha256
        audit = read_audit(content, STANDARD)
        assert audit.identity.issue_id == one.issue_id
        sealed = Sealed(
            audit.identity.digest,
            audit.identity.format_version,
            audit.cover.organisation,
            audit.cover.audit_no,
        )
        assert verify(KEY, one.issue_id, sealed).verdict is ProofVerdict.GENUINE
    read_back = read_roster(record.folder / issuing.RECORD)
    assert [row.cover for row in read_back.rows] == [FULL, SPARSE]
    assert [row.issue_id for row in read_back.rows] == [one.issue_id for one in record.issued]
    assert [row.file for row in read_back.rows] == [one.file for one in record.issued]


def test_the_record_holds_no_formula_and_opens_in_excel(tmp_path: Path) -> None:
    risky = Cover(organisation="=cmd|' /C calc'!A0", scope="@x", audit_no="-1", lead_assessor="+1")
    record = issue_workbooks(roster(risky), STANDARD, tmp_path / "out", new_id=numbered())
    content = (record.folder / issuing.RECORD).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    for line in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
        assert not [field for field in line if field.startswith(("=", "+", "-", "@"))]
    assert read_roster(record.folder / issuing.RECORD).rows[0].cover == risky


def test_issue_ids_are_random_and_differ(tmp_path: Path) -> None:
    record = issue_workbooks(roster(FULL, SPARSE), STANDARD, tmp_path / "out")
    first, second = (one.issue_id for one in record.issued)
    assert first != second
    assert re.fullmatch("[0-9a-f]{32}", first)


def test_nothing_is_issued_while_a_row_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(RosterProblemsError) as refusal:
        issue_workbooks(roster(FULL, problems=(PROBLEM,)), STANDARD, tmp_path / "out")
    assert refusal.value.problems == (PROBLEM,)
    assert pickle.loads(pickle.dumps(refusal.value)).problems == (PROBLEM,)
    assert not (tmp_path / "out").exists()


def test_skip_bad_issues_the_others(tmp_path: Path) -> None:
    bad = roster(FULL, problems=(PROBLEM,))
    record = issue_workbooks(bad, STANDARD, tmp_path / "out", skip_bad=True)
    assert (len(record.issued), record.skipped) == (1, (PROBLEM,))


def test_no_right_row_issues_nothing(tmp_path: Path) -> None:
    with pytest.raises(IssueError):
        issue_workbooks(roster(problems=(PROBLEM,)), STANDARD, tmp_path / "out", skip_bad=True)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("there", ["zj-2_丙公司.XLSX", "issued.csv"])
def test_a_file_in_the_way_refuses_the_whole_run(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("theirs")
    with pytest.raises(IssueError, match="exist already"):
        issue_workbooks(roster(FULL, SPARSE), STANDARD, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text() == "theirs"


def test_a_file_for_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    with pytest.raises(IssueError, match="not a folder"):
        issue_workbooks(roster(FULL), STANDARD, tmp_path / "out")


def test_an_interrupted_run_leaves_nothing(tmp_path: Path) -> None:
    def interrupt(done: int, _all: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        issue_workbooks(roster(FULL, SPARSE), STANDARD, tmp_path / "out", progress=interrupt)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "no hard links"])
def test_a_file_that_appears_in_the_meantime_is_kept_and_the_rest_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def appear(done: int, _all: int) -> None:
        (tmp_path / "ZJ-2_丙公司.xlsx").write_text("theirs")

    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    with pytest.raises(FileExistsError):
        issue_workbooks(roster(FULL, SPARSE), STANDARD, tmp_path, progress=appear)
    assert [path.name for path in tmp_path.iterdir()] == ["ZJ-2_丙公司.xlsx"]
    assert (tmp_path / "ZJ-2_丙公司.xlsx").read_text() == "theirs"


def _no_links(*_args: object) -> None:
    raise OSError(95, "not supported")


def test_a_file_system_without_hard_links_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", _no_links)
    issue_workbooks(roster(FULL), STANDARD, tmp_path / "out")
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_issuing_is_many_times_faster_than_building(tmp_path: Path) -> None:
    """The bar is 8 times; half of it here, so that a busy machine raises no false alarm."""
    prefilled_bytes(STANDARD, FULL, "warm")
    answers = Answers(cover=cover_answers(FULL))
    filling = min(_seconds(lambda: prefilled_bytes(STANDARD, FULL, "x")) for _n in range(20))
    building = min(
        _seconds(lambda: template_bytes(STANDARD, answers=answers, lock_prefilled=True))
        for _n in range(3)
    )
    assert building > 4 * filling


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
