"""The formulas of 评分表, as text, and the notation that all formulas share.

They use only functions that Excel 2010+, WPS and LibreOffice share, and a range as array only in
``SUMPRODUCT((range=value)*range)``: other applications calculate functions of an array wrongly
there, such as ``LEN(range)``. They compare labels with ``=``, not with MATCH or SUMIF: these take
``~`` and ``*`` in a label (``0%~20%``) as wildcards. What several formulas of a row need stands in
a hidden cell of the row.
"""

from __future__ import annotations

from datetime import date

from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.style import clipped
from cts_excel.workbook.ooxml.addresses import column_letters

RATINGS = f"'{layout.RATINGS}'!"


def quoted(text: str) -> str:
    """Write a text as a formula's literal."""
    return '"' + text.replace('"', '""') + '"'


def absolute(row: int, column: int) -> str:
    """Return ``$F$17`` for ``(16, 5)``."""
    return f"${column_letters(column)}${row + 1}"


def date_formula(day: date) -> str:
    """Return ``DATE(2000,1,1)`` for a day: a formula knows no date literal."""
    return f"DATE({day.year},{day.month},{day.day})"


def ratings_range(standard: Standard, name: str) -> str:
    """Return the indicator rows of one column of 评分表, ``$H$4:$H$53``."""
    column = layout.RATING_COLUMN[name]
    first, last = layout.RATING_FIRST_ROW, layout.rating_last_row(standard)
    return f"{absolute(first, column)}:{absolute(last, column)}"


def _at(row: int, name: str) -> str:
    return f"${column_letters(layout.RATING_COLUMN[name])}{row + 1}"


# What does not count in a placeholder (rule 13): the first are dropped, the others divide words.
DROPPED = " \u3000\u00a0\u200b"
MOST_FOLDED = 60  # characters; a longer text is no placeholder
DIVIDERS = "。.，,、；;：:（）()—–-－/／!！?？…\n"


def folded_text(address: str) -> str:
    """Return the lower-case words of a cell's text, one blank between them.

    An error and a text too long for a placeholder give ``#``, which states something.
    It is long, so it stands in a hidden cell of its own, for :func:`states_nothing`.
    """
    text = f"LOWER({address})"
    for characters, instead in ((DROPPED, '""'), (DIVIDERS, '" "')):
        for character in characters:
            literal = "CHAR(10)" if character == "\n" else quoted(character)
            text = f"SUBSTITUTE({text},{literal},{instead})"
    return f'IF(ISERROR({address}),"#",IF(LEN({address})>{MOST_FOLDED},"#",TRIM({text})))'


def states_nothing(folded: str) -> str:
    """Return 1 for a text that is blank, a placeholder or two of them, else 0.

    :param folded: address of the cell that holds :func:`folded_text` of it.
    """
    ends = f'FIND(" ",{folded}&" ")', f'FIND(" ",{folded}&"  ",FIND(" ",{folded}&" ")+1)'
    parts = [(f"LEFT({folded},{end}-1)", f"MID({folded},{end},99)") for end in ends]
    either = [f"AND({_listed(first)},{_listed(rest)})" for first, rest in parts]
    return f'IF(OR({folded}="",{_listed(folded)},{",".join(either)}),1,0)'


def _listed(words: str) -> str:
    """Return a condition: words, joined, are one placeholder."""
    joined = f'SUBSTITUTE({words},{quoted(" ")},"")'
    return f"SUMPRODUCT(({layout.NAME_PLACEHOLDERS}={joined})*1)>0"


def placeholder_spellings(standard: Standard) -> tuple[str, ...]:
    """Return the folded placeholders, those with Latin letters or digits in wide ones, too."""
    words = standard.folded_placeholders
    wide = (word.translate(_WIDE) for word in words)
    return tuple(sorted({*words, *wide}))


_WIDE = {code: code + 0xFEE0 for code in range(ord("!"), ord("~") + 1)}


def rounded(expression: str) -> str:
    """Round a formula's result so that binary noise goes (:data:`layout.FORMULA_DECIMALS`)."""
    return f"ROUND({expression},{layout.FORMULA_DECIMALS})"


def band_rank(row: int) -> str:
    """Return the place of the chosen band among the bands, 0 if none of them is chosen."""
    band = _at(row, "band")
    rank = f"SUMPRODUCT(({layout.NAME_BANDS}={band})*{layout.NAME_BAND_RANK})"
    return f"=IF(ISERROR({band}),0,{rank})"


def _of_band(row: int, name: str) -> str:
    """Return what a list of the bands holds for the chosen one; there must be one."""
    return f"INDEX({name},{_at(row, 'rank')})"


def least_percent(row: int) -> str:
    """Return the lower bound for validation: the chosen band's, or 0 if none is chosen."""
    return f"=IF({_at(row, 'rank')}=0,0,{_of_band(row, layout.NAME_BAND_LOW)})"


def greatest_percent(row: int) -> str:
    """Return the upper bound for validation: the chosen band's, or 1 if none is chosen."""
    return f"=IF({_at(row, 'rank')}=0,1,{_of_band(row, layout.NAME_BAND_HIGH)})"


