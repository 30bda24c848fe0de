"""The formulas of an audit workbook, as text: what the issued cells hold, and nothing is written.

Only functions that Excel 2010+, WPS and LibreOffice share, none that needs array entry outside
SUMPRODUCT. Labels are compared with ``=`` inside SUMPRODUCT, never with MATCH or SUMIF, for which
``~`` and ``*`` in a label (``0%~20%``) would be wildcards.
"""

from __future__ import annotations

from cts_excel.standard.model import Standard, plain
from cts_excel.workbook import layout
from cts_excel.workbook.layout import cell

_COVER = f"'{layout.COVER}'!"
_RATINGS = f"'{layout.RATINGS}'!"
_SPECIAL = f"'{layout.SPECIAL}'!"


def quoted(text: str) -> str:
    """Write a text as a formula's literal."""
    return '"' + text.replace('"', '""') + '"'


def absolute(row: int, column: int) -> str:
    """Return ``$F$17`` for ``(16, 5)``."""
    return f"${layout.column_letters(column)}${row + 1}"


def ratings_range(standard: Standard, name: str) -> str:
    """Return the indicator rows of one column of 评分表, ``$H$4:$H$53``."""
    column = layout.RATING_COLUMN[name]
    first, last = layout.RATING_FIRST_ROW, layout.rating_last_row(standard)
    return f"{absolute(first, column)}:{absolute(last, column)}"


def _at(row: int, name: str) -> str:
    return f"${layout.column_letters(layout.RATING_COLUMN[name])}{row + 1}"


def _rounded(expression: str) -> str:
    return f"ROUND({expression},{layout.FORMULA_DECIMALS})"


def band_low(row: int) -> str:
    """Return the least percentage of the chosen band; 0 where none is chosen."""
    return f"SUMPRODUCT(({layout.NAME_BANDS}={_at(row, 'band')})*{layout.NAME_BAND_LOW})"


def band_high(row: int) -> str:
    """Return the greatest percentage of the chosen band; 0 where none is chosen."""
    return f"SUMPRODUCT(({layout.NAME_BANDS}={_at(row, 'band')})*{layout.NAME_BAND_HIGH})"


def band_high_or_whole(row: int) -> str:
    """Return the upper bound for validation: the band's, or 1 where no band is chosen."""
    return f"=IF({band_high(row)}=0,1,{band_high(row)})"


def item_score(row: int) -> str:
    """Return 得分: weight x percentage once the band holds the percentage, else an empty text."""
    band, percent = _at(row, "band"), _at(row, "percent")
    usable = f"IF(ISLOGICAL({percent}),FALSE,ISNUMBER({percent}))"
    inside = f"AND({band_high(row)}>0,{percent}>={band_low(row)},{percent}<={band_high(row)})"
    score = _rounded(f"{_at(row, 'weight')}*{percent}")
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
    return _choice(steps, quoted(layout.DONE))


def _choice(steps: list[tuple[str, str]], otherwise: str) -> str:
    """Nest IFs: the first condition that holds names the text."""
    opening = "".join(f"IF({condition},{quoted(text)}," for condition, text in steps)
    return f"={opening}{otherwise}{')' * len(steps)}"


def subtotal(standard: Standard, row: int, label: str, name: str) -> str:
    """Return the sum of ``weight`` or ``score`` over the rows that carry this row's label.

    :param label: column that holds the label, ``section`` or ``group``.
    """
    labels = ratings_range(standard, label)
    return "=" + _rounded(
        f"SUMPRODUCT(--({labels}={_at(row, label)}),{ratings_range(standard, name)})"
    )


def total(standard: Standard, name: str) -> str:
    """Return the sum of ``weight`` or ``score`` over all indicator rows."""
    return "=" + _rounded(f"SUM({ratings_range(standard, name)})")


def rate(row: int) -> str:
    """Return the share earned of a subtotal row's weight."""
    weight, score = _at(row, "weight"), _at(row, "score")
    return f"=IF({weight}=0,0,{_rounded(f'{score}/{weight}')})"


def headline() -> str:
    """Return the line that names client and audit on the printed 评分表."""
    name, number = (_COVER + cover_input(field) for field in ("organisation", "audit_no"))
    return (
        f'=IF(ISERROR({name}&{number}),"",'
        f'"企业名称："&TRIM({name})&"　　项目编号："&TRIM({number}))'
    )


def cover_input(field: str) -> str:
    """Return the absolute address of an input cell of 封面."""
    index = next(n for n, entry in enumerate(layout.COVER_ENTRIES) if entry.field == field)
    return absolute(layout.COVER_FIRST_ROW + index, layout.COVER_INPUT_COLUMN)


def panel_cell(field: str) -> str:
    """Return the absolute address of a value of the panel on 封面."""
    index = next(n for n, (name, _label) in enumerate(layout.PANEL) if name == field)
    return absolute(layout.COVER_FIRST_ROW + index, layout.PANEL_VALUE_COLUMN)


