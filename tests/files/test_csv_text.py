"""Texts from outside in CSV files: nothing becomes a formula, nothing is lost."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_excel.files.csv_text import escape, field, guard, unescape, unguard
from cts_excel.files.visible import escape_controls, unescape_controls, visible

ANY_TEXT = st.text(st.characters(codec=None), max_size=30)


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠A1", " =1", "   @x", "\u3000=1",
     "\u00a0=1", "=cmd|'/c calc'!A0", "'=1", "'"],
)  # fmt: skip
def test_what_could_begin_a_formula_gets_an_apostrophe(text: str) -> None:
    assert escape(text) == "'" + text


@pytest.mark.parametrize("text", ["85%", "查阅 = 记录", "a-b", "100", "（=）", "O'Neil", ""])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\x07b", "a\\x07b"), ("a\r\nb", "a\\r\\nb"), ("\ud800", "\\ud800"),
     ("a\u202eb", "a\\u202eb"),
     ("\x85", "\\x85"), ("\u2028", "\\u2028"), ("星级 五", "星级 五"), ("é😀", "é😀")],
)  # fmt: skip
def test_what_cannot_be_seen_is_shown_by_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert escape_controls(text) == shown


@pytest.mark.parametrize(
    ("text", "written"),
    [("a\nb", "a\\nb"), ("a\\nb", "a\\\\nb"), ("C:\\new", "C:\\\\new"), ("\t=1", "\\t=1"),
     ("=a\nb", "'=a\\nb"), ("'=1", "''=1")],
)  # fmt: skip
def test_a_line_break_and_what_looks_like_one_are_told_apart(text: str, written: str) -> None:
    assert escape(text) == written
    assert unescape(written) == text


@given(ANY_TEXT)
def test_escaping_loses_nothing(text: str) -> None:
    assert unescape(escape(text)) == text
    assert unescape_controls(escape_controls(text)) == text
    assert unguard(guard(text)) == text


@given(ANY_TEXT)
def test_any_text_is_one_field_on_one_line(text: str) -> None:
    line = f"{field(escape(text))},{field(escape(text))}\r\n"
    line.encode()
    rows = list(csv.reader(io.StringIO(line, newline="")))
    assert rows == [[escape(text), escape(text)]]
    assert line.count("\n") == 1


@given(st.text(max_size=30), st.sampled_from("=+-@＝＋－＠\t\r\n"), st.text(" \u3000", max_size=3))
def test_no_field_ever_begins_with_a_trigger(text: str, trigger: str, spaces: str) -> None:
    written = escape(spaces + trigger + text)
    assert written.lstrip(" \u3000\u00a0")[0] not in "=+-@＝＋－＠\t\r\n"
