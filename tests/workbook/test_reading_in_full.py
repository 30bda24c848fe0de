"""What reading says of a workbook, word for word: place, clause, what is there, what was due."""

from __future__ import annotations

from typing import Any

import pytest
from altering import (
    Raw,
    answers,
    built_in,
    entry_cell,
    error,
    filled,
    judged,
    openpyxl_edit,
    panel_cell,
    put,
    rating_cell,
    sheet_part,
    with_parts,
)

from cts_excel.audit.findings import Severity
from cts_excel.audit.outcome import Outcome
from cts_excel.files.numbers import plain
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.answers import SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.ooxml.addresses import cell_address, column_letters
from cts_excel.workbook.read_audit import NotReadableError, read_audit

COVER, RATINGS, SPECIAL, RUBRIC, IDENTITY = layout.SHEETS
STANDARD = built_in()
FIRST, SECOND = STANDARD.indicators[:2]
BANDS = tuple(band.label for band in STANDARD.bands)
HEADER = layout.RATING_HEADER_ROW + 1
LETTERS = {name: column_letters(layout.RATING_COLUMN[name]) for name in layout.RATING_HEADING}
SPECIAL_LETTERS = {
    name: column_letters(layout.SPECIAL_COLUMN[name]) for name in layout.SPECIAL_HEADING
}
HEADING = dict(layout.SPECIAL_COLUMNS)
DEDUCTION_HEADER, BONUS_HEADER = layout.DEDUCTION_FIRST_ROW, layout.BONUS_FIRST_ROW  # 1-based
ENTRY = SpecialAnswer(
    STANDARD.special.deduction.categories[0], "5.1.2.2", "未按期退换", "记录 7", "整改中"
)
Said = tuple[str, str, str, str, str, str]


def outcome_of(content: bytes) -> Outcome:
    return judged(content)


def said(content: bytes) -> list[Said]:
    """Return what reading found: no alterations, no totals."""
    return [
        (str(f.code), f.sheet, f.cell, f.clause, f.found, f.expected)
        for f in judged(content).findings
        if f.code[0] not in "AT"
    ]


def edited(edit: Any) -> bytes:
    return openpyxl_edit(filled(), edit)


# -- 评分表 --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "code", "found", "expected"),
    [
        ("weight", 90, "W11", "90", plain(FIRST.weight)),
        ("weight", "重", "W11", "重", plain(FIRST.weight)),
        ("weight", None, "W11", "", plain(FIRST.weight)),
        ("band", "优", "R05", "优", "、".join(BANDS)),
        ("band", error("#N/A"), "R07", "#N/A", ""),
        ("band", "不适用", "R16", "不适用", ""),
        ("percent", error("#DIV/0!"), "R07", "#DIV/0!", BANDS[-1]),
        ("percent", 1.05, "R11", "105%", BANDS[-1]),
        ("percent", -0.1, "R10", "-10%", BANDS[-1]),
        ("percent", 0.5, "R03", "50%", BANDS[-1]),
        ("percent", 50, "R03", "50", BANDS[-1]),
        ("percent", 101, "R11", "101", BANDS[-1]),
        ("percent", "八十五", "R06", "八十五", BANDS[-1]),
        ("percent", 85, "R13", "85", "85%"),
        ("percent", True, "R08", "TRUE", BANDS[-1]),
        ("percent", Raw("", "<f>17/20</f><v>0.85</v>"), "R20", "=17/20", ""),
        ("evidence", error("#REF!"), "R07", "#REF!", ""),
        ("evidence", Raw(' t="str"', "<f>I5</f><v>x</v>"), "R20", "=I5", ""),
    ],
)
def test_a_cell_of_an_indicator(
    column: str, value: Any, code: str, found: str, expected: str
) -> None:
    at = rating_cell(column)
    content = put(filled(), RATINGS, {at: value})
    assert (code, RATINGS, at, FIRST.clause, found, expected) in said(content)


