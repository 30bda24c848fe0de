"""Workbooks of released formats: read, compared and carried over as what they are."""

from __future__ import annotations

import lzma
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from altering import answers, built_in, filled, judged, put, with_parts
from workbook.format_1_cases import CASES, IDENTITY

import cts_excel.workbook.form.released
from cts_excel.audit.findings import Finding
from cts_excel.audit.grading import grade
from cts_excel.audit.identity import answers_digest
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.audit.proof import Key, issue_findings
from cts_excel.standard.loading import load_standard
from cts_excel.standard.model import Standard
from cts_excel.workbook.alterations import reference as reference_module
from cts_excel.workbook.form import layout
from cts_excel.workbook.form.filling import filled_bytes
from cts_excel.workbook.form.fingerprint import specification_digest
from cts_excel.workbook.form.positions import current_form
from cts_excel.workbook.form.released import (
    blank_bytes,
    known_forms,
    policies,
    released_versions,
)
from cts_excel.workbook.form.released.capture import keep, released_now
from cts_excel.workbook.form.template import template_bytes
from cts_excel.workbook.migrate import migrate
from cts_excel.workbook.read_audit import read_audit
from cts_excel.workbook.returned import marked_copy

DATA = Path(__file__).parents[1] / "data"
FORMAT_1 = DATA / "format_1"
RELEASED = Path(cts_excel.workbook.form.released.__file__).parent
FILES = sorted(p.name for p in FORMAT_1.iterdir() if p.suffix in (".xlsx", ".ods", ".xls"))
OURS = [name for name in FILES if name != "small_standard.xlsx"]
DIGESTS = {  # of what was released
    "1": "3999135b59d9446bab8c4f772aefed2b66e59514330df61f2155d659858cd6d2",
    "2": "abd16efbe9534120f22b90419ba291a505f6f836b9bb906522836739b5ebaa9f",
}


