"""What an issued workbook holds, as comparing knows it, against a reading by openpyxl."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from altering import built_in, error, filled, judged, put, rating_cell, sheet_part, with_parts
from msgspec.structs import replace

from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.workbook.alterations import reference as module
from cts_excel.workbook.alterations.moves import Follower, Moves
from cts_excel.workbook.alterations.reference import Reference, reference
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.positions import FormLayout
from cts_excel.workbook.form.template import template_bytes
from cts_excel.workbook.ooxml.addresses import cell_address
from cts_excel.workbook.ooxml.formula_text import tokens

COVER, RATINGS, SPECIAL, RUBRIC, IDENTITY = layout.SHEETS
SMALL = load_standard(Path(__file__).parents[1] / "data" / "small_standard.toml")
STANDARDS = {"built in": built_in(), "small": SMALL}


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the template anew in each test."""
    monkeypatch.setattr(module, "_kept", {})


def _issued(standard: Standard) -> Any:
    return openpyxl.load_workbook(io.BytesIO(template_bytes(standard)))


@pytest.mark.parametrize("name", STANDARDS)
def test_every_cell_is_an_input_a_formula_a_text_or_a_number(name: str) -> None:
    standard = STANDARDS[name]
    found = reference(standard)
    workbook = _issued(standard)
    assert list(found.sheets) == workbook.sheetnames
    for sheet in workbook:
        ours = found.sheets[sheet.title]
        cells = [cell for row in sheet.iter_rows() for cell in row if type(cell).__name__ == "Cell"]
        inputs = {cell.coordinate for cell in cells if not cell.protection.locked}
        locked = {
            cell.coordinate: cell
            for cell in cells
            if cell.coordinate not in inputs and cell.value is not None and str(cell.value).strip()
        }
        formulas = {at for at, cell in locked.items() if cell.data_type == "f"}
        values = locked.keys() - formulas - set(ours.read)
        assert set(ours.inputs) == inputs
        assert set(ours.formulas) == formulas
        assert ours.texts == {at: locked[at].value for at in values if locked[at].data_type == "s"}
        assert {at: float(number) for at, number in ours.numbers.items()} == {
            at: locked[at].value for at in values if locked[at].data_type == "n"
        }
        assert ours.known == {*ours.read, *inputs, *formulas, *values}
        assert ours.name == sheet.title
        assert ours.settings.protected == bool(sheet.protection.sheet)
        rules = sheet.data_validations.dataValidation
        assert bool(ours.settings.validations) == bool(rules)
        assert ours.grid.at("A1") == sheet["A1"].value or "A1" in formulas


@pytest.mark.parametrize("name", STANDARDS)
def test_formulas_are_those_of_the_template(name: str) -> None:
    standard = STANDARDS[name]
    workbook = _issued(standard)
    for title, ours in reference(standard).sheets.items():
        for at, stored in ours.formulas.items():
            plain = stored.replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
            written = workbook[title][at].value
            assert f"={plain}".replace("&quot;", '"') == str(getattr(written, "text", written))


@pytest.mark.parametrize("name", STANDARDS)
def test_reading_itself_compares_clauses_wordings_weights_and_the_identity(name: str) -> None:
    standard = STANDARDS[name]
    sheets = reference(standard).sheets
    count = len(standard.indicators)
    assert set(sheets[RATINGS].read) == {
        rating_cell(column, n) for column in ("clause", "text", "weight") for n in range(count)
    }
    assert set(sheets[IDENTITY].read) == {
        cell_address(row, 1) for row in range(1, len(layout.IDENTITY_KEYS) + 1)
    }
    assert [sheets[n].read for n in (COVER, SPECIAL, RUBRIC)] == [("D3",), (), ()]


def test_defined_names_are_those_that_people_see() -> None:
    workbook = _issued(built_in())
    names = {name for name in workbook.defined_names if not name.startswith("_xl")}
    found = reference(built_in()).names
    assert {name for name, _sheet in found} == names
    assert {sheet for _name, sheet in found} == {""}
    assert all(found.values())


def test_a_template_is_read_once_per_specification() -> None:
    first = reference(built_in())
    assert reference(built_in()) is first
    assert reference(load_standard()) is first  # an equal one from another process
    assert reference(SMALL) is not first
    assert reference(built_in()) is first