def test_a_stated_score_that_is_no_number() -> None:
    at = rating_cell("score")
    content = put(filled(), RATINGS, {at: "满分"})
    found = [(f.code, f.cell, f.clause, f.found) for f in judged(content).findings]
    assert ("T06", at, FIRST.clause, "满分") in found


def test_an_altered_wording_shows_the_difference() -> None:
    at = rating_cell("text")
    content = put(filled(), RATINGS, {at: FIRST.text + "等"})
    ((code, sheet, cell, clause, found, expected),) = said(content)
    assert (code, sheet, cell, clause) == ("W12", RATINGS, at, FIRST.clause)
    assert found.endswith("[+等]")
    assert expected == FIRST.text


def test_a_percentage_beside_not_applicable() -> None:
    from msgspec.structs import replace

    from cts_excel.standard.model import NotApplicable

    policy = replace(STANDARD.policy, not_applicable=NotApplicable.PRORATE)
    prorating = replace(STANDARD, policy=policy)
    band, percent = rating_cell("band"), rating_cell("percent")
    outcome = judged(put(filled(), RATINGS, {band: "不适用"}), prorating)
    (surplus,) = [f for f in outcome.findings if f.cell == percent]
    assert (surplus.sheet, surplus.clause, surplus.found) == (RATINGS, FIRST.clause, "0.85")
    assert surplus.severity is Severity.ERROR
    assert outcome.audit
    rating = outcome.audit.ratings[0]
    assert (rating.band, rating.percent, rating.not_applicable, rating.faulty) == (
        "", None, True, True,
    )  # fmt: skip
    alone = judged(put(filled(), RATINGS, {band: "不适用", percent: None}), prorating)
    assert alone.audit
    rating = alone.audit.ratings[0]
    assert (rating.percent, rating.not_applicable, rating.faulty) == (None, True, False)


def test_what_a_rating_holds() -> None:
    outcome = outcome_of(filled())
    assert outcome.audit
    for number, (rating, indicator) in enumerate(
        zip(outcome.audit.ratings, STANDARD.indicators, strict=True)
    ):
        assert (rating.clause, rating.band, str(rating.percent)) == (
            indicator.clause, BANDS[-1], "0.85",
        )  # fmt: skip
        assert rating.evidence == "查阅记录"
        assert rating.row == layout.RATING_FIRST_ROW + 1 + number
        assert rating.stated_score == indicator.weight * rating.percent
        assert not rating.faulty
        assert not rating.not_applicable
    columns = outcome.audit.columns
    assert columns._asdict() == {name: LETTERS[name] for name in columns._fields}


@pytest.mark.parametrize("name", ["section", "group", "text", "weight", "score", "state"])
def test_a_missing_column_that_no_grade_needs(name: str) -> None:
    """One heading gone and the rest in place is a lost heading; three gone are missing columns."""
    at = f"{LETTERS[name]}{HEADER}"
    content = put(filled(), RATINGS, {at: None})
    assert said(content) == [("W19", RATINGS, at, "", "", layout.RATING_HEADING[name])]


def test_columns_whose_headings_are_all_gone() -> None:
    names = ("weight", "score", "evidence")
    content = put(filled(), RATINGS, {f"{LETTERS[n]}{HEADER}": None for n in names})
    missing = [f for f in judged(content).findings if f.code == "W14"]
    assert [(f.sheet, f.cell, f.expected, f.severity) for f in missing] == [
        (RATINGS, "", layout.RATING_HEADING["evidence"], Severity.ERROR),
        (RATINGS, "", layout.RATING_HEADING["weight"], Severity.WARNING),
        (RATINGS, "", layout.RATING_HEADING["score"], Severity.WARNING),
    ]
    audit = judged(content).audit
    assert audit
    assert {(r.evidence, r.stated_score) for r in audit.ratings} == {("", None)}


def test_a_sheet_without_a_header_row() -> None:
    content = put(filled(), RATINGS, {f"{x}{HEADER}": None for x in LETTERS.values()})
    found = [one for one in said(content) if one[0] == "W14"]
    assert found == [("W14", RATINGS, "", "", "", layout.RATING_HEADING["clause"])]


