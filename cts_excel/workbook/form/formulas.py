"""The formulas of 评分表, as text, and the notation that all formulas share.

They use only functions that Excel 2010+, WPS and LibreOffice share, and array arguments only inside
SUMPRODUCT. They compare labels with ``=`` inside SUMPRODUCT, not with MATCH or SUMIF: these take
``~`` and ``*`` in a label (``0%~20%``) as wildcards.
"""

from __future__ import annotations

from datetime import date

from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
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


def rounded(expression: str) -> str:
    """Round a formula's result so that binary noise goes (:data:`layout.FORMULA_DECIMALS`)."""
    return f"ROUND({expression},{layout.FORMULA_DECIMALS})"


def band_low(row: int) -> str:
    """Return the least percentage of the chosen band; 0 if none is chosen."""
    return f"SUMPRODUCT(({layout.NAME_BANDS}={_at(row, 'band')})*{layout.NAME_BAND_LOW})"


def band_high(row: int) -> str:
    """Return the greatest percentage of the chosen band; 0 if none is chosen."""
    return f"SUMPRODUCT(({layout.NAME_BANDS}={_at(row, 'band')})*{layout.NAME_BAND_HIGH})"


def band_high_or_whole(row: int) -> str:
    """Return the upper bound for validation: the band's, or 1 if none is chosen."""
    return f"=IF({band_high(row)}=0,1,{band_high(row)})"


def item_score(row: int) -> str:
    """Return 得分: weight x percentage once the band holds the percentage, else an empty text."""
    band, percent = _at(row, "band"), _at(row, "percent")
    usable = f"IF(ISLOGICAL({percent}),FALSE,ISNUMBER({percent}))"
    inside = f"AND({band_high(row)}>0,{percent}>={band_low(row)},{percent}<={band_high(row)})"
    score = rounded(f"{_at(row, 'weight')}*{percent}")
    return f'=IF(ISERROR({band}),"",IF({usable},IF({inside},{score},""),""))'


def state(standard: Standard, row: int) -> str:
    """Return 状态: the first thing that the row lacks, or that it is complete."""
    band, percent, evidence = (_at(row, name) for name in layout.RATING_INPUTS)
    bare = f"LEN(TRIM({evidence}))=0"
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
        (f"{band_high(row)}=0", layout.BAD_BAND),
        (f'{percent}=""', layout.NO_PERCENT),
        (f"OR(ISLOGICAL({percent}),NOT(ISNUMBER({percent})))", layout.BAD_PERCENT),
        (f"OR({percent}<{band_low(row)},{percent}>{band_high(row)})", layout.OUTSIDE),
        (bare, layout.NO_EVIDENCE),
    ]
    return choice(steps, quoted(layout.DONE))


def choice(steps: list[tuple[str, str]], otherwise: str) -> str:
    """Nest IFs: the first condition that holds names the text."""
    opening = "".join(f"IF({condition},{quoted(text)}," for condition, text in steps)
    return f"={opening}{otherwise}{')' * len(steps)}"


def subtotal(standard: Standard, row: int, label: str, name: str) -> str:
    """Return the sum of ``weight`` or ``score`` over the rows that carry this row's label.

    :param label: column that holds the label, ``section`` or ``group``.
    """
    labels = ratings_range(standard, label)
    return "=" + rounded(
        f"SUMPRODUCT(--({labels}={_at(row, label)}),{ratings_range(standard, name)})"
    )


def total(standard: Standard, name: str) -> str:
    """Return the sum of ``weight`` or ``score`` over all indicator rows."""
    return "=" + rounded(f"SUM({ratings_range(standard, name)})")


def rate(row: int) -> str:
    """Return the share earned of a subtotal row's weight."""
    weight, score = _at(row, "weight"), _at(row, "score")
    return f"=IF({weight}=0,0,{rounded(f'{score}/{weight}')})"
