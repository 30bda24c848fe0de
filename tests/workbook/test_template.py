"""The issued workbook: what is locked, what is checked, what it says, the same to the byte."""

from __future__ import annotations

import os
import re
import time
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from form_cells import cover_input, indicator_rows, panel_value, rating_cell
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cts_excel.audit.cover import COVER_FIELDS
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.workbook.form import layout, style
from cts_excel.workbook.form.answers import Answers, RatingAnswer, SpecialAnswer
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.form.template import template_bytes, write_template
from cts_excel.workbook.ooxml.addresses import cell_address, column_letters

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "data" / "small_standard.toml"


@pytest.fixture(scope="module", params=["built-in", "small"])
def standard(request: pytest.FixtureRequest) -> Standard:
    return load_standard(SMALL if request.param == "small" else None)


@pytest.fixture(scope="module")
def book(standard: Standard) -> openpyxl.Workbook:
    return opened(template_bytes(standard))


def opened(content: bytes, *, values: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(content), data_only=values)


def rating_column(sheet: Worksheet, rows: range, name: str) -> list[Any]:
    """Return the cells of a column of 评分表 in 1-based rows."""
    return [sheet.cell(row, layout.RATING_COLUMN[name] + 1) for row in rows]


def inputs(standard: Standard) -> set[tuple[str, str]]:
    """Return every input cell of the contract."""
    cover = {(layout.COVER, cover_input(field.key)) for field in COVER_FIELDS}
    ratings = {
        (layout.RATINGS, rating_cell(standard, i.clause, name))
        for i in standard.indicators
        for name in ("band", "percent", "evidence")
    }
    blocks = (
        (range(layout.DEDUCTION_FIRST_ROW, layout.DEDUCTION_TOTAL_ROW), layout.SPECIAL_INPUTS),
        (range(layout.BONUS_FIRST_ROW, layout.BONUS_TOTAL_ROW), layout.BONUS_INPUTS),
    )
    special = {
        (layout.SPECIAL, cell_address(row, layout.SPECIAL_COLUMN[name]))
        for rows, names in blocks
        for row in rows
        for name in names
    }
    signed = {(layout.COVER, cell) for cell in layout.signature_dates()}
    return cover | ratings | special | signed