def test_a_repeated_heading_names_both_places() -> None:
    heading = layout.RATING_HEADING["percent"]
    second = f"{LETTERS['score']}{HEADER}"
    content = put(filled(), RATINGS, {second: heading})
    found = [one for one in said(content) if one[0] == "W16"]
    places = f"{LETTERS['percent']}{HEADER}、{second}"
    assert found == [("W16", RATINGS, second, "", places, heading)]


def test_moved_columns_are_listed() -> None:
    content = edited(lambda w: w[RATINGS].insert_cols(layout.RATING_COLUMN["score"] + 1))
    (moved,) = [one for one in said(content) if one[0] == "W17"]
    names = ("score", "evidence")
    now = [column_letters(layout.RATING_COLUMN[name] + 1) for name in names]
    shown = "、".join(f"{layout.RATING_HEADING[n]} {at}" for n, at in zip(names, now, strict=True))
    assert moved == ("W17", RATINGS, f"A{HEADER}", "", shown, "")


def test_a_header_row_further_down_is_the_one_with_most_headings() -> None:
    def move(workbook: Any) -> None:
        workbook[RATINGS].insert_rows(1, 5)
        for n, (_name, heading) in enumerate(layout.RATING_COLUMNS[:4], start=1):
            workbook[RATINGS].cell(2, n).value = heading

    outcome = judged(edited(move))
    assert outcome.audit
    assert outcome.audit.ratings[0].row == layout.RATING_FIRST_ROW + 6
    assert outcome.score == judged(filled()).score


def test_moved_rows_show_the_first_three() -> None:
    content = edited(lambda w: w[RATINGS].insert_rows(HEADER + 1, 2))
    (moved,) = [one for one in said(content) if one[0] == "W07"]
    first = HEADER + 3
    clause = LETTERS["clause"]
    shown = "、".join(
        f"{i.clause} {clause}{first + n}" for n, i in enumerate(STANDARD.indicators[:3])
    )
    more = f"… ({len(STANDARD.indicators)})"
    assert moved == ("W07", RATINGS, f"{clause}{first}", "", shown + more, "")


@pytest.mark.parametrize("moving", [1, 3, 4])
def test_of_many_moved_rows_three_are_shown_and_all_counted(moving: int) -> None:
    first = layout.rating_last_row(STANDARD) + 2 - moving
    content = edited(lambda w: w[RATINGS].insert_rows(first))
    (moved,) = [one for one in said(content) if one[0] == "W07"]
    shown = "、".join(
        f"{i.clause} {LETTERS['clause']}{first + 1 + n}"
        for n, i in enumerate(STANDARD.indicators[-moving:][:3])
    )
    assert moved[4] == shown + ("… (4)" if moving == 4 else "")


def test_a_percentage_that_is_none_and_has_no_band() -> None:
    band, percent = rating_cell("band"), rating_cell("percent")
    content = put(filled(), RATINGS, {band: None, percent: "八十五"})
    assert said(content) == [
        ("R04", RATINGS, band, FIRST.clause, "八十五", ""),
        ("R06", RATINGS, percent, FIRST.clause, "八十五", ""),
    ]


def test_a_missing_and_a_repeated_clause() -> None:
    second = rating_cell("clause", 1)
    copied = {second: FIRST.clause, rating_cell("text", 1): FIRST.text}
    content = put(filled(), RATINGS, copied)
    places = f"{rating_cell('clause')}、{second}"
    assert [one for one in said(content) if one[0] in ("W08", "W09")] == [
        ("W08", RATINGS, "", SECOND.clause, "", SECOND.clause),
        ("W09", RATINGS, second, FIRST.clause, places, ""),
    ]


def test_an_altered_clause_number() -> None:
    at = rating_cell("clause", 1)
    for value, found in (("5.9.9.9", "5.9.9.9"), ("别的", "别的"), (None, "")):
        content = put(filled(), RATINGS, {at: value})
        assert said(content) == [("W20", RATINGS, at, SECOND.clause, found, SECOND.clause)]


