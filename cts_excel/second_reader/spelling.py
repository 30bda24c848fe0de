"""Spellings of texts: what is compared, what a percentage spells, what states nothing."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction
from functools import lru_cache

from cts_excel.second_reader.model import ProblemKind

_HALF_WIDTH = {0xFF01 + n: 0x21 + n for n in range(94)} | {0x3000: 0x20, 0xFE6A: 0x25}
_DASHES = "–—―−‐‑‒~～〜∼－﹣至到"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SPELLED = re.compile(
    r"([+-]?)((?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?)\s*(%?)"
)
_SHORT = 400  # characters of a text that is remembered: a form's own recur in every workbook
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and signs that show nothing


def decoded(text: str) -> str:
    """Resolve the ``_x000D_`` escapes that spreadsheet strings use."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def visible(text: str) -> str:
    """Drop characters that show nothing, and blanks at both ends."""
    return _shown_short(text) if len(text) <= _SHORT else _shown(text)


def _shown(text: str) -> str:
    return "".join(c for c in text if not _invisible(c)).strip()


_shown_short = lru_cache(maxsize=8_192)(_shown)


def _invisible(character: str) -> bool:
    if character.isascii():
        return not (character.isprintable() or character.isspace())
    code = ord(character)
    return (
        unicodedata.category(character) in ("Cf", "Cc")
        or character in _FILLERS
        or 0xFE00 <= code <= 0xFE0F  # variation selectors
    )


def folded(text: str) -> str:
    """Return a text for comparison: NFKC, without blanks and invisible characters."""
    return _folded_short(text) if len(text) <= _SHORT else _folded(text)


def _folded(text: str) -> str:
    return "".join(visible(unicodedata.normalize("NFKC", text)).split())


_folded_short = lru_cache(maxsize=8_192)(_folded)


def folded_range(text: str) -> str:
    """Return a band's label for comparison, with every kind of dash as ``-``."""
    text = folded(text)
    for dash in _DASHES:
        text = text.replace(dash, "-")
    return text


def fifteen_digits(number: float) -> Fraction | None:
    """Take a number at 15 significant digits, as applications show it; ``None`` if not finite."""
    try:
        number = float(number)
    except OverflowError:
        return None
    return Fraction(f"{number:.15g}") if math.isfinite(number) else None


def spelled_percentage(text: str) -> Fraction | ProblemKind:
    """Read a text as the number it spells (rule 6): a fraction of 1, or what is wrong.

    A sign % makes it a percentage. Without one, up to 1 is a fraction and above 1 a percentage.
    """
    match = _SPELLED.fullmatch(visible(text.translate(_HALF_WIDTH)))
    if match is None:
        return ProblemKind.NOT_A_NUMBER
    sign, digits, percent_sign = match.groups()
    number = fifteen_digits(float(sign + digits))
    if number is None:
        return ProblemKind.NOT_A_NUMBER
    # A number up to 1 and a sign % are the one case that the number's size does not tell.
    return number / 100 if percent_sign and 0 <= number <= 1 else number_as_percentage(number)


def number_as_percentage(number: Fraction) -> Fraction | ProblemKind:
    """Read a number as a fraction of 1 (rule 6); above 1 it is a percentage."""
    if number < 0 or number > 100:
        return ProblemKind.PERCENT_OUT_OF_RANGE
    return number / 100 if number > 1 else number


def states_nothing(text: str, placeholders: Iterable[str]) -> bool:
    """Tell whether a text is a placeholder such as 无, / or N/A (rule 13).

    Blanks, width, case and punctuation do not count, so punctuation alone states nothing.
    """
    bare = _bare(text)
    return not bare or bare in {_bare(word) for word in placeholders}


def _bare(text: str) -> str:
    return "".join(c for c in folded(text).casefold() if not _is_punctuation(c))


def _is_punctuation(character: str) -> bool:
    kind = unicodedata.category(character)[0]
    return kind == "P" or (kind == "S" and character.isascii())
