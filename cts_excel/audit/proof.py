"""Proof of issue: a keyed code that ties an issue id to the identity it was issued for.

What this proves and what it cannot: docs/proof-of-issue.md.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from cts_excel.audit.catalogue import finding
from cts_excel.audit.cell_findings import cover_finding
from cts_excel.audit.codes import Code
from cts_excel.audit.cover import IDENTIFYING
from cts_excel.audit.findings import Finding
from cts_excel.audit.model import Audit
from cts_excel.standard.model import Standard

KEY_BYTES = 32
ID_BITS = 128
_TAG_BYTES = 16
_DOMAIN = "cts-excel proof of issue 1"


@dataclass(frozen=True, slots=True)
class Key:
    """The issuing body's secret, 32 bytes; it is never shown."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(self.secret)}")


class Sealed(NamedTuple):
    """What the proof covers besides the issue id."""

    digest: str
    format_version: str
    organisation: str
    audit_no: str


class ProofVerdict(StrEnum):
    """What the proof in a returned workbook says."""

    GENUINE = "genuine"
    NO_PROOF = "no_proof"  # no issue id, or one without a proof
    NOT_ISSUED = "not_issued"  # a proof that this key never made
    ALTERED = "altered"  # our issue id, and something of what it was issued for differs
    TRANSPLANTED = "transplanted"  # our issue id, issued for another audit altogether


@dataclass(frozen=True, slots=True)
class Verification:
    """A verdict, and the :class:`Sealed` fields that are not as issued."""

    verdict: ProofVerdict
    fields: tuple[str, ...] = ()


def canonical(text: str) -> str:
    """Return the form of a text that the proof and the comparison with a roster use.

    Unicode compatibility forms (NFKC) and white space are unified: applications change full-width
    brackets and double blanks on their own, and that must alter nothing.
    """
    return " ".join(unicodedata.normalize("NFKC", text).split())


def encoded(*parts: str) -> bytes:
    """Join texts so that no two different sequences give the same bytes: each with its length."""
    raw = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join(len(part).to_bytes(8, "big") + part for part in (b"%d" % len(raw), *raw))


def sealed_id(key: Key, bare_id: str, sealed: Sealed) -> str:
    """Return ``ID.PROOF``, what an issued workbook carries as its issue id.

    The proof is four HMAC-SHA256 codes of 128 bits each in hex: over everything, then over the
    issue id alone, with the organisation, with the audit number. The first decides; the others
    tell which part is not as issued.

    :raises ValueError: for an issue id that is empty or holds a full stop.
    """
    if not bare_id or "." in bare_id:
        raise ValueError(f"not an issue id: {bare_id!r}")
    return f"{bare_id}.{''.join(_tags(key, bare_id, sealed))}"


def bare(issue_id: str) -> str:
    """Return an issue id without its proof."""
    return issue_id.partition(".")[0]


def verify(key: Key, issue_id: str, sealed: Sealed) -> Verification:
    """Compare an issue id and its proof with what the workbook says it is."""
    bare_id, _dot, proof = issue_id.partition(".")
    if not bare_id or not proof:
        return Verification(ProofVerdict.NO_PROOF)
    tags = _tags(key, bare_id, sealed)
    size = 2 * _TAG_BYTES
    stated = [proof[n : n + size] for n in range(0, size * len(tags), size)]
    whole, origin, organisation, audit_no = (
        hmac.compare_digest(a.encode(), b.encode("utf-8", "replace"))
        for a, b in zip(tags, stated + [""] * (len(tags) - len(stated)), strict=True)
    )
    exact = len(proof) == size * len(tags)
    if whole and origin and organisation and audit_no and exact:
        return Verification(ProofVerdict.GENUINE)
    if not origin:
        return Verification(ProofVerdict.NOT_ISSUED)
    if not organisation and not audit_no:
        return Verification(ProofVerdict.TRANSPLANTED, ("organisation", "audit_no"))
    differing = (("organisation", organisation), ("audit_no", audit_no))
    fields = tuple(name for name, holds in differing if not holds)
    return Verification(ProofVerdict.ALTERED, fields or ("digest", "format_version"))


def _tags(key: Key, bare_id: str, sealed: Sealed) -> tuple[str, ...]:
    organisation, audit_no = canonical(sealed.organisation), canonical(sealed.audit_no)
    whole = (sealed.digest, sealed.format_version, organisation, audit_no)
    return (
        _tag(key, "whole", bare_id, *whole),
        _tag(key, "origin", bare_id),
        _tag(key, "organisation", bare_id, organisation),
        _tag(key, "audit_no", bare_id, audit_no),
    )


def _tag(key: Key, purpose: str, *parts: str) -> str:
    code = hmac.digest(key.secret, encoded(_DOMAIN, purpose, *parts), sha256)
    return code[:_TAG_BYTES].hex()


def issue_findings(audit: Audit, standard: Standard, key: Key) -> Iterator[Finding]:
    """Report a workbook that this key did not issue, or not for this audit."""
    identity, cover = audit.identity, audit.cover
    sealed = Sealed(identity.digest, identity.format_version, cover.organisation, cover.audit_no)
    verification = verify(key, identity.issue_id, sealed)
    stated = bare(identity.issue_id)
    match verification.verdict:
        case ProofVerdict.NO_PROOF:
            yield finding(Code.PROOF_MISSING, sheet=audit.sheets.identity, found=stated)
        case ProofVerdict.NOT_ISSUED:
            yield finding(Code.NOT_ISSUED_WITH_KEY, sheet=audit.sheets.identity, found=stated)
        case ProofVerdict.TRANSPLANTED:
            both = "、".join(x for x in (cover.organisation, cover.audit_no) if x)
            code = Code.ISSUE_ID_OF_OTHER_AUDIT
            yield cover_finding(audit, code, "audit_no", found=both, expected=stated)
        case ProofVerdict.ALTERED:
            yield from _altered(audit, standard, verification.fields)


def _altered(audit: Audit, standard: Standard, fields: tuple[str, ...]) -> Iterator[Finding]:
    for name in fields:
        if name in IDENTIFYING:
            found = audit.cover.text(name)
            yield cover_finding(audit, Code.IDENTITY_CHANGED, name, found=found)
    if "digest" in fields:
        found = f"{audit.identity.digest[:12]}…, {audit.identity.format_version}"
        whole = f"{standard.digest[:12]}…"
        yield finding(
            Code.PROOF_DOES_NOT_FIT, sheet=audit.sheets.identity, found=found, expected=whole
        )
