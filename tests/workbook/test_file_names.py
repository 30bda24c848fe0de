"""File names that Windows, macOS and Linux take."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_excel.files.names import MAX_LENGTH, folded, safe_name, unique_names

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"
}


def _assert_safe(name: str) -> None:
    assert name.endswith(".xlsx")
    assert len(name) <= MAX_LENGTH
    assert len(name.encode()) <= 255
    assert not _FORBIDDEN.search(name)
    assert name[0] not in " .-~"
    stem = name.removesuffix(".xlsx")
    assert stem
    assert stem[-1] not in " ."
    assert name.partition(".")[0].strip().casefold() not in _DEVICES


@given(st.text())
def test_any_text_gives_a_safe_name(text: str) -> None:
    _assert_safe(safe_name(text))


@given(st.lists(st.text(alphabet="aAß. :CON_１1\u212a", max_size=6), max_size=12))
def test_names_never_meet(texts: list[str]) -> None:
    names = list(unique_names(texts))
    assert len(names) == len(texts)
    assert len({folded(name) for name in names}) == len(names)
    for name in names:
        _assert_safe(name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ZJ-2025-0001_甲公司", "ZJ-2025-0001_甲公司.xlsx"),
        ("a/b\\c:d", "a_b_c_d.xlsx"),
        ("../../etc/passwd", "_.._etc_passwd.xlsx"),
        ("NUL", "_NUL.xlsx"),
        ("com1.txt", "_com1.txt.xlsx"),
        ("CONSOLE", "CONSOLE.xlsx"),
        ("name. . ", "name.xlsx"),
        ("", "_.xlsx"),
        ("~$lock", "_~$lock.xlsx"),
        ("a\u202egpj", "a_gpj.xlsx"),
        ("多  个\n空格", "多 个_空格.xlsx"),
    ],
)
def test_examples(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_long_names_keep_their_beginning_and_their_number() -> None:
    names = list(unique_names(["长" * 300, "长" * 300]))
    assert names[1].endswith(" (2).xlsx")
    assert all(name.startswith("长" * 60) for name in names)


def test_case_and_width_make_no_other_file() -> None:
    assert list(unique_names(["a1", "A1", "Ａ1"])) == ["a1.xlsx", "A1 (2).xlsx", "Ａ1 (3).xlsx"]
