"""What the summary's figures say on a page, in both languages, and who is not back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from batch.batches import put_files, returned

from cts_excel import messages
from cts_excel.api import RunOptions, grade_run, load_standard, read_run, reminder_texts
from cts_excel.audit.naming import chase_state_name
from cts_excel.batch.record_checks import Kind, kind_name
from cts_excel.messages import use_language_here
from cts_excel.summary.figures.client_changes import Change
from cts_excel.summary.figures.reviewing import Reason, ReviewReason, reviews_text
from cts_excel.summary.run_view import RunView
from cts_excel.summary.wording import change_name, review_texts

STANDARD = load_standard()
CHINESE = re.compile("[\u2e80-\u9fff]")
TODAY = date(2025, 12, 1)
HEAD = "项目编号,企业名称,审核组长,交回期限,文件\n"


@pytest.fixture
def spoken() -> Iterator[Callable[[str], None]]:
    yield use_language_here
    messages._here.set(None)


def _view(folder: Path, roster: str | None) -> RunView:
    files = {
        "ok.xlsx": returned(项目编号="A-1", 企业名称="甲公司"),
        "other.xlsx": returned(项目编号="A-2", 企业名称="别的公司"),
        "new.xlsx": returned(项目编号="A-9", 企业名称="新公司"),
        "broken.xlsx": b"no workbook",
    }
    put_files(folder / "in", files)
    options = RunOptions((str(folder / "in"),), str(folder / "run"), jobs=1)
    if roster is not None:
        (folder / "名单.csv").write_text(HEAD + roster, "utf-8")
        options = RunOptions(options.paths, options.output, jobs=1, roster=str(folder / "名单.csv"))
    grade_run(options, STANDARD)
    return read_run(folder / "run", STANDARD)


ROSTER = """A-1,甲公司,张三,2025-11-01,
A-2,乙公司,李四,2025-11-01,
A-3,丙公司,王五,2025-11-20,
A-4,丁公司,,2025-11-01,
A-5,戊公司,王五,2025-12-01,
A-6,己公司,王五,,broken.xlsx
"""


def test_every_state_of_what_was_issued_is_told(
    tmp_path: Path, spoken: Callable[[str], None]
) -> None:
    view = _view(tmp_path, ROSTER)
    spoken("en")
    found = view.not_back(TODAY)
    assert found is not None
    missing, others = found[:4], found[4:]
    assert [(one.audit_no, one.due, one.overdue, one.person) for one in missing] == [
        ("A-4", "2025-11-01", 30, ""),  # the longest overdue first
        ("A-3", "2025-11-20", 11, "王五"),
        ("A-5", "2025-12-01", 0, "王五"),  # due today
        ("A-6", "", 0, "王五"),
    ]
    assert {one.state for one in missing} == {"not back"}
    assert missing[3].remark.startswith("the file that came back cannot be read: ")
    assert missing[3].remark.endswith("broken.xlsx")
    never, differs = others
    assert (never.state, never.audit_no, never.overdue) == ("never issued", "A-9", 0)
    assert never.remark == "not on the list of what was issued"
    assert (differs.state, differs.audit_no, differs.overdue) == ("not as issued", "A-2", 0)
    assert "别的公司" in differs.remark
    assert "issued as 乙公司" in differs.remark

    spoken("zh")
    chinese = view.not_back(TODAY)
    assert chinese is not None
    assert [one.state for one in chinese] == ["未回收"] * 4 + ["名单外交回", "与发放不一致"]
    rows = {row["audit_no"]: row["remark"] for row in view.not_returned or ()}
    assert {one.audit_no: one.remark for one in chinese} == rows  # as recorded

    people = [person for person, _text in reminder_texts(view.folder)]
    assert people == ["王五", ""]  # "" is whom the roster does not name
    texts = dict(reminder_texts(view.folder))
    assert all(number in texts["王五"] for number in ("A-3", "A-5", "A-6"))
    assert "A-4" in texts[""]


def test_without_a_roster_nothing_is_told_and_all_back_is_an_empty_list(tmp_path: Path) -> None:
    assert _view(tmp_path / "none", None).not_back(TODAY) is None
    view = _view(tmp_path / "all", "A-1,甲公司,,,\nA-2,别的公司,,,\nA-9,新公司,,,\n")
    assert view.not_back(TODAY) == []
    assert reminder_texts(view.folder) == []


def test_every_word_of_a_page_has_both_languages(spoken: Callable[[str], None]) -> None:
    reasons = [ReviewReason(reason, 3) for reason in Reason]

    def words() -> list[str]:
        states = [chase_state_name(state) for state in ("未回收", "名单外交回", "与发放不一致")]
        told = [review_texts([one]) for one in reasons]
        return [*map(change_name, Change), *states, *told]

    spoken("zh")
    chinese = words()
    assert review_texts(reasons) == reviews_text(reasons)
    spoken("en")
    english = words() + [kind_name(kind) for kind in Kind]
    assert all(CHINESE.search(text) for text in chinese)
    assert not [text for text in english if CHINESE.search(text)]
    assert len(set(english)) == len(english)
    counted = [one for one in reasons if "{}" in one.reason.value]
    assert all("3" in review_texts([one]) for one in counted)