def test_an_unknown_clause_and_an_answer_without_one() -> None:
    row = layout.RATING_FIRST_ROW + len(STANDARD.indicators) + 1

    def add(workbook: Any) -> None:
        sheet = workbook[RATINGS]
        sheet[f"{LETTERS['clause']}{row}"] = "5.9.9.9"
        sheet[f"{LETTERS['band']}{row}"] = BANDS[0]
        sheet[f"{LETTERS['band']}{row + 1}"] = BANDS[0]
        sheet[f"{LETTERS['band']}{row + 2}"] = "备注"

    assert said(edited(add)) == [
        ("W10", RATINGS, f"{LETTERS['clause']}{row}", "", "5.9.9.9", ""),
        ("W10", RATINGS, f"{LETTERS['band']}{row + 1}", "", f"{row + 1}: {BANDS[0]}", ""),
    ]


def test_a_heading_among_the_clauses_is_no_unknown_clause() -> None:
    row = layout.RATING_FIRST_ROW + len(STANDARD.indicators) + 1
    for clause in (STANDARD.groups[0].clause, STANDARD.sections[0].clause):
        content = edited(lambda w, c=clause: w[RATINGS].__setitem__(f"{LETTERS['clause']}{row}", c))
        assert said(content) == []


# -- 封面 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "value", "code", "found", "expected"),
    [
        ("企业名称", None, "C01", "", "企业名称"),
        ("企业名称", error("#N/A"), "C06", "#N/A", "企业名称"),
        ("企业名称", True, "C06", "TRUE", "企业名称"),
        ("项目编号", 1234567890123456, "C06", "1.23456789012346E+15", "项目编号"),
        ("审核类型", "年度审核", "C05", "年度审核", None),
        ("统一社会信用代码", "91310000775785552X", "C04", "91310000775785552X", ""),
        ("企业名称", Raw(' t="str"', "<f>A1</f><v>甲</v>"), "R20", "=A1", ""),
    ],
)
def test_an_entry_of_the_cover(
    label: str, value: Any, code: str, found: str, expected: str | None
) -> None:
    at = entry_cell(label)
    hits = [one for one in said(put(filled(), COVER, {at: value})) if one[0] == code]
    ((_code, sheet, cell, _clause, shown, due),) = hits
    assert (sheet, cell, shown) == (COVER, at, found)
    if expected is None:
        assert "初次认证" in due.split("、")
    else:
        assert due == expected


def test_the_results_that_a_cover_shows() -> None:
    outcome = judged(filled())
    assert outcome.audit
    stated = outcome.audit.stated
    assert (stated.base, stated.deductions, stated.bonus, stated.final) == (85, 0, 0, 85)
    assert (stated.level, stated.calculated) == ("三星级", True)
    for name in ("base", "deductions", "bonus", "final", "level"):
        assert outcome.audit.cover_cells[f"stated_{name}"] == panel_cell(name)


@pytest.mark.parametrize("name", ["base", "deductions", "bonus", "final", "level"])
def test_a_stated_result_of_the_wrong_kind(name: str) -> None:
    value: Any = 3 if name == "level" else "多"
    content = put(filled(), COVER, {panel_cell(name): value})
    found = [(f.code, f.sheet, f.cell, f.found) for f in judged(content).findings]
    assert ("T06", COVER, panel_cell(name), str(value)) in found


def test_an_incomplete_level_is_no_level() -> None:
    content = put(filled(), COVER, {panel_cell("level"): layout.INCOMPLETE_LEVEL})
    outcome = judged(content)
    assert outcome.audit
    assert outcome.audit.stated.level == ""


def label_cell(label: str) -> str:
    column, row = entry_cell(label)[0], entry_cell(label)[1:]
    return f"{chr(ord(column) - 1)}{row}"