def told_then() -> dict[str, str]:
    """Return what the last version that issued format 1 said of each file and alteration.

    A line follows what is since said otherwise of every format: equal faults of many cells are one
    finding, answers on a hidden sheet block.
    """
    lines = (FORMAT_1 / "findings.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(" | ") for line in lines)


THEN = told_then()


def kept(name: str) -> bytes:
    return (FORMAT_1 / name).read_bytes()


def told(outcome: Outcome) -> str:
    """Write an outcome as ``findings.txt`` does."""
    found = [f"{f.code} {f.sheet}!{f.cell}".replace(" !", "").strip() for f in outcome.findings]
    final = outcome.score.final if outcome.score else None
    return f"{outcome.status} {final}: {', '.join(found) or '—'}"


def told_now(name: str) -> str:
    return told(judged(kept(name), kind=Path(name).suffix[1:]))


def codes(outcome: Outcome) -> list[str]:
    return [f.code for f in outcome.findings]


@lru_cache(maxsize=1)
def small() -> Standard:
    return load_standard(DATA / "small_standard.toml")


@pytest.fixture
def shifted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the present form have every part elsewhere: what reads format 1 must not care."""
    columns = layout.RATING_COLUMNS[::-1]
    for name, value in {
        "FORMAT_VERSION": "7",
        "RATING_COLUMNS": columns,
        "RATING_COLUMN": {field: n for n, (field, _heading) in enumerate(columns)},
        "RATING_HEADER_ROW": layout.RATING_HEADER_ROW + 3,
        "RATING_FIRST_ROW": layout.RATING_FIRST_ROW + 3,
        "SPECIAL_COLUMNS": (*layout.SPECIAL_COLUMNS[::-1], ("later", "后加的列")),
        "SPECIAL_INPUTS": ("later", *layout.SPECIAL_INPUTS),
        "DEDUCTION_FIRST_ROW": layout.DEDUCTION_FIRST_ROW + 4,
        "BONUS_FIRST_ROW": layout.BONUS_FIRST_ROW + 5,
        "BONUS_TITLE_ROW": layout.BONUS_TITLE_ROW + 5,
        "COVER_FIRST_ROW": layout.COVER_FIRST_ROW + 6,
        "COVER_LABEL_COLUMN": layout.COVER_LABEL_COLUMN + 2,
        "PANEL_LABEL_COLUMN": layout.PANEL_LABEL_COLUMN + 1,
        "PANEL": (*layout.PANEL[::-1], ("later", "后加的结果")),
    }.items():
        monkeypatch.setattr(layout, name, value)
    current_form.cache_clear()
    monkeypatch.setattr("cts_excel.workbook.alterations.reference._kept", {})
    yield
    monkeypatch.undo()
    current_form.cache_clear()


# -- graded as then --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OURS)
def test_a_kept_file_is_graded_as_then(name: str) -> None:
    assert told_now(name) == THEN[name]


@pytest.mark.parametrize("name", CASES)
def test_an_alteration_of_format_1_is_found_as_then(name: str) -> None:
    assert told(judged(CASES[name](kept("filled.xlsx")))) == THEN[name]


def test_every_kept_file_and_alteration_has_its_line() -> None:
    assert THEN.keys() == {*OURS, *CASES}
    assert THEN["filled.xlsx"] == "graded 84.050: —"
    assert sum("—" in line for line in THEN.values()) < 5


@pytest.mark.usefixtures("shifted")
def test_no_part_of_format_1_is_looked_for_where_the_present_form_has_it() -> None:
    assert {name: told_now(name) for name in OURS} == {name: THEN[name] for name in OURS}
    content = kept("filled.xlsx")
    # What is not of format 1 is paired with the form of today, which this fake cannot issue.
    names = [name for name in CASES if not {"W01", "W02", "W03"} & {*THEN[name].split()}]
    now = {name: told(judged(CASES[name](content))) for name in names}
    assert now == {name: THEN[name] for name in names}


def test_the_policy_that_held_then() -> None:
    prorating = next(p for p in policies(built_in().policy) if p.not_applicable == "prorate")
    standard = msgspec.structs.replace(built_in(), policy=prorating)
    assert codes(judged(kept("prorate.xlsx"), standard)) == []
    assert codes(judged(kept("filled.xlsx"), standard)) == ["W21"]


def test_placeholders_are_no_part_of_format_1() -> None:
    policy = msgspec.structs.replace(built_in().policy, placeholders=("没写",))
    standard = msgspec.structs.replace(built_in(), policy=policy)
    assert codes(judged(kept("filled.xlsx"), standard)) == []


def test_the_proof_of_issue_still_holds() -> None:
    key = Key(bytes(range(32)))
    for name in ("issued.xlsx", "issued_filled_by_openpyxl.xlsx"):
        assert list(issue_findings(read_audit(kept(name), built_in()), built_in(), key)) == []


# -- marked copies, comparing, migrating -----------------------------------------------------------


def test_a_marked_copy_says_the_same_again() -> None:
    content = kept("unfinished.xlsx")
    audit = read_audit(content, built_in())
    outcome = grade(audit, built_in(), file="a.xlsx", sha256=sha256(content).hexdigest())
    marked = judged(marked_copy(content, outcome))
    assert told(marked) == told(outcome)
    assert marked.audit is not None
    assert marked.audit.corrects == (outcome.sha256,)


def lost_from(name: str) -> list[tuple[str, str]]:
    """Return what of a file has no place any more: format 1 asked the state of a bonus, too."""
    if "rectification" in current_form().bonus_inputs:
        return []
    audit = read_audit(kept(name), built_in(), kind=Path(name).suffix[1:])
    return [("M02", f"F{bonus.row}") for bonus in audit.bonuses]


def test_a_column_that_a_block_has_no_more_is_not_dropped_silently(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inputs = tuple(name for name in current_form().bonus_inputs if name != "rectification")
    now = replace(current_form(), bonus_inputs=inputs)
    monkeypatch.setattr("cts_excel.workbook.typed_answers.current_form", lambda: now)
    (one,) = migrate(kept("filled.xlsx"), built_in()).findings
    assert (one.code, one.sheet, one.cell) == ("M02", layout.SPECIAL, "F21")
    assert one.found


@pytest.mark.parametrize("name", [name for name in OURS if name != "altered.xlsx"])
def test_migrated_with_nothing_lost(name: str) -> None:
    kind = Path(name).suffix[1:]
    moved = migrate(kept(name), built_in(), kind=kind)
    assert [(f.code, f.cell) for f in moved.findings] == lost_from(name)
    old, new = read_audit(kept(name), built_in(), kind=kind), read_audit(moved.content, built_in())
    assert new.identity.format_version == layout.FORMAT_VERSION
    assert new.identity.issue_id == old.identity.issue_id
    assert [replace(r, stated_score=None, row=0) for r in new.ratings] == [
        replace(r, stated_score=None, row=0) for r in old.ratings
    ]
    if not moved.findings:
        assert answers_digest(replace(new, findings=())) == answers_digest(
            replace(old, findings=())
        )
    assert [f.code for f in new.findings if f.code[0] == "A"] == []


def test_a_migrated_note_beside_the_form_is_listed() -> None:
    moved = migrate(CASES["text written outside the form"](kept("filled.xlsx")), built_in())
    told = {(f.code, f.cell) for f in moved.findings}
    assert told == {("M02", "L4"), *lost_from("filled.xlsx")}


# -- formats that are not kept ---------------------------------------------------------------------


def test_another_specification_is_read_by_its_headings() -> None:
    outcome = judged(kept("small_standard.xlsx"), small())
    assert codes(outcome) == ["W23"]
    assert (outcome.findings[0].found, outcome.status) == ("1", Status.GRADED)
    assert outcome.score is not None
    assert (outcome.score.base, outcome.score.deductions) == (40, Decimal("0.5"))
    moved = migrate(kept("small_standard.xlsx"), small())
    assert (moved.carried, moved.findings) == (len(small().indicators), ())


def test_a_changed_rule_is_another_specification() -> None:
    """Same id, edition and table, another level: what was printed then is not known."""
    levels = (msgspec.structs.replace(built_in().levels[0], minimum=94), *built_in().levels[1:])
    standard = msgspec.structs.replace(built_in(), levels=levels)
    assert codes(judged(kept("filled.xlsx"), standard)) == ["W23"]


def test_an_alteration_that_no_issued_workbook_has_is_still_found() -> None:
    bare = with_parts(
        kept("small_standard.xlsx"),
        {"xl/worksheets/sheet2.xml": lambda xml: re.sub("<sheetProtection[^>]*/>", "", xml)},
    )
    assert codes(judged(bare, small())) == ["W23", "A06"]


def stating(version: str) -> Callable[[str], str]:
    def edit(xml: str) -> str:
        pattern = r'(name="cts_format"[^>]*><vt:lpwstr>)[^<]*'
        return re.sub(pattern, rf"\g<1>{version}", xml)

    return edit


@pytest.mark.parametrize("version", ["3", "99", "1.5", "0", "-1", "二", "x" * 300, "²"])
def test_an_unknown_format_is_read_by_its_headings_and_said_once(version: str) -> None:
    content = put(filled(), IDENTITY, {"B2": version})
    outcome = judged(with_parts(content, {"docProps/custom.xml": stating(version)}))
    assert codes(outcome) == ["W03"]
    assert outcome.findings[0].found.startswith(version[:100])
    assert outcome.findings[0].expected == "、".join(f.version for f in known_forms()[::-1])
    assert outcome.score is not None
    assert outcome.score.final == 85


def test_an_unknown_format_is_not_compared_with_the_present_one() -> None:
    content = put(filled(), IDENTITY, {"B2": "99", "F2": 1})
    content = with_parts(content, {"docProps/custom.xml": stating("99")})
    assert codes(judged(content)) == ["W03"]


def test_the_places_of_an_unknown_format_say_nothing() -> None:
    """Format 1 under an unknown number: its columns are no moved ones."""
    content = put(kept("filled.xlsx"), IDENTITY, {"B2": "99"})
    content = with_parts(content, {"docProps/custom.xml": stating("99")})
    assert not {"W07", "W17"} & set(codes(judged(content)))


def test_a_heading_lost_in_an_unknown_format_stops_the_grade() -> None:
    content = put(filled(), IDENTITY, {"B2": "99"})
    column = chr(ord("A") + layout.RATING_COLUMN["percent"])
    content = put(content, layout.RATINGS, {f"{column}{layout.RATING_HEADER_ROW + 1}": "比例"})
    outcome = judged(content)
    assert "W14" in codes(outcome)
    assert outcome.status is Status.NEEDS_CORRECTION


@pytest.mark.usefixtures("shifted")
def test_a_workbook_that_lost_its_identity_is_told_by_its_header_row() -> None:
    lost = {"docProps/custom.xml": None}
    content = with_parts(put(kept("filled.xlsx"), IDENTITY, {"A1": "x"}), lost)
    assert codes(judged(content)) == ["W13"]


# -- the data --------------------------------------------------------------------------------------


def test_format_1_is_kept_for_the_built_in_specification() -> None:
    assert "1" in released_versions()
    for policy in policies(built_in().policy):
        assert blank_bytes("1", msgspec.structs.replace(built_in(), policy=policy)) is not None
    assert blank_bytes("1", small()) is None


def test_a_released_format_never_changes() -> None:
    assert DIGESTS.keys() == set(released_versions())
    for version, digest in DIGESTS.items():
        content = lzma.decompress((RELEASED / f"format_{version}.json.xz").read_bytes())
        assert sha256(content).hexdigest() == digest


def test_the_present_form_is_what_was_released_under_its_number() -> None:
    """If this fails, raise ``FORMAT_VERSION``: workbooks of the present number are out already."""
    path = RELEASED / f"format_{layout.FORMAT_VERSION}.json.xz"
    if path.exists():
        assert lzma.decompress(path.read_bytes()) == released_now(built_in())
    else:
        assert int(layout.FORMAT_VERSION) == max(map(int, released_versions())) + 1


def test_a_later_version_of_the_tool_issues_the_same_form(monkeypatch: pytest.MonkeyPatch) -> None:
    then = released_now(built_in())
    for module in ("identity", "released.capture"):
        monkeypatch.setattr(f"cts_excel.workbook.form.{module}.__version__", "9.8.7")
    assert read_audit(template_bytes(built_in()), built_in()).identity.tool_version == "9.8.7"
    assert released_now(built_in()) == then


def test_what_was_kept_is_never_written_over(tmp_path: Path) -> None:
    keep(tmp_path, built_in())
    (path,) = tmp_path.iterdir()
    content = path.read_bytes()
    keep(tmp_path, built_in())
    with pytest.raises(SystemExit, match="raise FORMAT_VERSION"):
        keep(tmp_path, msgspec.structs.replace(built_in(), title="另一份规范"))
    assert path.read_bytes() == content


def test_what_is_written_can_be_read_again() -> None:
    release = msgspec.json.decode(released_now(built_in()))
    assert release["specification"] == specification_digest(built_in())
    assert sorted(release["blanks"]) == [
        "prorate", "prorate evidence", "reject", "reject evidence",
    ]  # fmt: skip


# -- under which rules a workbook was issued (format 2 on) ----------------------------------------


def test_the_identity_says_under_which_rules_it_was_issued() -> None:
    audit = read_audit(filled(), built_in())
    assert re.fullmatch("[0-9a-f]{64}", audit.identity.policy)
    assert read_audit(kept("filled.xlsx"), built_in()).identity.policy == ""


def under_other_placeholders() -> Standard:
    policy = msgspec.structs.replace(built_in().policy, placeholders=("没写", "略"))
    return msgspec.structs.replace(built_in(), policy=policy)


def test_other_placeholders_are_one_finding() -> None:
    other = under_other_placeholders()
    (one,) = w21(judged(filled_bytes(other, answers(other))))
    assert re.fullmatch("规则摘要值为 [0-9a-f]{11}…（隐藏清单未核对）", one.found)
    assert re.fullmatch("规则摘要值为 [0-9a-f]{11}…", one.expected)


def test_an_alteration_under_unknown_rules_is_still_found() -> None:
    other = under_other_placeholders()
    content = put(filled_bytes(other, answers(other)), layout.RUBRIC, {"B5": "随意"})
    assert [f.code for f in judged(content).findings] == ["W21", "A05"]


def w21(outcome: Outcome) -> tuple[Finding, ...]:
    assert codes(outcome) == ["W21"]
    return outcome.findings


@pytest.fixture
def released_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Standard]]:
    """Release the present format; the standards for which a blank is built all the same."""
    built: list[Standard] = []

    def building(standard: Standard) -> bytes:
        built.append(standard)
        return template_bytes(standard)

    monkeypatch.setattr(cts_excel.workbook.form.released, "files", lambda _name: tmp_path)
    monkeypatch.setattr("cts_excel.workbook.form.template.template_bytes", building)
    keep(tmp_path, built_in())
    built.clear()
    monkeypatch.setattr(reference_module, "_kept", {})
    read_once = (released_versions, cts_excel.workbook.form.released._release)
    for one in read_once:
        one.cache_clear()
    yield built
    for one in read_once:
        one.cache_clear()


def test_the_blank_of_a_released_format_is_not_built_again(
    released_today: list[Standard],
) -> None:
    for policy in policies(built_in().policy):
        kept = reference_module.reference(msgspec.structs.replace(built_in(), policy=policy))
        assert kept.sheets["评分表"].formulas
    assert released_today == []


@pytest.mark.parametrize("change", ["title", "placeholders"])
def test_what_a_kept_blank_does_not_hold_is_built(
    change: str, released_today: list[Standard]
) -> None:
    """Another placeholder is in the formulas: compared with the kept blank, they seem altered."""
    policy = built_in().policy
    changed = {
        "title": {"title": "另一规范"},
        "placeholders": {"policy": msgspec.structs.replace(policy, placeholders=("暂缺",))},
    }
    other = msgspec.structs.replace(built_in(), **changed[change])
    made, kept = reference_module.reference(other), reference_module.reference(built_in())
    assert released_today == [other]
    assert made.sheets != kept.sheets
