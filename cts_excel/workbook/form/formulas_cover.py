"""The formulas of 封面, as text: the live panel and the list of missing entries."""

from __future__ import annotations

from cts_excel.audit.cover import COVER_FIELDS, cover_field
from cts_excel.audit.levels import FailReason, reason_text
from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.formulas import (
    RATINGS,
    absolute,
    choice,
    folded_text,
    quoted,
    ratings_range,
    rounded,
    states_nothing,
)
from cts_excel.workbook.form.formulas_special import special_open

_COVER = f"'{layout.COVER}'!"
REASONS_APART = "；"


def headline() -> str:
    """Return the line above the printed 评分表 that names client and audit."""
    cells = {key: _COVER + cover_input(key) for key in layout.HEADLINE_FIELDS}
    texts = (f"{quoted(label)}&TRIM({cells[key]})" for key, label in headline_labels().items())
    return f'=IF(ISERROR({"&".join(cells.values())}),"",{"&".join(texts)})'


def headline_labels() -> dict[str, str]:
    """Return the text before each value of the headline, by key of the cover field."""
    labels = {key: f"{cover_field(key).label}：" for key in layout.HEADLINE_FIELDS}
    first = layout.HEADLINE_FIELDS[0]
    return {key: label if key == first else f"　　{label}" for key, label in labels.items()}


def cover_input(key: str) -> str:
    """Return the absolute address of the input cell of a cover field."""
    return absolute(layout.cover_row(key), layout.COVER_INPUT_COLUMN)


def is_missing(key: str) -> str:
    """Return the condition that a required entry is missing: nothing stated, or an error value."""
    nothing = absolute(layout.cover_row(key), layout.COVER_NOTHING_COLUMN)
    return f"IF(ISERROR({cover_input(key)}),TRUE,{nothing}=1)"


def folded_entry(key: str) -> str:
    """Return the hidden folded text of a required entry."""
    return "=" + folded_text(cover_input(key))


def entry_states_nothing(key: str) -> str:
    """Return the hidden 1 for a required entry that states nothing (rule 13)."""
    return "=" + states_nothing(absolute(layout.cover_row(key), layout.COVER_FOLDED_COLUMN))


def panel_cell(field: str) -> str:
    """Return the absolute address of a value of the panel on 封面."""
    index = next(n for n, (name, _label) in enumerate(layout.PANEL) if name == field)
    return absolute(layout.COVER_FIRST_ROW + index, layout.PANEL_VALUE_COLUMN)


def _counted(standard: Standard, *states: str) -> str:
    column = RATINGS + ratings_range(standard, "state")
    tests = "+".join(f"({column}={quoted(text)})" for text in states)
    return f"SUMPRODUCT({tests})" if len(states) > 1 else f"SUMPRODUCT(--{tests})"


def finished_states(standard: Standard) -> tuple[str, ...]:
    """Return the states of an indicator that is rated, or left out with its reason."""
    states = [layout.DONE]
    if not standard.policy.require_evidence:
        states.append(layout.NO_EVIDENCE)
    if standard.prorates:
        states.append(layout.LEFT_OUT)
    return tuple(states)


def base(standard: Standard) -> str:
    """Return 基础得分: the points earned, prorated if indicators are left out (rule 7)."""
    earned = f"SUM({RATINGS}{ratings_range(standard, 'score')})"
    if not standard.prorates:
        return "=" + rounded(earned)
    column = RATINGS + ratings_range(standard, "state")
    left_out = (
        f"SUMPRODUCT(({column}={quoted(layout.LEFT_OUT)})+({column}={quoted(layout.NO_REASON)}),"
        f"{RATINGS}{ratings_range(standard, 'weight')})"
    )
    whole = plain(standard.total)
    prorated = rounded(f"{earned}*{whole}/({whole}-{left_out})")
    return f"=IF({left_out}=0,{rounded(earned)},IF({left_out}>={whole},0,{prorated}))"


def final() -> str:
    """Return 最终得分: base - deductions + bonus, never below 0 (rule 1)."""
    points, less, more = (panel_cell(name) for name in ("base", "deductions", "bonus"))
    return f"=MAX(0,{rounded(f'{points}-{less}+{more}')})"


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
    return choice(steps, quoted(standard.not_passed.label))


def reason(standard: Standard) -> str:
    """Return 未通过原因: one or both of the fail reasons, kept apart (rule 3)."""
    fails = {
        FailReason.BELOW_MINIMUM: (f"{panel_cell('final')}<{plain(standard.lowest_level.minimum)}"),
        FailReason.DEDUCTION_LIMIT: (
            f"{panel_cell('deductions')}>{plain(standard.special.deduction.limit)}"
        ),
    }
    low, over = (f'IF({test},{quoted(reason_text(r, standard))},"")' for r, test in fails.items())
    both = f'IF(AND({",".join(fails.values())}),{quoted(REASONS_APART)},"")'
    is_open = f"{panel_cell('level')}={quoted(layout.INCOMPLETE_LEVEL)}"
    return f'=IF({is_open},"",{low}&{both}&{over})'


def _open_count(standard: Standard) -> str:
    """Count the entries that still prevent a level: unrated rows, incomplete special items."""
    finished = _counted(standard, *finished_states(standard))
    count = len(standard.indicators)
    unrated = f"({count}-{finished})"
    if not standard.prorates:
        return f"({unrated}+{special_open()})"
    none_left = f"({_counted(standard, layout.LEFT_OUT)}={count})"
    return f"({unrated}+{special_open()}+{none_left})"


def completion(standard: Standard) -> str:
    """Return 完成度: ``48/50（96%）``."""
    finished, count = _counted(standard, *finished_states(standard)), len(standard.indicators)
    return f'={finished}&"/{count}（"&TEXT(INT({finished}*100/{count}),"0")&"%）"'


NOTHING_MISSING = "已齐"
ALL_THERE, SOMETHING_MISSING = "资料齐全，可以提交", "请补齐以下内容："


def missing(standard: Standard) -> tuple[str, ...]:
    """Return the formulas beside 尚缺: the summary line, then a line per kind."""
    lines = [
        absolute(layout.MISSING_ROW + 1 + n, layout.PANEL_VALUE_COLUMN)
        for n in range(len(layout.MISSING_KINDS))
    ]
    nothing = ",".join(f"{line}={quoted(NOTHING_MISSING)}" for line in lines)
    summary = f"=IF(AND({nothing}),{quoted(ALL_THERE)},{quoted(SOMETHING_MISSING)})"
    return (summary, _missing_cover(), _missing_ratings(standard), *_missing_rest(standard))


def _listed(parts: list[str]) -> str:
    """Join texts that each end in 、, or return the text for none."""
    joined = "&".join(parts)
    return f"=IF(LEN({joined})=0,{quoted(NOTHING_MISSING)},LEFT({joined},LEN({joined})-1))"


def _missing_cover() -> str:
    required = [field for field in COVER_FIELDS if field.required]
    return _listed([f'IF({is_missing(f.key)},{quoted(f.label + "、")},"")' for f in required])


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
    entries = special_open()
    none = quoted(NOTHING_MISSING)
    return (
        f'=IF({bare}=0,{none},{bare}&" 项已评指标未填审核证据")',
        f'=IF({entries}=0,{none},{entries}&" 项未填完整")',
    )