def test_two_labels_may_be_gone_and_three_not() -> None:
    labels = ["企业名称", "项目编号", "评审员"]
    two = judged(put(filled(), COVER, {label_cell(x): None for x in labels[:2]}))
    assert [(f.code, f.sheet, f.cell, f.expected) for f in two.findings if f.code == "W19"] == [
        ("W19", COVER, label_cell(x), x) for x in labels[:2]
    ]
    assert two.audit
    assert two.audit.cover == judged(filled()).audit.cover  # type: ignore[union-attr]
    three = judged(put(filled(), COVER, {label_cell(x): None for x in labels}))
    assert sorted((f.cell, f.expected) for f in three.findings if f.code == "W19") == sorted(
        ("", x) for x in labels
    )
    assert three.audit
    assert three.audit.cover.organisation == ""


def test_a_label_that_stands_twice() -> None:
    at = label_cell("评审员")

    def edit(workbook: Any) -> None:
        workbook[COVER][at] = None
        workbook[COVER]["H3"] = workbook[COVER]["H9"] = "评审员"

    (twice,) = [one for one in said(edited(edit)) if one[0] == "W18"]
    assert twice == ("W18", COVER, "H9", "", "H3、H9", "")


def test_a_label_that_moved_takes_its_entry_along() -> None:
    def edit(workbook: Any) -> None:
        sheet = workbook[COVER]
        sheet[label_cell("评审员")] = None
        sheet["H3"], sheet["I3"] = " 评审员：*", "王五"

    outcome = judged(edited(edit))
    assert outcome.audit
    assert outcome.audit.cover.assessor == "王五"
    assert outcome.audit.cover_cells["assessor"] == "I3"


# -- 特别项 --------------------------------------------------------------------------------------


def special(*entries: SpecialAnswer, **cells: Any) -> bytes:
    content = filled_bytes(STANDARD, answers(deductions=entries))
    return put(content, SPECIAL, cells) if cells else content


def special_cell(name: str, number: int = 0) -> str:
    return cell_address(layout.DEDUCTION_FIRST_ROW + number, layout.SPECIAL_COLUMN[name])


def test_the_fields_of_an_entry() -> None:
    outcome = judged(special(ENTRY, ENTRY))
    assert outcome.audit
    first, second = outcome.audit.deductions
    assert (first.number, first.category, first.clause, first.description) == (
        1, ENTRY.category, "5.1.2.2", "未按期退换",
    )  # fmt: skip
    assert (first.evidence, first.rectification, first.complete) == ("记录 7", "进行中", True)
    assert (first.row, second.row, second.number) == (
        layout.DEDUCTION_FIRST_ROW + 1, layout.DEDUCTION_FIRST_ROW + 2, 2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "code", "found", "expected"),
    [
        ("category", "别的", "S02", "别的", "；".join(STANDARD.special.deduction.categories)),
        ("clause", "5.1.2.2、9.9.9", "S06", "5.1.2.2、9.9.9", ""),
        ("description", None, "S01", "", HEADING["description"]),
        ("evidence", None, "S01", "", HEADING["evidence"]),
        ("evidence", error("#VALUE!"), "S07", "#VALUE!", ""),
    ],
)
def test_a_cell_of_an_entry(name: str, value: Any, code: str, found: str, expected: str) -> None:
    at = special_cell(name)
    assert (code, SPECIAL, at, "", found, expected) in said(special(ENTRY, **{at: value}))


def formula(result: str, kind: str = ' t="str"') -> Raw:
    return Raw(kind, f"<f>A1</f><v>{result}</v>")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("category", formula(ENTRY.category)),
        ("clause", formula(ENTRY.clause)),
        ("description", formula("某某")),
        ("evidence", formula("某某")),
        ("measure", formula("某某")),
        ("responsible", formula("某某")),
        ("due", formula("45950", "")),
        ("rectification", formula(layout.UNDER_WAY)),
        ("verifier", formula("某某")),
        ("verified_on", formula("45950", "")),
    ],
)
def test_a_cell_of_an_entry_that_is_a_formula(name: str, value: Raw) -> None:
    at = special_cell(name)
    assert said(special(ENTRY, **{at: value})) == [("R20", SPECIAL, at, "", "=A1", "")]


