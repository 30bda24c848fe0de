"""The proof of issue: every signed field, every way of carrying it elsewhere."""

from __future__ import annotations

import hmac
import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_audits import BUILT_IN, audit

from cts_excel.audit.grading import grade
from cts_excel.audit.model import Audit
from cts_excel.audit.proof import (
    Key,
    ProofVerdict,
    Sealed,
    Verification,
    bare,
    canonical,
    encoded,
    issue_findings,
    sealed_id,
    verify,
)

KEY, OTHER_KEY = Key(bytes(range(32))), Key(bytes(range(1, 33)))
SEALED = Sealed(BUILT_IN.digest, "1", "甲电器服务有限公司", "ZJ-2025-0001")
ELSEWHERE = Sealed(BUILT_IN.digest, "1", "乙家具售后有限公司", "ZJ-2025-0002")
ISSUE_ID = sealed_id(KEY, "0f" * 16, SEALED)


def test_what_was_issued_verifies() -> None:
    assert verify(KEY, ISSUE_ID, SEALED).verdict is ProofVerdict.GENUINE
    assert bare(ISSUE_ID) == "0f" * 16


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("digest", "0" * 64, ("digest", "format_version")),
        ("format_version", "2", ("digest", "format_version")),
        ("organisation", "甲电器服务有限公司分公司", ("organisation",)),
        ("organisation", "", ("organisation",)),
        ("audit_no", "ZJ-2025-0009", ("audit_no",)),
        ("audit_no", "zj-2025-0001", ("audit_no",)),
    ],
)
def test_every_signed_field_is_bound(field: str, value: str, named: tuple[str, ...]) -> None:
    found = verify(KEY, ISSUE_ID, SEALED._replace(**{field: value}))
    assert (found.verdict, found.fields) == (ProofVerdict.ALTERED, named)


def test_transplanted_into_another_audit() -> None:
    assert verify(KEY, ISSUE_ID, ELSEWHERE).verdict is ProofVerdict.TRANSPLANTED


def test_another_issue_id_under_the_same_proof_was_never_issued() -> None:
    _id, _dot, proof = ISSUE_ID.partition(".")
    assert verify(KEY, f"{'1f' * 16}.{proof}", SEALED).verdict is ProofVerdict.NOT_ISSUED


def test_another_key_never_issued_it() -> None:
    assert verify(OTHER_KEY, ISSUE_ID, SEALED).verdict is ProofVerdict.NOT_ISSUED


@pytest.mark.parametrize("issue_id", ["", "0f" * 16, "0f." + "", "." + "ab" * 64])
def test_without_proof(issue_id: str) -> None:
    assert verify(KEY, issue_id, SEALED).verdict is ProofVerdict.NO_PROOF


def test_every_single_character_of_id_and_proof_counts() -> None:
    for place, character in enumerate(ISSUE_ID):
        flipped = "0" if character != "0" else "1"
        forged = ISSUE_ID[:place] + flipped + ISSUE_ID[place + 1 :]
        assert verify(KEY, forged, SEALED).verdict is not ProofVerdict.GENUINE, place


@pytest.mark.parametrize("forged", [ISSUE_ID[:-1], ISSUE_ID + "0", ISSUE_ID + "é", ISSUE_ID[:-32]])
def test_a_proof_cut_or_extended_is_none(forged: str) -> None:
    assert verify(KEY, forged, SEALED).verdict is not ProofVerdict.GENUINE


def test_what_applications_change_on_their_own_alters_nothing() -> None:
    full_width = SEALED._replace(organisation=" 甲电器服务有限公司 ", audit_no="ＺＪ-2025-0001")
    assert verify(KEY, ISSUE_ID, full_width).verdict is ProofVerdict.GENUINE
    assert canonical("甲（北京）\u3000公司") == canonical("甲(北京)  公司")


@given(st.lists(st.text(max_size=8), max_size=5), st.lists(st.text(max_size=8), max_size=5))
def test_encoding_is_never_ambiguous(one: list[str], other: list[str]) -> None:
    assert (encoded(*one) == encoded(*other)) == (one == other)


@given(st.text(max_size=12), st.integers(0, 12), st.integers(0, 12))
def test_moving_a_border_between_fields_changes_the_encoding(text: str, a: int, b: int) -> None:
    one, other = (text[:a], text[a:]), (text[:b], text[b:])
    assert (encoded(*one) == encoded(*other)) == (one == other)


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_field_flows_into_the_next(organisation: str, audit_no: str) -> None:
    sealed = SEALED._replace(organisation=organisation, audit_no=audit_no)
    moved = SEALED._replace(organisation=organisation + audit_no, audit_no="")
    genuine = verify(KEY, sealed_id(KEY, "a1", sealed), moved).verdict is ProofVerdict.GENUINE
    same = canonical(organisation) == canonical(organisation + audit_no) and not canonical(audit_no)
    assert genuine == same


@pytest.mark.parametrize("bare_id", ["", "a.b"])
def test_ids_that_could_be_misread_are_refused(bare_id: str) -> None:
    with pytest.raises(ValueError, match="issue id"):
        sealed_id(KEY, bare_id, SEALED)


def test_a_key_is_never_shown_and_has_its_length() -> None:
    assert "0001" not in repr(KEY)
    with pytest.raises(ValueError, match="32"):
        Key(b"short")