def test_few_specifications_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT", 2)
    made: list[Reference] = []

    def derived(_standard: Standard, form: FormLayout) -> Reference:
        made.append(Reference(form, {}, {}))
        return made[-1]

    monkeypatch.setattr(module, "_derived", derived)

    standards = [replace(SMALL, title=f"规范{n}") for n in range(3)]
    for standard in standards:
        reference(standard)
    assert len(made) == 3
    assert reference(standards[2]) is reference(standards[2])
    assert len(made) == 3
    reference(standards[0])
    assert len(made) == 4
    assert len(module._kept) <= 2


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "code"),
    [
        (COVER, "F8", 90.5, "A02"),
        (RATINGS, "A9", "其他", "A05"),
        (RUBRIC, "B5", "随意", "A05"),
        (IDENTITY, "F2", 1, "A05"),
        (IDENTITY, "G6", "100%", "A05"),
        (RATINGS, rating_cell("clause"), error("#N/A"), None),
        (RATINGS, rating_cell("evidence"), "看过", None),
    ],
)
def test_a_change_is_found_by_a_fresh_reading(
    sheet: str, cell: str, value: Any, code: str | None
) -> None:
    outcome = judged(put(filled(), sheet, {cell: value}))
    told = [(str(f.code), f.cell) for f in outcome.findings if f.code[0] == "A" and f.code != "A21"]
    assert told == ([(code, cell)] if code else [])


def test_an_untouched_workbook_has_no_alteration() -> None:
    assert judged(filled()).findings == ()


def test_the_first_alteration_of_a_process_outside_the_cells() -> None:
    def bare(xml: str) -> str:
        return re.sub("<sheetProtection[^>]*/>", "", xml)

    outcome = judged(with_parts(filled(), {sheet_part(RATINGS): bare}))
    assert [(f.code, f.sheet) for f in outcome.findings] == [("A06", RATINGS)]


# -- formulas in rows and columns that moved -------------------------------------------------------

# A range that became a list of its two ends is not found.
STILL = Moves({n: n for n in range(1, 11)}, {n: n for n in range(1, 12)})


@pytest.mark.parametrize(
    ("issued", "returned", "same"),
    [
        ("B2", "B2", True),
        ("B2+1", "B2", False),
        ("B2", "B2+1", False),
        ("B2+1", "B2+2", False),
        ("B2", "1", False),
        ("1", "B2", False),
        ("SUM(B2:B4)", "SUM(B2:B4)", True),
        ("SUM(B2:B4)", "SUM(B2,B4)", False),
        ("SUM(B2:B4)", "SUM(B2:1)", False),
        ("SUM(B2:B4)*B5", "SUM(B2:B4)*B6", False),
        ("SUM(B2:B4)*B5", "SUM(B2:B4)*B5", True),
        ("SUM(B2:D4)", "SUM(B2:E4)", False),
        ("B2:B4", "B2:B4", True),
        ("甲!B2", "B2", False),
        ("B2", "甲!B2", False),
        ("B2", "表!B2", True),
        ("表!B2", "表!B2", True),
        ("B20", "B20", True),  # beyond the form
        ("B20", "B21", False),
        ("$B2", "B2", False),
        ("B$2", "B2", False),
    ],
)
def test_a_formula_where_nothing_moved(issued: str, returned: str, same: bool) -> None:
    follower = Follower({"表": STILL}, {})
    assert follower.same("表", tokens(issued), tokens(returned)) is same


def test_a_formula_of_a_sheet_that_nobody_compares() -> None:
    follower = Follower({}, {})
    assert follower.same("表", tokens("B2"), tokens("B2"))
    assert not follower.same("表", tokens("B2"), tokens("B3"))


def test_a_reference_to_a_deleted_row_is_not_the_same() -> None:
    rows = {n: n for n in range(1, 11) if n != 5}
    follower = Follower({"表": Moves(rows, STILL.columns)}, {})
    assert not follower.same("表", tokens("B5"), tokens("B5"))
    assert follower.same("表", tokens("B4"), tokens("B4"))


def test_what_moves_are() -> None:
    assert not STILL.any
    assert not STILL.gone
    assert STILL.address("B2") == "B2"
    deleted = Moves({1: 1, 3: 2}, {1: 1, 2: 3})
    assert deleted.any
    assert deleted.gone
    assert deleted.address("A2") == ""
    assert deleted.address("A3") == "A2"
    assert deleted.address("B3") == "C2"
    assert deleted.address("D1") == ""
    assert Moves({1: 1}, {1: 2}).any
    assert not Moves({1: 1}, {1: 2}).gone
    assert not Moves({}, {}).any
