"""How many samples of each kind of ordinary input the tables of this folder hold."""

from __future__ import annotations

from importlib import import_module

import pytest
from people.expecting import case

LEAST = 4  # the sample that was met, and three of its kind

# (module, its tests) by kind; the samples are the rows of their tables
KINDS = {
    "placeholder as entry": ("placeholders", "required_entry", "other_required_entries"),
    "placeholder as evidence": ("placeholders", "evidence", "evidence_in_many_rows_is_one_finding"),
    "placeholder as special item": (
        *("placeholders", "deductions_without_a_fact", "a_row_that_says_there_is_none"),
        "a_fact_without_evidence_is_incomplete_and_counts",
        "a_bonus_without_a_fact_earns_nothing",
    ),
    "number as text": ("numbers_as_text", "taken_with_a_notice", "refused"),
    "one audit in several spellings": (
        *("identity", "other_answers_of_one_audit_are_a_conflict"),
        "same_answers_of_one_audit_count_once",
    ),
    "audits that only look like one": ("identity", "different_audits_are_each_graded"),
    "file under an odd name, archive": ("files", "every_workbook_is_graded"),
    "file that is not read": ("files", "what_cannot_be_read_is_rejected_with_a_repair_that_helps"),
    "archive that is not read": ("files", "an_archive_that_is_not_read_says_what_to_do"),
    "name of an attachment": ("mails", "the_name_of_an_attachment"),
    "e-mail": ("mails", "mails_are_looked_into", "the_dress_of_an_attachment"),
    "picture as evidence": (
        *("pictures", "a_picture_is_evidence", "a_special_item_proved_by_a_picture"),
        "a_picture_in_an_ods",
    ),
    "picture lost or elsewhere": (
        *("pictures", "a_picture_that_is_lost_is_an_error_of_its_own"),
        "what_is_drawn_elsewhere_is_no_evidence_and_named",
        "a_picture_in_another_input_is_an_error",
    ),
    "text as t=str": ("other_applications", "texts_without_a_formula"),
    "not calculated": (
        *("other_applications", "the_blanks_results_are_not_calculated"),
        "the_results_of_a_prefilled_blank",
    ),
    "the same rule spelled otherwise": (
        "other_applications", "the_same_thing_spelled_otherwise_is_no_alteration",
    ),
    "declared macro type": ("other_applications", "a_declared_type_is_no_macro"),
    ".ods of another application": ("other_applications", "ods_of_other_applications"),
    "roster": ("rosters", "both_rows_are_issued", "a_number_is_issued_as_it_is_shown"),
    "date": ("dates", "one_reading_is_taken_with_a_notice", "not_a_date_of_an_audit"),
    "code that became a number": ("dates", "a_code_that_became_a_number_is_a_warning"),
    "formula filled down": ("dates", "each_cell_shows_its_own_formula"),
    "weight as text": ("dates", "a_weight_as_text_is_the_same_weight"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("module", "tests"), [case(m, tests, id=kind) for kind, (m, *tests) in KINDS.items()]
)
def test_each_kind_has_samples_enough(module: str, tests: list[str]) -> None:
    found = import_module(f"people.test_people_{module}")
    assert sum(samples(getattr(found, f"test_{name}")) for name in tests) >= LEAST


def samples(test: object) -> int:
    """Return the number of rows of a test's table."""
    count = 1
    for mark in getattr(test, "pytestmark", ()):
        if mark.name == "parametrize":
            count *= len(mark.args[1])
    return count