def test_a_formula_with_an_unknown_state_is_one_finding() -> None:
    """That it is a formula is an echo: another answer is wanted in any case."""
    at = special_cell("rectification")
    choices = "、".join(layout.RECTIFICATIONS)
    content = special(ENTRY, **{at: formula("x")})
    assert said(content) == [("S09", SPECIAL, at, "", "x", choices)]


def test_two_lacking_fields_are_named_together() -> None:
    content = special(ENTRY, **{special_cell(n): None for n in ("category", "evidence")})
    lacking = f"{HEADING['category']}、{HEADING['evidence']}"
    assert said(content) == [("S01", SPECIAL, special_cell("category"), "", "", lacking)]


@pytest.mark.parametrize(
    "clause", ["5.1.2.2", "5.1.2.2、5.1.1.1", "5.1.2.2,5.1.1.1；5.1", "5.1.2 5", "", "5.1.2.2\n5.1"]
)
def test_clauses_of_an_entry_in_any_writing(clause: str) -> None:
    content = special(ENTRY, **{special_cell("clause"): clause or None})
    known = {"5": "5" in STANDARD.section_by_clause}
    codes = [one[0] for one in said(content)]
    assert codes == (["S06"] if " 5" in clause and not known["5"] else [])


def test_an_entry_with_only_a_rectification_is_an_entry() -> None:
    content = special(**{special_cell("rectification", 3): "整改中"})
    outcome = judged(content)
    assert outcome.audit
    (entry,) = outcome.audit.deductions
    assert (entry.row, entry.complete) == (layout.DEDUCTION_FIRST_ROW + 4, False)


def test_a_lost_heading_of_a_block() -> None:
    at = f"{SPECIAL_LETTERS['evidence']}{DEDUCTION_HEADER}"
    content = put(special(ENTRY), SPECIAL, {at: "别的"})
    assert ("W19", SPECIAL, at, "", "", HEADING["evidence"]) in said(content)
    outcome = judged(content)
    assert outcome.audit
    assert outcome.audit.deductions[0].evidence == "记录 7"


def test_a_repeated_heading_of_a_block() -> None:
    at = f"{SPECIAL_LETTERS['points']}{DEDUCTION_HEADER}"
    content = put(special(ENTRY), SPECIAL, {at: HEADING["evidence"]})
    twice = f"{SPECIAL_LETTERS['evidence']}、{SPECIAL_LETTERS['points']}"
    assert ("W16", SPECIAL, at, "", twice, HEADING["evidence"]) in said(content)


def test_three_lost_headings_are_missing_columns() -> None:
    names = ("evidence", "rectification", "points")
    gone = {f"{SPECIAL_LETTERS[n]}{DEDUCTION_HEADER}": None for n in names}
    missing = [one for one in said(put(special(ENTRY), SPECIAL, gone)) if one[0] == "W14"]
    assert missing == [
        ("W14", SPECIAL, "", "", "", HEADING[n]) for n in ("evidence", "rectification")
    ]


def test_a_block_that_is_gone() -> None:
    gone = {f"{SPECIAL_LETTERS[x]}{BONUS_HEADER}": None for x, _h in layout.BONUS_COLUMNS}
    title = STANDARD.special.bonus.title
    content = put(filled(), SPECIAL, gone)
    assert ("W14", SPECIAL, "", "", "", title) in said(content)


def test_a_block_that_stands_twice() -> None:
    def edit(workbook: Any) -> None:
        sheet = workbook[SPECIAL]
        sheet["A40"] = STANDARD.special.bonus.title
        for n, (_name, heading) in enumerate(layout.SPECIAL_COLUMNS, start=1):
            sheet.cell(41, n).value = heading
        sheet["D42"] = "不读"

    title = STANDARD.special.bonus.title
    assert ("W15", SPECIAL, "A41", "", title, "") in said(edited(edit))


