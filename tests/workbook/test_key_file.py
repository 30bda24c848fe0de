"""Key files: made once, readable by their owner alone, refused where anything is wrong."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from cts_excel.workbook.issuing.key_file import PREFIX, KeyFileError, load_key, new_key

posix = pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX's")


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def test_a_new_key_is_read_back(tmp_path: Path) -> None:
    key = new_key(tmp_path / "k")
    assert load_key(tmp_path / "k") == key
    assert new_key(tmp_path / "other") != key
    assert (tmp_path / "k").read_text() == f"{PREFIX}{key.secret.hex()}\n"


@posix
def test_only_the_owner_may_read_it_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        new_key(tmp_path / "k")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    new_key(tmp_path / "k")
    (tmp_path / "k").chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        load_key(tmp_path / "k")


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    key = new_key(tmp_path / "k")
    with pytest.raises(KeyFileError, match="exists"):
        new_key(tmp_path / "k")
    assert load_key(tmp_path / "k") == key


@posix
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "k").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(KeyFileError):
        new_key(tmp_path / "k")
    assert not (tmp_path / "elsewhere").exists()


def test_a_key_as_editors_leave_it(tmp_path: Path) -> None:
    key = new_key(tmp_path / "k")
    text = b"\xef\xbb\xbf" + (tmp_path / "k").read_bytes().strip() + b"\r\n"
    assert load_key(written(tmp_path / "edited", text)) == key


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "not a key"),
        (b"-----BEGIN PRIVATE KEY-----", "not a key"),
        (b"\x00\xff\xfe", "not a key"),
        (PREFIX.encode(), "damaged"),
        (PREFIX.encode() + b"00" * 31, "damaged"),
        (PREFIX.encode() + b"00" * 33, "damaged"),
        (PREFIX.encode() + b"zz" * 32, "damaged"),
    ],
)
def test_what_is_no_key(tmp_path: Path, content: bytes, problem: str) -> None:
    with pytest.raises(KeyFileError, match=problem) as refusal:
        load_key(written(tmp_path / "k", content))
    assert refusal.value.repair
    assert "00000" not in str(refusal.value)


@pytest.mark.parametrize("name", ["none", "folder", "a\0b"])
def test_what_cannot_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(KeyFileError, match="cannot be read"):
        load_key(tmp_path / name)


def test_where_a_key_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="cannot be written"):
        new_key(tmp_path / "no" / "such" / "folder")
