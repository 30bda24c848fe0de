"""Texts folded for comparison, and texts that state nothing (rules 12 and 13)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations

# Characters that show nothing: controls, joiners, direction marks, tags, fillers, variation
# selectors. NUL is none of them: it separates texts that are folded together.
_INVISIBLE_RANGES = (
    *((0x01, 0x08), (0x0E, 0x1B), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F)),
    *((0x600, 0x605), (0x61C, 0x61C)),
    *((0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891), (0x8E2, 0x8E2), (0x115F, 0x1160)),
    *((0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F)),
    *((0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0)),
    *((0xFFF0, 0xFFFB), (0x110BD, 0x110BD), (0x110CD, 0x110CD), (0x13430, 0x1343F)),
    *((0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
)
INVISIBLE = "".join(rf"\U{first:08x}-\U{last:08x}" for first, last in _INVISIBLE_RANGES)
_UNSEEN = re.compile(rf"[\s{INVISIBLE}]+")
_INVISIBLE = re.compile(rf"[{INVISIBLE}]+")
DASHES = "-–—―−‐‑‒⁃﹣－~～〜∼─━"  # what people type for a dash
_TO_DASH = str.maketrans(dict.fromkeys(DASHES, "-"))

# Texts that state nothing if a standard file lists none of its own (rule 13).
PLACEHOLDERS = (
    *("无", "没有", "暂无", "暂时没有", "目前没有", "无此项", "無", "没", "空", "空白"),
    *("均无", "尚无"),
    *("未发现", "没有发现", "暂未发现", "未发现问题", "没有发现问题", "未发现异常", "未见异常"),
    *("没发现", "未发现不符合", "未发现不符合项", "无不符合", "无不符合项", "无数据", "暂无数据"),
    *("无问题", "没有问题", "无异常", "无特别项", "没有特别项", "无特别扣分", "无特别扣分项"),
    *("无扣分", "无扣分项", "没有扣分项", "无特别加分", "无特别加分项", "无加分", "无加分项"),
    *("没有加分项", "特别项无", "不涉及", "未涉及", "没有涉及", "不适用", "不详", "未知", "略"),
    *("待定", "待补", "待补充", "待填", "待填写", "待确认", "待核实", "待提供", "待完善", "待录入"),
    *("/", "-", "—", "0", "N/A", "NA", "none", "no", "nil", "null", "nothing", "not applicable"),
    *("TBD", "TBC", "to be determined", "XX", "XXX"),
)


def without_invisible(text: str) -> str:
    """Drop the characters that show nothing; blanks stay."""
    return text if text.isascii() and text.isprintable() else _INVISIBLE.sub("", text)


def folded(text: str) -> str:
    """Fold width and case, and drop blanks and invisible characters."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text).casefold())


def with_plain_dashes(text: str) -> str:
    """Return a text with ``-`` for every dash."""
    return text.translate(_TO_DASH)


_MOST_WORDS = 50  # a longer text states something, whatever it is made of


class Placeholders:
    """The texts that state nothing (rule 13), folded once for many comparisons."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._known = frozenset("".join(_words(text)) for text in texts) - {""}
        self._first_letters = frozenset(_first_letter(word[0]) for word in self._known)

    @property
    def folded(self) -> tuple[str, ...]:
        """The texts without blanks, punctuation, width and case, in order."""
        return tuple(sorted(self._known))

    def hold(self, text: str) -> bool:
        """Tell whether a text is blank, a placeholder, or several of them.

        Blanks, width, case, punctuation and invisible characters do not count, so punctuation
        alone states nothing, and neither does ``无/无``.
        """
        first = _first_letter(text[0]) if text else ""
        if first and first not in self._first_letters:
            return False  # the usual case: the beginning already tells
        words = _words(text)
        if len(words) > _MOST_WORDS:
            return False
        reached = [True, *(False for _word in words)]  # up to where placeholders follow each other
        for start, end in combinations(range(len(words) + 1), 2):
            if reached[start] and "".join(words[start:end]) in self._known:
                reached[end] = True
        return reached[-1]


@lru_cache(maxsize=4096)
def _first_letter(character: str) -> str:
    """Return the base letter that a folded text begins with, ``""`` for what does not count."""
    letter = folded(unicodedata.normalize("NFKD", character)[:1])[:1]
    return "" if not letter or _is_punctuation(letter) else letter


def _words(text: str) -> list[str]:
    """Split a folded text at punctuation and line ends, not at blanks: ``暂 无`` is one word."""
    marked = folded(text.replace("\n", "/").replace("\r", "/"))
    return "".join(" " if _is_punctuation(c) else c for c in marked).split()


def _is_punctuation(character: str) -> bool:
    kind = unicodedata.category(character)[0]
    return kind == "P" or (kind == "S" and character.isascii()) or character in DASHES