def test_a_third_block_without_a_title_is_ambiguous() -> None:
    def edit(workbook: Any) -> None:
        for n, (_name, heading) in enumerate(layout.SPECIAL_COLUMNS, start=1):
            workbook[SPECIAL].cell(41, n).value = heading

    assert ("W18", SPECIAL, "A41", "", "A41", "") in said(edited(edit))


# -- sheets ----------------------------------------------------------------------------------------


def test_renamed_sheets() -> None:
    def edit(workbook: Any) -> None:
        workbook[RATINGS].title = "打分"
        workbook[SPECIAL].title = "特殊"

    assert [one for one in said(edited(edit)) if one[0] == "W05"] == [
        ("W05", "打分", "", "", "打分", RATINGS), ("W05", "特殊", "", "", "特殊", SPECIAL),
    ]  # fmt: skip


def test_missing_sheets() -> None:
    for sheet in (COVER, SPECIAL):
        missing = [
            one for one in said(edited(lambda w, s=sheet: w.remove(w[s]))) if one[0] == "W04"
        ]
        assert missing == [("W04", "", "", "", "", sheet)]
    outcome = judged(edited(lambda w: w.remove(w[RUBRIC])))
    assert [(f.code, f.expected, f.severity) for f in outcome.findings if f.code == "W04"] == [
        ("W04", RUBRIC, Severity.NOTICE)
    ]


def test_reordered_sheets() -> None:
    content = edited(lambda w: w.move_sheet(RATINGS, offset=-1))
    order = "、".join((RATINGS, COVER, SPECIAL, IDENTITY))
    assert [one for one in said(content) if one[0] == "W06"] == [
        ("W06", "", "", "", order, "、".join(layout.SHEETS))
    ]


def test_a_copied_sheet_names_both() -> None:
    content = edited(lambda w: w.copy_worksheet(w[RATINGS]))
    (twice,) = [one for one in said(content) if one[0] == "W15"]
    assert twice[:4] == ("W15", RATINGS, "", "")
    assert twice[4].split("、")[0] == RATINGS
    assert len(twice[4].split("、")) == 2


def test_sheets_whose_names_differ_in_case_only() -> None:
    edit = {"xl/workbook.xml": lambda xml: xml.replace(f'name="{RUBRIC}"', f'name="{RATINGS}"')}
    twice = [one for one in said(with_parts(filled(), edit)) if one[4] == f"2 × {RATINGS}"]
    assert twice == [("W18", RATINGS, "", "", f"2 × {RATINGS}", "")]


def test_ambiguous_cells_are_told_with_the_sheet() -> None:
    again = '<c r="H4"><v>0.9</v></c><c r="I4"'
    content = with_parts(
        filled(), {sheet_part(RATINGS): lambda xml: xml.replace('<c r="I4"', again, 1)}
    )
    at = rating_cell("percent")
    assert [one for one in said(content) if one[0] == "W18"] == [
        ("W18", RATINGS, "", "", f"2 × {at}", ""),
        ("W18", RATINGS, at, FIRST.clause, f"2 × {at}", BANDS[-1]),
    ]


def test_what_is_not_ours_names_its_sheets() -> None:
    def strip(workbook: Any) -> None:
        for number in range(9):
            workbook.create_sheet(f"表{number}")
        for name in layout.SHEETS:
            workbook.remove(workbook[name])

    content = with_parts(edited(strip), {"docProps/custom.xml": None})
    with pytest.raises(NotReadableError) as caught:
        read_audit(content, STANDARD)
    assert caught.value.reason == "F02"
    assert caught.value.found == "、".join(f"表{number}" for number in range(8))
    assert caught.value.expected == f"“{RATINGS}”"


def test_properties_alone_make_a_workbook_ours() -> None:
    def strip(workbook: Any) -> None:
        workbook.create_sheet("表")
        for name in layout.SHEETS:
            workbook.remove(workbook[name])

    outcome = judged(edited(strip))
    assert {f.expected for f in outcome.findings if f.code == "W04"} == set(layout.SHEETS[:4])
