"""Texts folded for comparison, and what states nothing (rules 12 and 13)."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cts_excel.standard.folding import (
    DASHES,
    PLACEHOLDERS,
    Placeholders,
    folded,
    with_plain_dashes,
    without_invisible,
)
from cts_excel.standard.loading import load_standard

LISTED = Placeholders(PLACEHOLDERS)
INVISIBLE = "\u200b\u00ad\ufeff\u200e\u2060\ufe0f\u3164"
PUNCTUATION = " 。.、,，;；:：!！?？()（）[]【】《》“”'\"-—–~～/／\\|*#_·…\u3000\n"


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """Draw a placeholder in another case and width, with what does not count strewn in."""
    word = draw(st.sampled_from(PLACEHOLDERS))
    word = draw(st.sampled_from([str, str.upper, str.lower, str.title, _wide]))(word)
    strewn = st.text(st.sampled_from(INVISIBLE + PUNCTUATION), max_size=3)
    inside = st.text(st.sampled_from(INVISIBLE + " \u3000\u00a0"), max_size=2)
    inner = "".join(letter + draw(inside) for letter in word)
    return draw(strewn) + inner + draw(strewn)


def _wide(word: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)


@given(spellings())
def test_every_spelling_of_a_placeholder_states_nothing(text: str) -> None:
    assert LISTED.hold(text)


@given(st.lists(spellings(), min_size=1, max_size=3), st.sampled_from("/、，;\n"))
def test_several_placeholders_state_nothing(texts: list[str], between: str) -> None:
    assert LISTED.hold(between.join(texts))


@given(st.text(st.sampled_from(INVISIBLE + PUNCTUATION), max_size=9))
def test_punctuation_alone_states_nothing(text: str) -> None:
    assert LISTED.hold(text)


@given(st.text())
def test_the_first_letter_never_hides_a_placeholder(text: str) -> None:
    """The quick answer for texts that begin otherwise is the same as the thorough one."""
    known = {folded(word).replace("/", "") for word in PLACEHOLDERS}
    if folded(text) in known:
        assert LISTED.hold(text)


@pytest.mark.parametrize(
    "text",
    [
        "无锡分公司记录", "无投诉记录，抽查 3 份", "0 起投诉", "无记录", "/data/记录.pdf",
        "none of the 3 records", "不适用条款见附件 2", "待定方案已批准", "00", "0.5", "1", "√",
        "NO.1", "XX公司", "n", "未发现问题，但记录不全",
    ],
)  # fmt: skip
def test_a_text_that_says_more_states_something(text: str) -> None:
    assert not LISTED.hold(text)


def test_a_standard_file_has_its_own_list() -> None:
    own = Placeholders(["见附件", "ÉTÉ"])
    assert own.hold("（见 附件）")
    assert own.hold("e\u0301te\u0301")
    assert own.hold("—")
    assert not own.hold("无")


def test_the_built_in_standard_lists_what_a_file_without_a_list_gets() -> None:
    assert load_standard().policy.placeholders == PLACEHOLDERS


def test_no_control_or_format_character_counts() -> None:
    kinds = ("Cc", "Cf")
    odd = [chr(n) for n in range(1, sys.maxunicode + 1) if unicodedata.category(chr(n)) in kinds]
    assert [f"{ord(c):x}" for c in odd if folded(c)] == []
    assert [f"{ord(c):x}" for c in odd if without_invisible(f"a{c}").strip() != "a"] == []


def test_blanks_and_nul_stay_visible() -> None:
    assert without_invisible("a\tb\nc d\u3000e") == "a\tb\nc d\u3000e"
    assert folded("甲\0乙") == "甲\0乙"


def test_every_dash_is_one() -> None:
    assert with_plain_dashes(DASHES) == "-" * len(DASHES)
    assert with_plain_dashes("一") == "一"