def _counted(standard: Standard, *states: str) -> str:
    column = _RATINGS + ratings_range(standard, "state")
    tests = "+".join(f"({column}={quoted(text)})" for text in states)
    return f"SUMPRODUCT({tests})" if len(states) > 1 else f"SUMPRODUCT(--{tests})"


def settled_states(standard: Standard) -> tuple[str, ...]:
    """Return the states of an indicator that is rated, or left out with its reason."""
    states = [layout.DONE]
    if not standard.policy.require_evidence:
        states.append(layout.NO_EVIDENCE)
    if standard.prorates:
        states.append(layout.LEFT_OUT)
    return tuple(states)


def base(standard: Standard) -> str:
    """Return 基础得分: the points earned, prorated where indicators are left out (rule 7)."""
    earned = f"SUM({_RATINGS}{ratings_range(standard, 'score')})"
    if not standard.prorates:
        return "=" + _rounded(earned)
    column = _RATINGS + ratings_range(standard, "state")
    left_out = (
        f"SUMPRODUCT(({column}={quoted(layout.LEFT_OUT)})+({column}={quoted(layout.NO_REASON)}),"
        f"{_RATINGS}{ratings_range(standard, 'weight')})"
    )
    whole = plain(standard.total)
    prorated = _rounded(f"{earned}*{whole}/({whole}-{left_out})")
    return f"=IF({left_out}=0,{_rounded(earned)},IF({left_out}>={whole},0,{prorated}))"


def final() -> str:
    """Return 最终得分: base - deductions + bonus, never below 0 (rule 1)."""
    points, less, more = (panel_cell(name) for name in ("base", "deductions", "bonus"))
    return f"=MAX(0,{_rounded(f'{points}-{less}+{more}')})"


def special_total(first_row: int, rows: int) -> str:
    """Return the points of one block of 特别项."""
    column = layout.SPECIAL_COLUMN["points"]
    return "=" + _rounded(f"SUM({cell(first_row, column)}:{cell(first_row + rows - 1, column)})")


def special_reference(total_row: int) -> str:
    """Return the panel's link to the total of a block of 特别项."""
    return f"={_SPECIAL}{absolute(total_row, layout.SPECIAL_COLUMN['points'])}"


def level(standard: Standard) -> str:
    """Return 建议级别: incomplete, not passed for deductions, or the level of the final score."""
    deduction = standard.special.deduction
    steps = [
        (f"{_open_count(standard)}>0", layout.INCOMPLETE_LEVEL),
        (f"{panel_cell('deductions')}>{plain(deduction.limit)}", deduction.exceeded),
    ]
    steps += [
        (f"{panel_cell('final')}>={plain(grade.minimum)}", grade.label) for grade in standard.levels
    ]
    return _choice(steps, quoted(standard.not_passed.label))


def _open_count(standard: Standard) -> str:
    """Count what still stands in the way of a level: unrated rows, incomplete special items."""
    settled = _counted(standard, *settled_states(standard))
    count = len(standard.indicators)
    unrated = f"({count}-{settled})"
    if not standard.prorates:
        return f"({unrated}+{_special_open()})"
    none_left = f"({_counted(standard, layout.LEFT_OUT)}={count})"
    return f"({unrated}+{_special_open()}+{none_left})"


def _special_open() -> str:
    """Count the entries of 特别项 that are begun and not complete."""
    hint = layout.SPECIAL_HINT_COLUMN
    blocks = (
        (layout.DEDUCTION_FIRST_ROW, layout.DEDUCTION_ROWS),
        (layout.BONUS_FIRST_ROW, layout.BONUS_ROWS),
    )
    counts = (
        f"SUMPRODUCT(--(LEFT({_SPECIAL}{absolute(first, hint)}:"
        f'{absolute(first + rows - 1, hint)},1)="缺"))'
        for first, rows in blocks
    )
    return f"({'+'.join(counts)})"


def completion(standard: Standard) -> str:
    """Return 完成度: ``48/50（96%）``."""
    settled, count = _counted(standard, *settled_states(standard)), len(standard.indicators)
    return f'={settled}&"/{count}（"&TEXT(INT({settled}*100/{count}),"0")&"%）"'


MISSING_KINDS = ("封面必填项", "指标评定", "审核证据", "特别项")
NOTHING_MISSING = "无"
ALL_THERE, SOMETHING_MISSING = "资料齐全，可以提交", "请补齐以下内容："


def missing(standard: Standard) -> tuple[str, ...]:
    """Return the formulas beside 尚缺: the summary line, then one per :data:`MISSING_KINDS`."""
    lines = [
        absolute(layout.MISSING_ROW + 1 + n, layout.PANEL_VALUE_COLUMN)
        for n in range(len(MISSING_KINDS))
    ]
    nothing = ",".join(f"{line}={quoted(NOTHING_MISSING)}" for line in lines)
    summary = f"=IF(AND({nothing}),{quoted(ALL_THERE)},{quoted(SOMETHING_MISSING)})"
    return (summary, _missing_cover(), _missing_ratings(standard), *_missing_rest(standard))