def item_score(row: int) -> str:
    """Return 得分: weight x percentage once the band holds the percentage, else an empty text."""
    percent = _at(row, "percent")
    usable = f"IF(ISLOGICAL({percent}),FALSE,ISNUMBER({percent}))"
    score = rounded(f"{_at(row, 'weight')}*{percent}")
    inside = f'IF({_outside(row)},"",{score})'
    return f'=IF({_at(row, "rank")}=0,"",IF({usable},{inside},""))'


def _outside(row: int) -> str:
    percent = _at(row, "percent")
    low, high = (_of_band(row, name) for name in (layout.NAME_BAND_LOW, layout.NAME_BAND_HIGH))
    return f"OR({percent}<{low},{percent}>{high})"


def state(standard: Standard, row: int) -> str:
    """Return 状态: the first thing that the row lacks, or that it is complete."""
    band, percent, evidence = (_at(row, name) for name in layout.RATING_INPUTS)
    bare = f"{_at(row, 'bare')}=1"
    steps = [
        (f"OR(ISERROR({band}),ISERROR({percent}),ISERROR({evidence}))", layout.ERROR_VALUE),
        (f'AND({band}="",{percent}="")', layout.UNRATED),
        (f'{band}=""', layout.NO_BAND),
    ]
    if standard.prorates:
        left_out = f"{band}={quoted(layout.NOT_APPLICABLE)}"
        steps += [
            (f'AND({left_out},{percent}<>"")', layout.SURPLUS_PERCENT),
            (f"AND({left_out},{bare})", layout.NO_REASON),
            (left_out, layout.LEFT_OUT),
        ]
    steps += [
        (f"{_at(row, 'rank')}=0", layout.BAD_BAND),
        (f'{percent}=""', layout.NO_PERCENT),
        (f"OR(ISLOGICAL({percent}),NOT(ISNUMBER({percent})))", layout.BAD_PERCENT),
        (_outside(row), layout.OUTSIDE),
        (bare, layout.NO_EVIDENCE),
    ]
    return choice(steps, quoted(layout.DONE))


# 提示 beside a row, by its state; ``{}`` is the range of the chosen band.
HINTS = {
    layout.NO_PERCENT: "请填 {} 之间的比例",
    layout.BAD_PERCENT: "请填 {} 之间的比例",
    layout.OUTSIDE: "所选档为 {}，比例只能在 {} 之间；要给更高分，请先改选评分档",
}


def hint(row: int) -> str:
    """Return 提示: which percentage can be given, or else the first point of the chosen band."""
    stated, span = _at(row, "state"), _of_band(row, layout.NAME_BAND_RANGES)
    asked, outside = (
        quoted(HINTS[name]).replace("{}", f'"&{span}&"')
        for name in (layout.NO_PERCENT, layout.OUTSIDE)
    )
    asking = f"OR({stated}={quoted(layout.NO_PERCENT)},{stated}={quoted(layout.BAD_PERCENT)})"
    said = f"IF({stated}={quoted(layout.OUTSIDE)},{outside},IF({asking},{asked},{{}}))"
    points = _of_band(row, layout.NAME_BAND_POINTS)
    return f'=IF({_at(row, "rank")}=0,"",{said.format(points)})'


def band_ranges(standard: Standard) -> tuple[str, ...]:
    """Return the percentages that each band holds, as 提示 shows them."""
    return tuple(f"{plain(b.low * 100)}%–{plain(b.high * 100)}%" for b in standard.bands)


def band_points(standard: Standard) -> tuple[str, ...]:
    """Return the first point of each band, as 提示 shows it."""
    firsts = (band.bullets[0] if band.bullets else band.label for band in standard.bands)
    return tuple(clipped(first, _MOST_POINT) for first in firsts)


_MOST_POINT = 48  # characters that 提示 has room for


def choice(steps: list[tuple[str, str]], otherwise: str) -> str:
    """Nest IFs: the first condition that holds names the text."""
    opening = "".join(f"IF({condition},{quoted(text)}," for condition, text in steps)
    return f"={opening}{otherwise}{')' * len(steps)}"


def subtotal(standard: Standard, row: int, heading: str, name: str) -> str:
    """Return the sum of ``weight`` or ``score`` over the rows of this row's heading.

    :param heading: column whose cells name the heading, ``section`` or ``group``.
    """
    rows = f"({ratings_range(standard, heading)}={_at(row, SUM_LABEL)})"
    # A score may be an empty text, which only a separate argument of SUMPRODUCT passes over.
    return "=" + rounded(f"SUMPRODUCT({rows}*1,{ratings_range(standard, name)})")


SUM_LABEL = "text"  # column of 评分表 in which a sum's row names its heading


def total(standard: Standard, name: str) -> str:
    """Return the sum of ``weight`` or ``score`` over all indicator rows."""
    return "=" + rounded(f"SUM({ratings_range(standard, name)})")


def rate(row: int) -> str:
    """Return the share earned of a subtotal row's weight."""
    weight, score = _at(row, "weight"), _at(row, "score")
    return f"=IF({weight}=0,0,{rounded(f'{score}/{weight}')})"
