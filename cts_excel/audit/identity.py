"""Tell whether two workbooks are the same audit, and whether they say the same (rule 12)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cts_excel.audit.cover import COVER_FIELDS
from cts_excel.audit.model import Audit, SpecialItem
from cts_excel.files.numbers import plain

_SPACE = re.compile(r"\s+")
_SIZE = 16  # bytes of a digest: two of 10^8 files collide with probability 10^-23


@dataclass(frozen=True, slots=True)
class AuditKey:
    """Digests that name an audit; ``uscc`` or ``organisation`` is empty if none is entered."""

    occasion: bytes
    uscc: bytes
    organisation: bytes


def audit_key(audit: Audit) -> AuditKey | None:
    """Return what names an audit (rule 12), free of case, width and space.

    ``None`` if organisation and credit code are both empty, or the audit number is: such a
    workbook cannot be matched with another.
    """
    cover = audit.cover
    uscc, organisation, audit_no = map(folded, (cover.uscc, cover.organisation, cover.audit_no))
    if not (uscc or organisation) or not audit_no:
        return None
    occasion = _digest((audit_no, folded(cover.audit_type), folded(cover.assessor)))
    return AuditKey(
        occasion,
        _digest([uscc]) if uscc else b"",
        _digest([organisation]) if organisation else b"",
    )


def answers_digest(audit: Audit) -> bytes:
    """Digest everything that was entered: cover, ratings with evidence, special items, errors.

    What another application changes when it saves the file again does not count: spaces, line
    ends, widths of letters, positions of rows, calculated results.
    """
    # All texts are folded in one go: the NUL between them joins with nothing.
    return _digest([folded("\0".join(_texts(audit))), *_values(audit)])


def folded(text: str) -> str:
    """Reduce a text to what names it: compatibility forms unified, no case, no space."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text).casefold())


def same_audits(keys: Mapping[int, AuditKey]) -> list[tuple[int, ...]]:
    """Group the numbers of files that are the same audit; only groups of two or more.

    Credit codes decide; a workbook without one is matched by its organisation's name.
    """
    occasions: defaultdict[bytes, list[int]] = defaultdict(list)
    for number in sorted(keys):
        occasions[keys[number].occasion].append(number)
    groups: list[tuple[int, ...]] = []
    for numbers in occasions.values():
        if len(numbers) > 1:
            groups.extend(_by_client(numbers, keys))
    return sorted(groups)


def _by_client(numbers: list[int], keys: Mapping[int, AuditKey]) -> Iterator[tuple[int, ...]]:
    """Split one occasion's files by client: linked by code, or by a name that lacks its code."""
    codeless = {keys[number].organisation for number in numbers if not keys[number].uscc}
    root: dict[bytes, bytes] = {}

    def rooted(token: bytes) -> bytes:
        while root.setdefault(token, token) != token:
            token = root[token]
        return token

    first: list[bytes] = []
    for number in numbers:
        key = keys[number]
        tokens = [b"code" + key.uscc] if key.uscc else []
        if key.organisation in codeless:
            tokens.append(b"name" + key.organisation)
        root[rooted(tokens[-1])] = rooted(tokens[0])
        first.append(tokens[0])
    members: defaultdict[bytes, list[int]] = defaultdict(list)
    for number, token in zip(numbers, first, strict=True):
        members[rooted(token)].append(number)
    return (tuple(group) for group in members.values() if len(group) > 1)


def _texts(audit: Audit) -> Iterator[str]:
    """Yield every text of the cover, and the evidence in the order of the indicators."""
    yield from (audit.cover.text(field.key) for field in COVER_FIELDS if not field.is_date)
    for rating in audit.ratings:
        yield rating.evidence


def _values(audit: Audit) -> Iterator[str]:
    """Yield what else was entered, and what was entered and could not be read."""
    yield from (str(getattr(audit.cover, field.key)) for field in COVER_FIELDS if field.is_date)
    for rating in audit.ratings:
        percent = "" if rating.percent is None else plain(rating.percent)
        yield f"{rating.clause} {rating.band} {percent} {rating.not_applicable} {rating.faulty}"
    for items in (audit.deductions, audit.bonuses):
        yield f"items {len(items)}"
        for texts in sorted(tuple(_special(item)) for item in items):
            yield from texts
    for found in audit.findings:
        if found.entry_unreadable:
            yield f"{found.code} {found.clause} {folded(found.found)}"


def _special(item: SpecialItem) -> Iterator[str]:
    for text in (item.category, item.clause, item.description, item.evidence, item.rectification):
        yield folded(text)


def _digest(texts: Iterable[str]) -> bytes:
    joined = "\0".join(texts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=_SIZE).digest()
