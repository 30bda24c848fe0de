"""Foreign text in data files: never a formula, never invisible, never a broken line."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_excel.files.visible import field, harmless, visible


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A1",
     " =1", "   @x", "\u3000=1", "\u00a0=1", "=cmd|'/c calc'!A0"],
)  # fmt: skip
def test_what_could_begin_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == "'" + visible(text)


@pytest.mark.parametrize("text", ["85%", "查阅 = 记录", "a-b", "100", "（=）", "'=1", ""])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\x07b", "a\\x07b"), ("a\r\nb", "a\\r\\nb"), ("\ud800", "\\ud800"),
     ("a\u202eb", "a\\u202eb"),
     ("\x85", "\\x85"), ("\u2028", "\\u2028"), ("星级 五", "星级 五"), ("é😀", "é😀")],
)  # fmt: skip
def test_what_cannot_be_seen_is_shown_by_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters(codec=None), max_size=30))
def test_any_text_is_one_field_on_one_line(text: str) -> None:
    line = f"{field(text)},{field(text)}\r\n"
    line.encode()
    rows = list(csv.reader(io.StringIO(line, newline="")))
    assert rows == [[harmless(text), harmless(text)]]
    assert line.count("\n") == 1


@given(st.text(max_size=30), st.sampled_from("=+-@＝＋－＠\t\r\n"), st.text(" \u3000", max_size=3))
def test_no_field_ever_begins_with_a_trigger(text: str, trigger: str, spaces: str) -> None:
    shown = field(spaces + trigger + text)
    assert shown.lstrip('"')[0] == "'"
