"""Answers of an .ods that a person does not see block the level, as those of an .xlsx do."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from people.expecting import graded
from people.places import rating

from cts_excel.audit.codes import Code
from cts_excel.audit.outcome import Status
from cts_excel.workbook.form import layout

Edit = Callable[[str], str]
SAVED = (Path(__file__).parents[1] / "data" / "filled_by_libreoffice.ods").read_bytes()
CLAUSE = "5.1.1.2"
PERCENT = rating("percent", 1)
# How many cells lie between the clause of a row and its percentage.
BETWEEN = layout.RATING_COLUMN["percent"] - layout.RATING_COLUMN["clause"] - 1
COLUMN, ROW = PERCENT.rstrip("0123456789"), PERCENT.lstrip("ABCDEFGHIJ")
WHITE = 'style:name="hid" style:family="table-cell"{}><style:text-properties fo:color="#ffffff"/>'
PINK = '<style:table-cell-properties fo:background-color="#ffeeee"/>'


def edited(content: Edit, styles: Edit = str) -> list[tuple[str, str]]:
    """Grade the workbook with its parts changed; return cells and causes of what is unseen."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SAVED)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            edit = {"content.xml": content, "styles.xml": styles}.get(name)
            if edit is not None:
                data = edit(data.decode()).encode()
            new.writestr(name, data)
    assert target.getvalue() != SAVED
    outcome = graded(target.getvalue())
    found = [(f.cell, f.expected) for f in outcome.findings if f.code == Code.ANSWER_UNSEEN]
    assert outcome.status is (Status.NEEDS_CORRECTION if found else Status.GRADED)
    return found


def in_row(old: str, new: str) -> Edit:
    """Change the tag of the clause's row, or the first such text behind it."""

    def edit(xml: str) -> str:
        at = xml.rindex("<table:table-row", 0, xml.index(f">{CLAUSE}<"))
        assert old in xml[at:]
        return xml[:at] + xml[at:].replace(old, new, 1)

    return edit


def in_column(old: str, new: str) -> Edit:
    """Change the tag of the column of percentages."""

    def edit(xml: str) -> str:
        at = xml.index('table:name="评分表"')
        for _column in range(layout.RATING_COLUMN["percent"] + 1):
            at = xml.index("<table:table-column", at + 1)
        return xml[:at] + xml[at:].replace(old, new, 1)

    return edit


def cell_styled(name: str) -> Edit:
    """Give the percentage of the row another style."""

    def edit(xml: str) -> str:
        at = xml.index(f">{CLAUSE}<")
        cells = [m.start() for m in re.finditer("<table:table-cell", xml[at:])]
        at += cells[BETWEEN]
        return xml[:at] + re.sub('style-name="[^"]+"', f'style-name="{name}"', xml[at:], count=1)

    return edit


def style(text: str) -> Edit:
    """Add an automatic style."""
    end = "</office:automatic-styles>"
    return lambda xml: xml.replace(end, f"<style:style {text}</style:style>{end}", 1)


def both(*edits: Edit) -> Edit:
    def edit(xml: str) -> str:
        for one in edits:
            xml = one(xml)
        return xml

    return edit


HIDDEN = ' table:visibility="collapse"'


@pytest.mark.parametrize(
    ("edit", "cause", "cells"),
    [
        (in_row("<table:table-row", f"<table:table-row{HIDDEN}"), f"{ROW}:{ROW}", "F"),
        (
            both(
                style('style:name="flat" style:family="table-row"><style:table-row-properties '
                      'style:row-height="0cm"/>'),
                in_row('table:style-name="ro', 'table:style-name="flat" x="ro'),
            ),
            f"{ROW}:{ROW}",
            "F",
        ),
        (
            in_column("<table:table-column", f"<table:table-column{HIDDEN}"),
            f"{COLUMN}:{COLUMN}",
            "",
        ),
        (
            both(
                style('style:name="flat" style:family="table-column"><style:table-column-properties'
                      ' style:column-width="0.001in"/>'),
                in_column('table:style-name="co', 'table:style-name="flat" x="co'),
            ),
            f"{COLUMN}:{COLUMN}",
            "",
        ),
        (both(style(WHITE.format("")), cell_styled("hid")), "#FFFFFF", COLUMN),
        (
            both(
                style(WHITE.format("")),
                style('style:name="heir" style:family="table-cell"'
                      ' style:parent-style-name="hid">'),
                cell_styled("heir"),
            ),
            "#FFFFFF",
            COLUMN,
        ),
        (
            both(style(WHITE.format("").replace("#ffffff", "#ffeeee").replace("/>", f"/>{PINK}")),
                 cell_styled("hid")),
            "#FFEEEE",
            COLUMN,
        ),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_seen_blocks(edit: Edit, cause: str, cells: str) -> None:
    first = {"": rating("percent", 0), "F": rating("band", 1), COLUMN: PERCENT}[cells]
    assert edited(edit) == [(first, cause)]


def test_a_named_style_hides_as_well() -> None:
    end = "</office:styles>"
    named = f"<style:style {WHITE.format('')}</style:style>{end}"
    assert edited(cell_styled("hid"), lambda xml: xml.replace(end, named, 1)) == [
        (PERCENT, "#FFFFFF")
    ]


def test_a_hidden_group_of_rows() -> None:
    def grouped(xml: str) -> str:
        at = xml.rindex("<table:table-row", 0, xml.index(f">{CLAUSE}<"))
        end = xml.index("</table:table-row>", at) + len("</table:table-row>")
        group = '<table:table-row-group table:display="false">'
        return f"{xml[:at]}{group}{xml[at:end]}</table:table-row-group>{xml[end:]}"

    assert edited(grouped) == [(rating("band", 1), f"{ROW}:{ROW}")]


@pytest.mark.parametrize(
    "edit",
    [
        in_row("<table:table-row", '<table:table-row table:visibility="filter"'),
        both(style(WHITE.format("").replace("#ffffff", "#000000")), cell_styled("hid")),
        both(style(WHITE.format("").replace("/>", f"/>{PINK.replace('#ffeeee', '#1f3864')}")),
             cell_styled("hid")),
        in_row('table:style-name="ro', 'x="1" table:style-name="ro'),
    ],
)  # fmt: skip
def test_what_can_be_seen_is_no_finding(edit: Edit) -> None:
    assert edited(edit) == []


def test_a_value_under_a_merged_cell_blocks() -> None:
    def covered(xml: str) -> str:
        at = xml.index(f">{CLAUSE}<")
        starts = [m.start() for m in re.finditer("<table:table-cell", xml[at:])]
        here = at + starts[BETWEEN]
        tail = xml[here:].replace("<table:table-cell", "<table:covered-table-cell", 1)
        return xml[:here] + tail.replace("</table:table-cell>", "</table:covered-table-cell>", 1)

    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SAVED)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, covered(data.decode()) if name == "content.xml" else data)
    outcome = graded(target.getvalue())
    assert [f.code for f in outcome.findings if f.cell == PERCENT] == [Code.AMBIGUOUS_CONTENT]
    assert outcome.status is Status.NEEDS_CORRECTION