def _listed(parts: list[str]) -> str:
    """Join texts that end in 、 each, or say that there is none."""
    joined = "&".join(parts)
    return f"=IF(LEN({joined})=0,{quoted(NOTHING_MISSING)},LEFT({joined},LEN({joined})-1))"


def _missing_cover() -> str:
    required = [entry for entry in layout.COVER_ENTRIES if entry.required]
    blank = [
        f"IF(ISERROR({a}),{quoted(entry.label + '、')},"
        f'IF(LEN(TRIM({a}))=0,{quoted(entry.label + "、")},""))'
        for entry in required
        for a in (cover_input(entry.field),)
    ]
    return _listed(blank)


def open_states(standard: Standard) -> tuple[str, ...]:
    """Return the states that 尚缺 counts under 指标评定, in its order."""
    states = (
        layout.UNRATED,
        layout.NO_BAND,
        layout.NO_PERCENT,
        layout.OUTSIDE,
        layout.BAD_BAND,
        layout.BAD_PERCENT,
        layout.ERROR_VALUE,
    )
    return (*states, layout.NO_REASON, layout.SURPLUS_PERCENT) if standard.prorates else states


def _missing_ratings(standard: Standard) -> str:
    return _listed(
        [
            f'IF({_counted(standard, text)}=0,"",{quoted(text + " ")}'
            f'&{_counted(standard, text)}&" 项、")'
            for text in open_states(standard)
        ]
    )


def _missing_rest(standard: Standard) -> tuple[str, str]:
    bare = _counted(standard, layout.NO_EVIDENCE)
    entries = _special_open()
    none = quoted(NOTHING_MISSING)
    return (
        f'=IF({bare}=0,{none},{bare}&" 项已评指标未填审核证据")',
        f'=IF({entries}=0,{none},{entries}&" 条未填完整")',
    )


def _special_row(row: int) -> str:
    first, last = (layout.SPECIAL_COLUMN[n] for n in ("category", "rectification"))
    return f"{cell(row, first)}:{cell(row, last)}"


def _filled(row: int) -> str:
    """Hold where any input of a 特别项 row is filled; an error value counts as filled."""
    inputs = _special_row(row)
    return f"IF(ISERROR(SUMPRODUCT(LEN({inputs}))),TRUE,SUMPRODUCT(LEN(TRIM({inputs})))>0)"


def special_hint(row: int, categories: str) -> str:
    """Return 提示 of a 特别项 row: what the entry lacks, 完整, or nothing for an unused row."""
    inputs = _special_row(row)
    chosen = cell(row, layout.SPECIAL_COLUMN["category"])
    lacking = "&".join(
        f'IF(LEN(TRIM({cell(row, layout.SPECIAL_COLUMN[name])}))=0,{quoted(label)},"")'
        for name, label in special_labels()
    )
    unknown = f"IF(SUMPRODUCT(--({categories}={chosen}))=0,{quoted('缺有效类别')},{quoted('完整')})"
    said = f'IF(LEN({lacking})>0,"缺"&TRIM({lacking}),{unknown})'
    empty = f"SUMPRODUCT(LEN(TRIM({inputs})))=0"
    return f'=IF(ISERROR(SUMPRODUCT(LEN({inputs}))),"缺有效内容",IF({empty},"",{said}))'


def special_labels() -> tuple[tuple[str, str], ...]:
    """Return the required inputs of a 特别项 row: name, and the word for it in 提示."""
    headings = dict(layout.SPECIAL_COLUMNS)
    return tuple((name, headings[name] + " ") for name in layout.SPECIAL_REQUIRED)


def deduction_points(standard: Standard, row: int) -> str:
    """Return 分值 of a deduction: its points as soon as the row is begun (rule 3)."""
    return f'=IF({_filled(row)},{plain(standard.special.deduction.points)},"")'


def bonus_points(standard: Standard, row: int) -> str:
    """Return 分值 of a bonus: its points when complete, while the limit allows (rule 4)."""
    bonus, column = standard.special.bonus, layout.SPECIAL_COLUMN["points"]
    limit = plain(bonus.limit)
    if row > layout.BONUS_FIRST_ROW:
        above = f"{absolute(layout.BONUS_FIRST_ROW, column)}:{cell(row - 1, column)}"
        limit = f"MAX(0,{limit}-SUM({above}))"
    points = _rounded(f"MIN({plain(bonus.points)},{limit})")
    complete = f"{cell(row, layout.SPECIAL_HINT_COLUMN)}={quoted('完整')}"
    return f'=IF({complete},{points},IF({_filled(row)},0,""))'