def test_sheets_stand_in_order_and_the_identity_is_very_hidden(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["封面", "评分表", "特别项", "评分说明", "_cts"]
    assert [s.sheet_state for s in book] == ["visible"] * 4 + ["veryHidden"]


def test_exactly_the_input_cells_are_unlocked(book: openpyxl.Workbook, standard: Standard) -> None:
    unlocked = {
        (sheet.title, c.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for c in row
        if not c.protection.locked
    }
    assert unlocked == inputs(standard)


def test_every_sheet_is_protected_without_a_password(book: openpyxl.Workbook) -> None:
    for sheet in book:
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        assert sheet.protection.insertRows  # true means: not allowed
        assert not sheet.protection.autoFilter


def test_no_input_cell_is_merged(book: openpyxl.Workbook, standard: Standard) -> None:
    merged = {
        (sheet.title, cell_address(row - 1, column - 1))
        for sheet in book
        for area in sheet.merged_cells.ranges
        for row, column in area.cells
    }
    assert not merged & inputs(standard)


def test_cover_has_each_label_left_of_its_input(book: openpyxl.Workbook) -> None:
    cover = book["封面"]
    for field in COVER_FIELDS:
        assert cover[cover_input(field.key)].offset(column=-1).value == field.label
    for field, label in layout.PANEL:
        value = cover[panel_value(field)]
        assert value.offset(column=-1).value == label
        assert str(value.value).startswith("=")


def test_ratings_have_the_ten_headings_once_and_one_row_per_indicator(
    book: openpyxl.Workbook, standard: Standard
) -> None:
    sheet = book["评分表"]
    row = sheet[layout.RATING_HEADER_ROW + 1]
    headings = [cell.value for cell in row[: len(layout.RATING_COLUMNS)]]
    assert {*headings} == {
        *("一级指标", "二级指标", "条款", "检查内容", "分值"),
        *("评分档", "评分比例", "得分", "审核证据", "状态"),
    }
    assert headings == [heading for _name, heading in layout.RATING_COLUMNS]
    rows = indicator_rows(standard)
    columns = ("section", "group", "clause", "text", "weight")
    cells = zip(*(rating_column(sheet, rows, name) for name in columns), strict=True)
    for indicator, found in zip(standard.indicators, cells, strict=True):
        assert [cell.value for cell in found] == [
            standard.section_of(indicator.clause).label,
            standard.group_of(indicator.clause).label,
            indicator.clause,
            indicator.text,
            pytest.approx(float(indicator.weight), abs=0),
        ]


def test_sums_stand_outside_the_filter_with_a_blank_row_between(
    book: openpyxl.Workbook, standard: Standard
) -> None:
    sheet = book["评分表"]
    last = layout.rating_last_row(standard) + 1
    corner = cell_address(last - 1, len(layout.RATING_COLUMNS) - 1)
    assert sheet.auto_filter.ref == f"{cell_address(layout.RATING_HEADER_ROW, 0)}:{corner}"
    assert all(cell.value is None for cell in sheet[last + 1])
    sums = rating_column(sheet, range(last + 3, sheet.max_row + 1), "score")
    assert len(sums) == len(standard.groups) + len(standard.sections) + 1
    assert all(str(cell.value).startswith("=ROUND(") for cell in sums)


def test_stated_weights_of_the_sums_follow_the_standard(standard: Standard) -> None:
    sheet = opened(template_bytes(standard), values=True)["评分表"]
    rows = range(layout.rating_last_row(standard) + 4, sheet.max_row + 1)
    labels, weights = (
        [cell.value for cell in rating_column(sheet, rows, name)] for name in ("text", "weight")
    )
    shown = dict(zip(labels, weights, strict=True))
    expected = {h.label: float(h.weight) for h in (*standard.sections, *standard.groups)}
    assert shown == {**expected, "合计": float(standard.total)}


def rules(sheet: Worksheet) -> list[DataValidation]:
    return list(sheet.data_validations.dataValidation)


def test_every_input_of_a_sheet_has_a_rule_with_prompt_and_alert(
    book: openpyxl.Workbook, standard: Standard
) -> None:
    covered: set[tuple[str, str]] = set()
    for sheet in book:
        for rule in rules(sheet):
            assert rule.prompt
            assert rule.error
            assert len(rule.prompt) <= 255
            assert len(rule.error) <= 255
            assert len(rule.promptTitle) <= 32
            assert len(rule.errorTitle) <= 32
            assert all(len(f or "") <= 255 for f in (rule.formula1, rule.formula2))
            for area in rule.sqref.ranges:
                covered |= {(sheet.title, cell_address(r - 1, c - 1)) for r, c in area.cells}
    assert covered == inputs(standard)


def test_dropdowns_offer_what_the_policy_allows(
    book: openpyxl.Workbook, standard: Standard
) -> None:
    labels = [band.label for band in standard.bands]
    expected = [*labels, "不适用"] if standard.prorates else labels
    assert listed(book, "cts_band_choices") == expected
    assert listed(book, "cts_bands") == labels
    assert listed(book, "cts_clauses") == [i.clause for i in standard.indicators]
    categories = list(standard.special.deduction.categories)
    assert listed(book, "cts_deduction_categories") == categories
    sources = {rule.formula1 for sheet in book for rule in rules(sheet) if rule.type == "list"}
    assert sources == {
        "cts_band_choices",
        "cts_clauses",
        "cts_deduction_categories",
        "cts_bonus_categories",
        "cts_rectifications",
        "cts_audit_types",
        "cts_audit_methods",
        "cts_provinces",
    }


def listed(book: openpyxl.Workbook, name: str) -> list[object]:
    ((sheet, reference),) = book.defined_names[name].destinations
    return [c.value for (c,) in book[sheet][reference]]


def test_the_percentage_rule_follows_the_chosen_band(book: openpyxl.Workbook) -> None:
    (rule,) = [r for r in rules(book["评分表"]) if r.type == "decimal"]
    assert rule.operator in (None, "between")
    rank = f"${cell_address(layout.RATING_FIRST_ROW, layout.RATING_COLUMN['rank'])}"
    assert rule.formula1 == f"IF({rank}=0,0,INDEX(cts_band_low,{rank}))"
    assert rule.formula2 == f"IF({rank}=0,1,INDEX(cts_band_high,{rank}))"


def test_the_points_of_every_band_stand_above_the_table(
    book: openpyxl.Workbook, standard: Standard
) -> None:
    """A frozen line shows them whatever row is active; the prompts are short: they cover rows."""
    sheet = book["评分表"]
    legend = sheet.cell(layout.LEGEND_ROW + 1, 1).value
    assert all(band.label in legend for band in standard.bands)
    assert all(bullet in legend for band in standard.bands for bullet in band.bullets)
    assert all(len(rule.prompt) <= 30 for rule in rules(sheet))


def test_no_prompt_and_no_alert_suggests_a_percentage(book: openpyxl.Workbook) -> None:
    for rule in rules(book["评分表"]):
        texts = (rule.prompt or "", rule.error or "")
        choices = "、".join(map(str, listed(book, "cts_band_choices")))
        assert not re.search(r"\d%", "".join(texts).replace(choices, ""))


def test_everything_of_a_row_shows_in_a_window_of_1366_pixels(book: openpyxl.Workbook) -> None:
    """Excel shows a width of w as 7 w pixels; row numbers, scroll bar and borders take 60."""
    sheet = book["评分表"]
    widths = {name: sheet.column_dimensions[column_letters(n)] for name, n in _shown().items()}
    frozen = sum(round(7 * w.width) for name, w in widths.items() if name not in _SCROLLED)
    whole = sum(round(7 * w.width) for w in widths.values())
    assert frozen + 300 <= 1366 - 60  # the beginning of the evidence beside what is frozen
    assert whole <= 1366 - 60
    hidden = [c for c in sheet.column_dimensions.values() if c.hidden]
    assert [(c.min, c.max) for c in hidden] == [(min(_helpers()) + 1, max(_helpers()) + 1)]


_SCROLLED = ("evidence", "hint")


def _shown() -> dict[str, int]:
    names = (*layout.RATING_HEADING, "hint")
    return {name: layout.RATING_COLUMN[name] for name in names}


def _helpers() -> list[int]:
    return [layout.RATING_COLUMN[name] for name in layout.RATING_HELPERS if name != "hint"]


def test_only_deductions_have_columns_of_corrective_action(book: openpyxl.Workbook) -> None:
    sheet = book["特别项"]
    deduction, bonus = (
        [cell.value for cell in sheet[row] if cell.value]
        for row in (layout.DEDUCTION_FIRST_ROW, layout.BONUS_FIRST_ROW)
    )
    assert deduction == [heading for _name, heading in layout.SPECIAL_COLUMNS]
    assert bonus == [heading for _name, heading in layout.BONUS_COLUMNS]
    assert listed(book, "cts_rectifications") == ["未开始", "进行中", "已完成", "已验证"]


def test_errata_of_the_source_stand_on_no_sheet(
    book: openpyxl.Workbook, standard: Standard
) -> None:
    texts = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert not any("原文勘误" in str(text) for text in texts)
    assert not any(erratum.printed in texts for erratum in standard.errata)


def test_live_hints_and_marked_copies_share_no_colour() -> None:
    live = {style.LACKING_FILL, style.WRONG_FILL, style.GOOD_FILL}
    assert not live & {style.WARN_FILL, style.BAD_FILL}
    assert {style.STYLES[name]["bg_color"] for name in ("good", "warn", "bad")} == live


def test_identity_stands_in_the_hidden_sheet_and_in_the_properties(standard: Standard) -> None:
    book = opened(template_bytes(standard, issue_id="发放-7"))
    sheet = book["_cts"]
    assert sheet["A1"].value == layout.MAGIC
    rows = range(2, 2 + len(layout.IDENTITY_KEYS))
    found = {sheet.cell(n, 1).value: sheet.cell(n, 2).value for n in rows}
    assert found["digest"] == standard.digest
    assert found["standard_id"] == standard.id
    assert found["edition"] == standard.edition
    assert found["issue_id"] == "发放-7"
    properties = {p.name: p.value for p in book.custom_doc_props.props}
    assert properties == {name: found[key] or None for key, name in layout.IDENTITY_KEYS}


def test_prints_on_a4_landscape_one_page_wide_with_the_header_repeated(
    book: openpyxl.Workbook,
) -> None:
    for sheet in book.worksheets[:4]:
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToWidth in (None, 1)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P" in sheet.oddFooter.right.text
        assert sheet.print_area
    header = layout.RATING_HEADER_ROW + 1
    assert book["评分表"].print_title_rows == f"$1:${header}"
    assert {book[name].print_title_rows for name in ("特别项", "评分说明")} == {"$1:$1"}
    frozen = cell_address(layout.RATING_FIRST_ROW, layout.RATING_COLUMN["evidence"])
    assert book["评分表"].freeze_panes == frozen


def test_number_formats_hide_nothing(book: openpyxl.Workbook, standard: Standard) -> None:
    """A weight of 7.5 is not shown as 8, nor a score of 69.996 as 70.00."""
    sheet, rows = book["评分表"], indicator_rows(standard)
    expected = {"weight": "General", "percent": "0%", "score": "0.00########", "evidence": "@"}
    for name, number_format in expected.items():
        assert {cell.number_format for cell in rating_column(sheet, rows, name)} == {number_format}
    assert book["封面"][panel_value("final")].number_format == "0.00########"


def test_rows_with_inputs_grow_with_their_text(standard: Standard) -> None:
    with ZipFile(BytesIO(template_bytes(standard))) as package:
        part = package.read("xl/worksheets/sheet2.xml").decode()
    rows = {int(r): rest for r, rest in re.findall(r'<row r="(\d+)"([^>]*)>', part)}
    for row in indicator_rows(standard):
        assert 'ht="' in rows[row]
        assert "customHeight" not in rows[row]
    assert "customHeight" in rows[layout.RATING_HEADER_ROW + 1]


def test_one_font_throughout(book: openpyxl.Workbook) -> None:
    fonts = {c.font.name for sheet in book for row in sheet.iter_rows() for c in row}
    assert fonts == {"Microsoft YaHei"}


def test_formulas_use_only_functions_that_every_application_has(book: openpyxl.Workbook) -> None:
    formulas = [c.value for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]
    formulas += [f for s in book for r in rules(s) for f in (r.formula1, r.formula2) if f]
    used = {name for f in formulas for name in re.findall(r"([A-Z][A-Z.]+)\(", f)}
    assert used <= {
        *("AND", "OR", "NOT", "IF", "ISERROR", "ISLOGICAL", "ISNUMBER", "TRUE", "FALSE"),
        *("SUM", "SUMPRODUCT", "ROUND", "INT", "MAX", "MIN", "LEN", "LEFT", "TRIM", "TEXT", "DATE"),
        *("INDEX", "LOWER", "SUBSTITUTE", "FIND", "MID", "CHAR"),
    }
    assert all(len(f) <= 8192 for f in formulas)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the system has no tzset")
def test_the_same_input_gives_the_same_bytes(standard: Standard) -> None:
    first = template_bytes(standard)
    zone = os.environ.get("TZ")
    try:
        os.environ["TZ"] = "Asia/Shanghai"
        time.tzset()
        assert template_bytes(standard) == first
    finally:
        os.environ.pop("TZ")
        if zone is not None:
            os.environ["TZ"] = zone
        time.tzset()


def test_the_shipped_template_is_current_to_the_byte() -> None:
    shipped = ROOT / "templates" / "audit_template.xlsx"
    assert shipped.read_bytes() == template_bytes(load_standard())


def test_answers_are_written_by_their_own_type_and_never_as_formulas() -> None:
    standard = load_standard()
    answers = Answers(
        cover={"企业名称": "=1+1", "认证范围": "http://example.com", "项目编号": "0012"},
        ratings={
            "5.1.1.1": RatingAnswer("80%-100%", "85%", '=HYPERLINK("http://a")'),
            "5.1.1.2": RatingAnswer("80%-100%", True),
            "5.1.2.1": RatingAnswer("80%-100%", float("nan")),
            "5.1.2.2": RatingAnswer("80%-100%", 85),
        },
    )
    book = opened(filled_bytes(standard, answers))
    cover, ratings = book["封面"], book["评分表"]
    organisation, scope, audit_no = (
        cover[cover_input(key)] for key in ("organisation", "scope", "audit_no")
    )
    assert (organisation.value, organisation.data_type) == ("=1+1", "s")
    assert (scope.value, scope.hyperlink) == ("http://example.com", None)
    assert (audit_no.value, audit_no.data_type) == ("0012", "s")
    percents = {clause: rating_cell(standard, clause, "percent") for clause in answers.ratings}
    text, evidence = ratings[percents["5.1.1.1"]], rating_cell(standard, "5.1.1.1", "evidence")
    assert (text.value, text.data_type) == ("85%", "s")
    link = ratings[evidence]
    assert (link.value, link.data_type) == ('=HYPERLINK("http://a")', "s")
    assert ratings[percents["5.1.1.2"]].value is True
    assert ratings[percents["5.1.2.2"]].value == 85
    shown = opened(filled_bytes(standard, answers), values=True)["评分表"]
    assert shown[percents["5.1.2.1"]].value == "#NUM!"


def test_too_many_special_items_are_refused() -> None:
    standard = load_standard()
    with pytest.raises(ValueError, match="room for 12"):
        template_bytes(standard, answers=Answers(deductions=(SpecialAnswer("x"),) * 13))


def test_an_uncalculated_workbook_holds_no_cached_value() -> None:
    standard = load_standard()
    content = filled_bytes(standard, Answers(), calculated=False)
    with ZipFile(BytesIO(content)) as package:
        parts = [package.read(n) for n in package.namelist() if "worksheets/sheet" in n]
    assert sum(part.count(b"</f></c>") for part in parts) == 492
    assert not any(b"</f><v>" in part for part in parts)
    shown = opened(content, values=True)
    assert shown["封面"][panel_value("final")].value is None


def test_write_template_leaves_a_whole_file_or_none(tmp_path: Path) -> None:
    standard = load_standard()
    path = tmp_path / "空白.xlsx"
    write_template(path, standard)
    assert path.read_bytes() == template_bytes(standard)
    with pytest.raises(OSError):
        write_template(tmp_path / "missing" / "a.xlsx", standard)
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(OSError):
        write_template(tmp_path / "folder.xlsx", standard)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder.xlsx", "空白.xlsx"]
