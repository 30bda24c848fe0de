"""The catalogue of findings is whole in both languages, and its codes are stable."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from cts_excel.audit import catalogue
from cts_excel.audit.catalogue import CATALOGUE, effect, finding, repair, title
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Effect, Finding, Severity
from cts_excel.workbook.ooxml.errors import Reason

FAMILIES = "FWCRSTDIAM"
PACKAGE = Path(catalogue.__file__).parents[1]
# Reads no audit: its reasons are codes only by their values.
HOMES_OF_CODES = {"audit/codes.py", "workbook/ooxml/errors.py"}
CHINESE = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")
# What a Chinese text may name in Latin letters: programs, file types, options, code of a cell.
NAMES = re.compile(
    r"Excel|WPS|LibreOffice|\.?xlsx|\.?ods|\.?xls\b|--[a-z][a-z-]*|UTF-8|CSV|TOML|ID\b|SHA-256|[A-Z]\d+"
)
FIELDS = {"found", "expected", "clause"}

entries = pytest.mark.parametrize("code", sorted(CATALOGUE))


def _fields(text: str) -> set[str]:
    return {name for _text, name, _spec, _how in Formatter().parse(text) if name is not None}


def test_every_code_has_exactly_one_entry_and_every_entry_a_code() -> None:
    codes = [entry.code for entry in catalogue._ENTRIES]
    assert sorted(codes) == sorted(Code)
    assert all(CATALOGUE[code].code is code for code in Code)
    assert len({code.value for code in Code}) == len(Code.__members__) > 100


def test_a_reason_for_rejection_has_the_value_of_the_code_of_its_name() -> None:
    for reason in Reason:
        assert Code[reason.name] == reason.value


def test_no_code_is_spelled_outside_its_home() -> None:
    like_a_code = re.compile(rf"""(["'])[{FAMILIES}]\d\d\1""")
    spelled = [
        f"{name}: {found[0]}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if (name := path.relative_to(PACKAGE).as_posix()) not in HOMES_OF_CODES
        for found in like_a_code.finditer(path.read_text("utf-8"))
    ]
    assert spelled == []


def test_codes_of_a_family_stand_together_and_count_up() -> None:
    codes = [entry.code for entry in catalogue._ENTRIES]
    families = sorted({code[0] for code in codes}, key=FAMILIES.index)
    assert [c for f in families for c in sorted(c for c in codes if c[0] == f)] == sorted(
        codes, key=lambda c: (FAMILIES.index(c[0]), c)
    )


@entries
def test_a_code_is_a_family_letter_and_two_digits(code: str) -> None:
    assert re.fullmatch(rf"[{FAMILIES}]\d\d", code)
    assert isinstance(CATALOGUE[code].severity, Severity)


@entries
def test_both_languages_are_there_with_the_same_values(code: str) -> None:
    entry = CATALOGUE[code]
    for text in (entry.title, entry.repair):
        assert set(text) == {"en", "zh"}
        assert all(words.strip() == words != "" for words in text.values())
    assert _fields(entry.title["en"]) == _fields(entry.title["zh"]) == set()
    assert _fields(entry.repair["en"]) == _fields(entry.repair["zh"]) <= FIELDS


@entries
def test_english_is_english_and_chinese_is_chinese(code: str) -> None:
    entry = CATALOGUE[code]
    for text in (entry.title, entry.repair):
        assert not CHINESE.search(text["en"])
        assert CHINESE.search(text["zh"])
        bare = NAMES.sub("", re.sub(r"\{\w+\}", "", text["zh"]))
        assert not re.search(r"[A-Za-z]{2,}", bare), f"stray words: {bare}"


@entries
def test_a_title_names_the_problem_and_a_repair_is_a_sentence(code: str) -> None:
    entry = CATALOGUE[code]
    assert not entry.title["en"].endswith(".")
    assert not entry.title["zh"].endswith("。")
    assert entry.repair["en"][-1] in ".}"
    assert entry.repair["zh"][-1] in "。}"


def test_titles_tell_findings_apart() -> None:
    for language in ("en", "zh"):
        titles = [entry.title[language] for entry in CATALOGUE.values()]
        assert len(set(titles)) == len(titles)


def test_a_finding_takes_its_severity_from_the_catalogue_unless_raised() -> None:
    code = Code.EVIDENCE_MISSING
    assert finding(code).severity is Severity.WARNING
    assert finding(code, severity=Severity.ERROR).severity is Severity.ERROR


def test_a_repair_holds_the_finding_s_own_values() -> None:
    found = finding(Code.PERCENT_OUTSIDE_BAND, clause="5.1.2.2", found="85%", expected="40%–60%")
    assert title(found, "en") == "Percentage is outside the band"
    assert repair(found, "en") == (
        "85% is outside 40%–60%. Choose the right band or change the percentage."
    )
    assert title(found) == "评分比例不在所选档内"
    assert repair(found) == "85% 不在 40%–60% 内。请改选评分档，或改正评分比例。"


def test_values_with_braces_are_shown_as_they_are() -> None:
    assert "{0} {clause}" in repair(finding(Code.PERCENT_NOT_A_NUMBER, found="{0} {clause}"), "en")


def test_a_missing_value_is_shown_as_a_dash() -> None:
    def repaired(code: Code) -> str:
        return repair(Finding(code, Severity.ERROR), "en")

    assert repaired(Code.PERCENT_MISSING) == "Enter a percentage within —."
    assert repaired(Code.NOT_RATED) == "Choose a band and enter a percentage for —."
    assert repaired(Code.BAND_MISSING) == "Choose the band that holds —."
    rated = Finding(Code.NOT_RATED, Severity.ERROR, clause="5.1.2.2")
    assert repair(rated, "en") == "Choose a band and enter a percentage for 5.1.2.2."


def test_the_effect_is_that_of_the_severity_unless_the_entry_has_another() -> None:
    assert CATALOGUE[Code.NOT_RATED].effect is Effect.CHANGES
    assert CATALOGUE[Code.EVIDENCE_MISSING].effect is Effect.COULD
    assert CATALOGUE[Code.PERCENT_TOO_FINE].effect is Effect.HARMLESS
    assert CATALOGUE[Code.CREDIT_CODE_INVALID].effect is Effect.HARMLESS
    assert CATALOGUE[Code.MANUAL_CALCULATION].effect is Effect.COULD
    assert effect(finding(Code.CREDIT_CODE_INVALID)) is Effect.HARMLESS
    assert effect(finding(Code.CREDIT_CODE_INVALID, severity=Severity.NOTICE)) is Effect.HARMLESS
    assert effect(finding(Code.EVIDENCE_MISSING, severity=Severity.NOTICE)) is Effect.HARMLESS
