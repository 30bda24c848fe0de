"""Finding files: each once, sorted, locks and hidden ones passed over, nothing lost silently."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from cts_excel.batch.errors import RunError
from cts_excel.batch.inputs.find import find


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def make(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(b"x")


def files(*paths: str) -> list[str]:
    return [found.file for found in find(paths).files]


def test_folders_are_searched_recursively_and_sorted() -> None:
    make("in/b.xlsx", "in/a/z.XLSX", "in/a.xlsm", "in/c/d/e.ods", "in/f.et", "in/g.xls")
    assert files("in") == ["in/a.xlsm", "in/a/z.XLSX", "in/b.xlsx", "in/c/d/e.ods", "in/f.et",
                           "in/g.xls"]  # fmt: skip


def test_locks_and_hidden_files_and_folders_are_passed_over() -> None:
    make("in/~$a.xlsx", "in/.~lock.a.xlsx#", "in/.a.xlsx", "in/.git/b.xlsx", "in/a.xlsx")
    search = find(["in"])
    assert [found.file for found in search.files] == ["in/a.xlsx"]
    assert search.ignored == ("in/.a.xlsx", "in/~$a.xlsx")  # their names promise workbooks


def test_what_is_no_workbook_is_ignored_in_folders_but_counted() -> None:
    make("in/a.xlsx", "in/readme.txt", "in/scan.pdf", "in/noname")
    search = find(["in"])
    assert [found.file for found in search.files] == ["in/a.xlsx"]
    assert search.ignored == ("in/noname", "in/readme.txt", "in/scan.pdf")


def test_a_file_that_is_named_is_always_taken() -> None:
    make("in/readme.txt", "in/~$a.xlsx")
    search = find(["in/readme.txt", "in/~$a.xlsx"])
    assert [found.file for found in search.files] == ["in/readme.txt", "in/~$a.xlsx"]
    assert all(found.named for found in search.files)


def test_overlapping_paths_yield_each_file_once() -> None:
    make("in/a/b.xlsx", "in/c.xlsx")
    expected = ["in/a/b.xlsx", "in/c.xlsx"]
    assert files("in", "in/a", "in/a/b.xlsx", "./in/../in", str(Path("in").absolute())) == expected


def test_the_order_of_the_paths_changes_nothing() -> None:
    make("x/1.xlsx", "y/2.xlsx", "y/1.xlsx")
    assert find(["x", "y"]) == find(["y", "x"])


def test_a_folder_reached_through_a_link_yields_its_files_once() -> None:
    make("in/a.xlsx")
    Path("link").symlink_to("in")
    assert files("in", "link") == ["in/a.xlsx"]


def test_links_to_folders_are_listed_not_followed() -> None:
    make("in/a.xlsx")
    Path("in/loop").symlink_to(".")
    Path("in/self").symlink_to("self")
    troubles = {found.file: found.trouble for found in find(["in"]).files}
    assert troubles == {
        "in/a.xlsx": "",
        "in/loop": "link to a folder",
        "in/self": "link to a folder",
    }


def test_files_outside_the_current_folder_are_shown_by_their_full_path(tmp_path: Path) -> None:
    make("out/a.xlsx", "here/b")
    os.chdir("here")
    assert files("../out") == [(tmp_path.resolve() / "out/a.xlsx").as_posix()]


def test_folders_of_earlier_runs_are_no_input() -> None:
    make("a.xlsx", "output/r1/run.json", "output/r1/grades.csv", "output/r1/summary.xlsx")
    assert files(".") == ["a.xlsx"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs names that are no text")
def test_a_name_that_is_no_text_is_shown_by_escapes() -> None:
    Path("in").mkdir()
    Path(os.fsdecode(b"in/\xff\n.xlsx")).write_bytes(b"x")
    (found,) = find(["in"]).files
    assert found.file == "in/\\udcff\\n.xlsx"
    assert Path(found.path).read_bytes() == b"x"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root opens everything")
def test_a_folder_that_cannot_be_opened_is_listed() -> None:
    make("in/a.xlsx", "in/closed/b.xlsx")
    Path("in/closed").chmod(0)
    troubles = {found.file: found.trouble for found in find(["in"]).files}
    Path("in/closed").chmod(0o700)
    assert troubles["in/closed"] == "Permission denied"


def test_a_folder_that_vanishes_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    make("in/a.xlsx")
    real = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("in"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert [(f.file, f.trouble) for f in find(["in"]).files] == [("in", "Permission denied")]


def test_a_wrong_path_is_one_clear_line() -> None:
    with pytest.raises(RunError) as caught:
        find(["nowhere"])
    assert str(caught.value) == "nowhere: no such file or folder. Check the path."
    assert caught.value.exit_code == 2
