"""Tell whether two workbooks are the same audit, and whether they say the same (rule 12)."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from cts_excel.audit.codes import Code
from cts_excel.audit.cover import COVER_FIELDS
from cts_excel.audit.model import Audit, SpecialItem
from cts_excel.files.numbers import plain
from cts_excel.standard.folding import folded, with_plain_dashes, without_invisible

_SIZE = 16  # bytes of a digest: two of 10^8 files collide with probability 10^-23
_OPENING, _CLOSING = "（〔［【「『《〈﹝﹙⟨{[", "）〕］】」』》〉﹞﹚⟩}]"
_TO_BRACKETS = str.maketrans(dict.fromkeys(_OPENING, "(") | dict.fromkeys(_CLOSING, ")"))
_PEOPLE = ("assessor", "lead_assessor", "team_members")
_DASHES = re.compile("-{2,}")
_SEPARATORS = re.compile(r"[、,，;；/／|｜\\&＆+＋\r\n]+")
_FULL_NAME = re.compile(r"[\u3400-\u9fff·]{2,}")


@dataclass(frozen=True, slots=True)
class AuditKey:
    """Digests that name an audit; ``uscc`` or ``organisation`` is empty if none tells anything.

    ``occasion`` stands for audit number and type.
    """

    occasion: bytes
    uscc: bytes
    organisation: bytes
    assessor: bytes = b""


def audit_key(audit: Audit) -> AuditKey | None:
    """Return what names an audit (rule 12), folded.

    A credit code that fails its check digit tells nothing. ``None`` if organisation and credit code
    are both empty, or the audit number is: such a workbook cannot be matched with another.
    """
    cover = audit.cover
    uscc = folded(cover.uscc) if cover.uscc and _is_valid(audit) else ""
    organisation, audit_no = folded_name(cover.organisation), folded_name(cover.audit_no)
    if not (uscc or organisation) or not audit_no:
        return None
    return AuditKey(
        _digest((audit_no, folded(cover.audit_type))),
        _digest([uscc]) if uscc else b"",
        _digest([organisation]) if organisation else b"",
        _digest([folded_people(cover.assessor)]),
    )


def _is_valid(audit: Audit) -> bool:
    """Tell whether the reader found nothing wrong with the credit code."""
    return all(found.code != Code.CREDIT_CODE_INVALID for found in audit.findings)


def answers_digest(audit: Audit) -> bytes:
    """Digest everything that was entered: cover, ratings with evidence, special items, errors.

    What another application changes when it saves the file again does not count: spaces, line
    ends, widths of letters, positions of rows, calculated results. Neither do the spellings that
    name one audit.
    """
    # All texts are folded in one go: the NUL between them joins with nothing.
    evidence = folded("\0".join(rating.evidence_shown for rating in audit.ratings))
    return _digest([*_cover_texts(audit), evidence, *_values(audit)])


def folded_name(text: str) -> str:
    """Fold a name or a number: also with one form for all dashes, and one for all brackets."""
    plain_text = with_plain_dashes(folded(text)).translate(_TO_BRACKETS)
    return _DASHES.sub("-", plain_text)


def folded_people(text: str) -> str:
    """Fold the names of one or several people, in whatever order and however separated.

    A blank separates names if two or more characters stand on each side; in ``张 三`` it does not.
    """
    names: list[str] = []
    for part in _SEPARATORS.split(without_invisible(text)):
        words = part.split()
        names.extend(words if all(map(_FULL_NAME.fullmatch, words)) else ["".join(words)])
    return "、".join(sorted({folded_name(name) for name in names if name}))


def folded_entry(key: str, text: str) -> str:
    """Fold an entry of the cover by its key."""
    return folded_people(text) if key in _PEOPLE else folded_name(text)


def same_audits(keys: Mapping[int, AuditKey]) -> list[tuple[int, ...]]:
    """Group the numbers of files that are the same audit; only groups of two or more.

    The same audit has the same number, type and assessor, and one organisation (rule 12).
    """
    return _groups(keys, lambda key: key.occasion + key.assessor)


def same_occasions(keys: Mapping[int, AuditKey]) -> list[tuple[int, ...]]:
    """Group the numbers of files that are the same audit, whoever assessed it."""
    return _groups(keys, lambda key: key.occasion)


def _groups(
    keys: Mapping[int, AuditKey], occasion_of: Callable[[AuditKey], bytes]
) -> list[tuple[int, ...]]:
    occasions: defaultdict[bytes, list[int]] = defaultdict(list)
    for number in sorted(keys):
        occasions[occasion_of(keys[number])].append(number)
    groups: list[tuple[int, ...]] = []
    for numbers in occasions.values():
        if len(numbers) > 1:
            groups.extend(_by_client(numbers, keys))
    return sorted(groups)


def _by_client(numbers: list[int], keys: Mapping[int, AuditKey]) -> Iterator[tuple[int, ...]]:
    """Split one occasion's files by client: linked by an equal code or by an equal name."""
    root: dict[bytes, bytes] = {}

    def rooted(token: bytes) -> bytes:
        while root.setdefault(token, token) != token:
            token = root[token]
        return token

    first: list[bytes] = []
    for number in numbers:
        key = keys[number]
        named = ((b"code", key.uscc), (b"name", key.organisation))
        tokens = [kind + digest for kind, digest in named if digest]
        root[rooted(tokens[-1])] = rooted(tokens[0])
        first.append(tokens[0])
    members: defaultdict[bytes, list[int]] = defaultdict(list)
    for number, token in zip(numbers, first, strict=True):
        members[rooted(token)].append(number)
    return (tuple(group) for group in members.values() if len(group) > 1)


def _cover_texts(audit: Audit) -> Iterator[str]:
    """Yield the texts of the cover, folded as the identity is."""
    for field in COVER_FIELDS:
        if not field.is_date:
            yield folded_entry(field.key, audit.cover.text(field.key))


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
    return map(folded, item.texts.values())


def _digest(texts: Iterable[str]) -> bytes:
    joined = "\0".join(texts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=_SIZE).digest()
