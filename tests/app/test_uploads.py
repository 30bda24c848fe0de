"""Files from the page: safe names, limits, nothing half, nothing over another."""

from __future__ import annotations

import asyncio
import errno
import shutil
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cts_excel.api import DEFAULT_LIMITS, load_standard
from cts_excel.app import uploads
from cts_excel.app.uploads import TooLargeError, Upload, UploadError, Uploads, safe_parts
from cts_excel.app.workplace import Workplace


async def _stream(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    made = Workplace(tmp_path / "工作", load_standard())
    made.folder.mkdir()
    made.prepare()
    return made


def take(
    place: Workplace, name: str, *chunks: bytes, declared: int | None = None, hidden: bool = False
) -> Upload | None:
    taking = Uploads(place).take(name, _stream(chunks), declared=declared, hidden=hidden)
    return asyncio.run(taking)


def stored(place: Workplace) -> dict[str, bytes]:
    """Return every file below the folder that holds the working folder, hidden ones too."""
    root = place.folder.parent
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }


def test_a_file_comes_under_its_own_name_with_its_folders(place: Workplace) -> None:
    take(place, "甲部/ZJ-2025-0001.xlsx", b"a", b"b")
    assert stored(place) == {"工作/input/甲部/ZJ-2025-0001.xlsx": b"ab"}


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.xlsx",
        "..\\..\\windows\\x.xlsx",
        "/etc/cron.d/x.xlsx",
        "C:\\Windows\\x.xlsx",
        "//server/share/x.xlsx",
        "a/../../../x.xlsx",
        "x.xlsx/../../y.xlsx",
        "nul\x00.xlsx",
        "CON",
        "aux.xlsx",
        "\u202egnp.xlsx",
        "x.xlsx:stream",
        "a" * 500 + ".xlsx",
        "\ud800.xlsx",
        "-rf.xlsx",
        "....//....//x.xlsx",
    ],
)
def test_no_name_leads_out_of_the_folder(place: Workplace, name: str) -> None:
    take(place, name, b"x")
    (found,) = stored(place)
    inside = Path(found)
    assert inside.parts[:2] == ("工作", "input")
    assert ".." not in inside.parts
    assert found.isprintable()


@given(st.text(st.sampled_from('a.:/<\\~- "|') | st.characters(), max_size=60))
@example("a:b/CON/x.xlsx")
def test_any_text_becomes_plain_names(name: str) -> None:
    parts = safe_parts(name)
    for part in parts or ():
        assert part
        assert not set(part) & set('<>:"/\\|?*\0')
        assert part not in (".", "..")
        assert not part.startswith((".", "~", "-"))


@pytest.mark.parametrize("name", ["", "/", "..", "~$a.xlsx", ".DS_Store", ".git/a.xlsx", "a/~$b"])
def test_locks_and_hidden_files_are_passed_over(place: Workplace, name: str) -> None:
    assert take(place, name, b"x") is None
    assert stored(place) == {}


def test_an_ordinary_name_stays_as_it_is() -> None:
    for name in ("ZJ-2025-0001.xlsx", "甲 (1).xlsx", "审核资料.zip", "a.xlsx.download", "无名"):
        assert safe_parts(name) == (name,)


def test_the_same_file_twice_is_one_and_another_one_is_kept_beside(place: Workplace) -> None:
    first, again = take(place, "甲.xlsx", b"1"), take(place, "甲.xlsx", b"1")
    other = take(place, "甲.xlsx", b"2")
    assert first
    assert again
    assert other
    assert (first.new, again.new, other.new) == (True, False, True)
    assert stored(place) == {"工作/input/甲.xlsx": b"1", "工作/input/甲 (2).xlsx": b"2"}


@pytest.mark.parametrize("name", ["a.xlsx", "a.docx", "a"])
def test_a_file_beyond_the_limit_is_refused_by_its_announcement(
    place: Workplace, name: str
) -> None:
    with pytest.raises(TooLargeError, match="larger than 32 MiB"):
        take(place, name, b"x", declared=10 * 2**30)
    assert stored(place) == {}


def test_a_file_that_announces_nothing_is_counted(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_limit", lambda _name: 1000)
    with pytest.raises(TooLargeError):
        take(place, "a.xlsx", *[b"x" * 400] * 3)
    with pytest.raises(TooLargeError):
        take(place, "a.xlsx", *[b"x" * 400] * 3, declared=3)  # a lie
    assert stored(place) == {}


def test_an_archive_may_be_as_large_as_admission_takes_them(place: Workplace) -> None:
    with pytest.raises(TooLargeError, match="larger than 4096 MiB"):
        take(place, "a.zip", b"x", declared=DEFAULT_LIMITS.archive_bytes + 1)


def test_what_the_disk_cannot_hold_is_refused_before_it_is_sent(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=70 * 2**20))
    with pytest.raises(TooLargeError, match="no space left"):
        take(place, "a.xlsx", b"x", declared=10 * 2**20)
    assert take(place, "a.xlsx", b"x", declared=1)


def test_a_disk_that_fills_up_leaves_nothing_half(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: Any) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(uploads.os, "fsync", full)
    with pytest.raises(UploadError, match="no space left"):
        take(place, "a.xlsx", b"x")
    assert stored(place) == {}


def test_a_connection_that_breaks_off_leaves_nothing_half(place: Workplace) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"x"
        raise ConnectionResetError

    with pytest.raises(UploadError):
        asyncio.run(Uploads(place).take("a.xlsx", broken(), declared=None, hidden=False))
    assert stored(place) == {}


def test_a_file_to_look_at_stays_out_of_every_run_and_is_forgotten(place: Workplace) -> None:
    taker = Uploads(place)
    taken = asyncio.run(taker.take("a.xlsx", _stream([b"x"]), declared=None, hidden=True))
    assert taken
    assert taken.path.read_bytes() == b"x"
    assert not any(place.input.iterdir())
    taker.forget(taken.key)
    assert stored(place) == {}
    assert taker.path(taken.key) is None


def test_forgetting_never_removes_what_came_in(place: Workplace) -> None:
    taker = Uploads(place)
    taken = asyncio.run(taker.take("a.xlsx", _stream([b"x"]), declared=None, hidden=False))
    assert taken
    taker.forget(taken.key)
    assert list(stored(place)) == ["工作/input/a.xlsx"]
