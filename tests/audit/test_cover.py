"""The table of cover fields holds together: what each kind of field needs, and how values show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cts_excel.audit.cover import COVER_FIELDS, Cover, CoverField, Kind, cover_field
from cts_excel.workbook.issuing.roster_values import date_of, text_of

each_field = pytest.mark.parametrize("field", COVER_FIELDS, ids=lambda field: field.key)


def test_the_table_lists_the_attributes_of_a_cover_in_order() -> None:
    assert [field.key for field in COVER_FIELDS] == list(Cover.__dataclass_fields__)
    assert len({field.label for field in COVER_FIELDS}) == len(COVER_FIELDS)
    assert all(cover_field(field.key) is field for field in COVER_FIELDS)


@each_field
def test_a_field_has_what_its_kind_needs(field: CoverField) -> None:
    assert (getattr(Cover(), field.key) is None) == field.is_date
    assert bool(field.choices) == (field.kind is Kind.CHOICE)
    if field.not_before:
        assert field.is_date
        assert cover_field(field.not_before).is_date


@each_field
def test_the_example_of_a_field_is_valid(field: CoverField) -> None:
    if field.is_date:
        assert date_of(field.example).isoformat() == field.example
    else:
        assert text_of(field.example, field) == field.example


def test_what_names_an_audit_is_required() -> None:
    assert [field.key for field in COVER_FIELDS if field.identifying] == [
        "organisation",
        "audit_no",
    ]
    assert all(field.required and field.on_roster for field in COVER_FIELDS if field.identifying)


def test_a_value_as_text() -> None:
    cover = replace(Cover(), organisation="甲", start_date=date(2025, 9, 28))
    assert [cover.text(key) for key in ("organisation", "start_date", "end_date", "uscc")] == [
        *("甲", "2025-09-28", "", "")
    ]
    assert Cover.of({"organisation": "甲", "start_date": date(2025, 9, 28)}) == cover