def _issued(issue_id: str, sealed: Sealed = SEALED) -> Audit:
    made = audit(BUILT_IN, "0.85")
    identity = replace(
        made.identity,
        issue_id=issue_id,
        digest=sealed.digest,
        format_version=sealed.format_version,
        standard_id=BUILT_IN.id,
        edition=BUILT_IN.edition,
    )
    cover = replace(made.cover, organisation=sealed.organisation, audit_no=sealed.audit_no)
    cells = {"organisation": "C5", "audit_no": "C8"}
    return replace(made, identity=identity, cover=cover, cover_cells=cells)


@pytest.mark.parametrize(
    ("made", "code", "cell"),
    [
        (_issued("0f" * 16), "I01", ""),
        (_issued(sealed_id(OTHER_KEY, "0f" * 16, SEALED)), "I02", ""),
        (_issued(ISSUE_ID, SEALED._replace(organisation="丙公司")), "I03", "C5"),
        (_issued(ISSUE_ID, SEALED._replace(audit_no="X")), "I03", "C8"),
        (_issued(ISSUE_ID, ELSEWHERE), "I04", "C8"),
        (_issued(ISSUE_ID, SEALED._replace(format_version="0")), "I05", ""),
    ],
)
def test_findings_name_code_and_cell(made: Audit, code: str, cell: str) -> None:
    found = list(issue_findings(made, BUILT_IN, KEY))
    assert [(f.code, f.cell) for f in found] == [(code, cell)]


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (_issued("0f" * 16), ("PROOF_MISSING", "_cts", "0f" * 16, "")),
        (
            _issued(sealed_id(OTHER_KEY, "0f" * 16, SEALED)),
            ("NOT_ISSUED_WITH_KEY", "_cts", "0f" * 16, ""),
        ),
        (
            _issued(ISSUE_ID, SEALED._replace(organisation="丙公司")),
            ("IDENTITY_CHANGED", "封面", "丙公司", ""),
        ),
        (
            _issued(ISSUE_ID, ELSEWHERE),
            ("ISSUE_ID_OF_OTHER_AUDIT", "封面", "乙家具售后有限公司、ZJ-2025-0002", "0f" * 16),
        ),
        (
            _issued(ISSUE_ID, SEALED._replace(digest="0123456789abcdef")),
            ("PROOF_DOES_NOT_FIT", "_cts", "0123456789ab…, 1", f"{BUILT_IN.digest[:12]}…"),
        ),
    ],
)
def test_findings_say_what_was_found_and_expected(made: Audit, told: tuple[str, ...]) -> None:
    (found,) = issue_findings(made, BUILT_IN, KEY)
    assert (found.code.name, found.sheet, found.found, found.expected) == told


def test_a_finding_on_an_entry_without_a_cell_names_the_sheet() -> None:
    made = replace(_issued(ISSUE_ID, SEALED._replace(audit_no="X")), cover_cells={})
    assert [(f.sheet, f.cell) for f in issue_findings(made, BUILT_IN, KEY)] == [("封面", "")]


def test_what_a_verification_names() -> None:
    both = ("organisation", "audit_no")
    assert verify(KEY, ISSUE_ID, ELSEWHERE) == Verification(ProofVerdict.TRANSPLANTED, both)
    longer = Verification(ProofVerdict.ALTERED, ("digest", "format_version"))
    assert verify(KEY, f"{ISSUE_ID}.x", SEALED) == longer
    assert verify(KEY, f"{'0f' * 16}.\ud800", SEALED) == Verification(ProofVerdict.NOT_ISSUED)


def test_white_space_is_one_blank_in_the_canonical_form() -> None:
    assert canonical(" 甲　电器\n\n（华东）") == "甲 电器 (华东)"


def test_an_issue_id_ends_at_the_first_full_stop() -> None:
    assert (bare("a.b.c"), bare("a"), bare("")) == ("a", "a", "")


def test_grading_with_the_key_withholds_the_level_from_what_was_not_issued() -> None:
    forged = _issued("0f" * 16)
    without_key = grade(forged, BUILT_IN, file="a.xlsx", sha256="")
    assert not [f for f in without_key.findings if f.code.startswith("I")]
    with_key = grade(forged, BUILT_IN, file="a.xlsx", sha256="", key=KEY)
    assert "I01" in [f.code for f in with_key.findings]
    assert with_key.judgement is None
    other_format = _issued(ISSUE_ID, SEALED._replace(format_version="0"))
    altered = grade(other_format, BUILT_IN, file="a.xlsx", sha256="", key=KEY)
    assert [f.code for f in altered.findings if f.code.family == "I"] == ["I05"]
    genuine = grade(_issued(ISSUE_ID), BUILT_IN, file="a.xlsx", sha256="", key=KEY)
    assert genuine.judgement == without_key.judgement
    assert genuine.judgement is not None


def test_the_proof_is_what_the_documentation_says() -> None:
    """Made again from docs/proof-of-issue.md: another program must come to the same."""

    def code(name: str, *texts: str) -> str:
        parts = [part.encode() for part in ("cts-excel proof of issue 1", name, *texts)]
        message = b""
        for part in (str(len(parts)).encode(), *parts):
            message += struct.pack(">Q", len(part)) + part
        return hmac.new(KEY.secret, message, "sha256").hexdigest()[:32]

    bare_id = "0f" * 16
    everything = (SEALED.digest, "1", SEALED.organisation, SEALED.audit_no)
    assert (
        f"{bare_id}."
        + code("whole", bare_id, *everything)
        + code("origin", bare_id)
        + code("organisation", bare_id, SEALED.organisation)
        + code("audit_no", bare_id, SEALED.audit_no)
    ) == ISSUE_ID
