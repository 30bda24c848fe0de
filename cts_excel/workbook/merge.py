"""Join the workbooks of one audit's assessors, who share the clauses out, into one.

Every answer keeps its sources. What two workbooks answer differently stays blank and is listed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.findings import Finding, Severity
from cts_excel.audit.identity import audit_key, folded_entry, same_occasions
from cts_excel.audit.model import Audit
from cts_excel.errors import UserError
from cts_excel.messages import _
from cts_excel.standard.model import Standard
from cts_excel.workbook.form.imprint import NO_IMPRINT, Imprint
from cts_excel.workbook.form.template import template_bytes
from cts_excel.workbook.joined_answers import Contradiction, Joined, Part, TakenAnswer, join
from cts_excel.workbook.ooxml.errors import NotReadableError
from cts_excel.workbook.read_audit import read_audit
from cts_excel.workbook.returned.corrections import (
    TITLE,
    Correction,
    CorrectionList,
    correction,
)
from cts_excel.workbook.returned.marking import marked
from cts_excel.workbook.typed_answers import read_answers

_NAMES_AUDIT = ("audit_no", "organisation", "uscc")  # cover fields
_NEW_PLACES = (Code.NO_EARLIER_ANSWER,)  # said of the joined workbook instead


class MergeError(UserError):
    """Workbooks that do not belong together: place, problem, repair."""


class PartNotReadableError(Exception):
    """A file that is no audit workbook or cannot be read: its 0-based number, and why."""

    def __init__(self, number: int, reason: NotReadableError) -> None:
        super().__init__(number, reason)
        self.number, self.reason = number, reason


@dataclass(frozen=True, slots=True)
class PartFile:
    """One workbook to join: its name as shown, its content and its type."""

    name: str
    content: bytes
    kind: str = "xlsx"


@dataclass(frozen=True, slots=True)
class Merged:
    """A joined workbook (.xlsx), where its answers come from, and what is left to a person.

    ``unanswered`` are the clauses that nobody rated; ``findings`` name a file and something in it
    that could not be taken over.
    """

    content: bytes
    taken: tuple[TakenAnswer, ...]
    open: tuple[Contradiction, ...]
    unanswered: tuple[str, ...]
    findings: tuple[tuple[str, Finding], ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is left to a person: a notice asks for nothing."""
        grave = any(found.severity > Severity.NOTICE for _file, found in self.findings)
        return not (self.open or self.unanswered or grave)


def merge(files: Sequence[PartFile], standard: Standard, imprint: Imprint = NO_IMPRINT) -> Merged:
    """Join workbooks of one audit.

    :param imprint: what the issuing body prints on its forms.
    :raises MergeError: if they are of different audits, or one is of another standard, edition or
        indicator table.
    :raises PartNotReadableError: if a file is no audit workbook or cannot be read.
    """
    parts: list[Part] = []
    findings: list[tuple[str, Finding]] = []
    for number, file in enumerate(files):
        try:
            part, found = _read(file, standard)
        except NotReadableError as error:
            raise PartNotReadableError(number, error) from None
        _refuse_other_standard(file.name, part.audit, standard)
        parts.append(part)
        findings += [(file.name, one) for one in found]
    for first, second in combinations(parts, 2):
        _refuse_other_audit(first, second)
    joined = join(parts, standard)
    findings += joined.findings
    fresh = template_bytes(
        standard, answers=joined.answers, issue_id=joined.issue_id, imprint=imprint
    )
    content = marked(fresh, _listing(files, joined, findings))
    return Merged(content, joined.taken, joined.open, joined.unanswered, tuple(findings))


def _read(file: PartFile, standard: Standard) -> tuple[Part, list[Finding]]:
    """Read one workbook, and what of it cannot be taken over."""
    read = read_answers(file.content, standard, kind=file.kind)
    audit = read_audit(file.content, standard, kind=file.kind)
    found = [one for one in audit.findings if one.code == Code.IDENTITY_MISSING]
    found += [one for one in read.findings if one.code not in _NEW_PLACES]
    return Part(file.name, read.answers, audit), found


def _refuse_other_standard(name: str, audit: Audit, standard: Standard) -> None:
    stated = (audit.identity.standard_id, audit.identity.edition)
    wanted = (standard.id, standard.edition)
    if any(stated) and stated != wanted:
        problem = _("issued for {}, not for {}").format(" ".join(stated), " ".join(wanted))
        repair = _("Give its standard with --standard, or carry it over with migrate first.")
        raise MergeError(name, problem, repair)
    if audit.identity.digest not in ("", standard.digest):
        problem = _("issued with another indicator table")
        raise MergeError(name, problem, _("Give its standard with --standard."))


def _refuse_other_audit(first: Part, second: Part) -> None:
    """Refuse two workbooks that are not the same audit (rule 12); assessors may differ.

    A cover that is filled in by one assessor alone is completed from the other, if any of the
    identifying entries or the issue id says that they belong together.
    """
    a, b = first.audit, second.audit
    issue_id = a.identity.issue_id
    if not (issue_id and issue_id == b.identity.issue_id):
        numbered = a.cover.audit_no or b.cover.audit_no
        if not numbered or not any(_agree(a, b, x) for x in _NAMES_AUDIT):
            problem = _("nothing says that it is the audit of {}").format(first.name)
            raise MergeError(
                second.name, problem, _("Fill in 企业名称 and 项目编号 on both covers.")
            )
    keys = {0: audit_key(_completed(a, b)), 1: audit_key(_completed(b, a))}
    known = {number: key for number, key in keys.items() if key is not None}
    if len(known) == 2 and not same_occasions(known):
        problem = _("another audit than {}: {}").format(first.name, _different(a, b))
        raise MergeError(second.name, problem, _("Join the workbooks of one audit only."))


def _agree(a: Audit, b: Audit, field: str) -> bool:
    first, second = (folded_entry(field, audit.cover.text(field)) for audit in (a, b))
    return bool(first) and first == second


def _completed(audit: Audit, other: Audit) -> Audit:
    """Return an audit with the identity that only the other states.

    Name and code of the client are completed together: a code alone would hide another name.
    """
    own, there = audit.cover, other.cover
    lacking: dict[str, Any] = {
        x: there.text(x) for x in ("audit_no", "audit_type") if not own.text(x)
    }
    if not own.organisation and not own.uscc:
        lacking |= {x: there.text(x) for x in ("organisation", "uscc")}
    added: dict[str, Any] = {x: there.text(x) for x in lacking}
    return replace(audit, cover=replace(own, **added))


def _different(a: Audit, b: Audit) -> str:
    pairs = [(a.cover.text(x), b.cover.text(x)) for x in ("audit_type", *_NAMES_AUDIT)]
    return "、".join(f"{x} / {y}" for x, y in pairs if x and y and x != y) or "—"


def _listing(
    files: Sequence[PartFile], joined: Joined, findings: Sequence[tuple[str, Finding]]
) -> CorrectionList:
    """Word the first sheet of the joined workbook: what is open, then where answers come from."""
    rows: list[Correction] = []
    for one in joined.open:
        found = finding(
            Code.ANSWERS_DIFFER,
            sheet=one.sheet,
            cell=one.cell,
            clause=one.clause,
            found=f"{one.label}：{_sides(one)}",
        )
        rows.append(correction(len(rows) + 1, found))
    for clause, cell in joined.unanswered_cells:
        found = finding(Code.NOBODY_ANSWERED, sheet=joined.ratings, cell=cell, clause=clause)
        rows.append(correction(len(rows) + 1, found))
    for file, found in sorted(findings, key=lambda item: item[1].gravity):
        rows.append(correction(len(rows) + 1, found, where=f"{file} {found.place}".strip()))
    for where, clause, text in _sources(joined.taken):
        found = finding(Code.ANSWER_SOURCE, clause=clause, found=text)
        rows.append(correction(len(rows) + 1, found, where=where))
    undecided = len(joined.open) + len(joined.unanswered)
    lines = (
        f"由 {len(files)} 份工作簿合并：{'、'.join(file.name for file in files)}。",
        f"{undecided} 处待定：相互矛盾的答案已留空，请审核组确定后填写；其余各行说明答案来源。",
        "点击“位置”可跳到该单元格。本表与批注不影响评定，无需删除。",
    )
    return CorrectionList(f"{TITLE}（合并）", lines, tuple(rows))


def _sides(one: Contradiction) -> str:
    return "；".join(f"{value}（{'、'.join(files)}）" for value, files in one.values)


def _sources(taken: Sequence[TakenAnswer]) -> Iterator[tuple[str, str, str]]:
    """Yield (place, clause, sources): one line for all answers of a clause."""
    places: dict[tuple[str, str], list[TakenAnswer]] = {}
    for one in taken:
        places.setdefault((one.sheet, one.clause or one.label), []).append(one)
    for (sheet, name), here in places.items():
        by_files: Mapping[tuple[str, ...], list[str]] = {one.files: [] for one in here}
        for one in here:
            by_files[one.files].append(one.label)
        texts = [
            "、".join(files) if len(by_files) == 1 else f"{'、'.join(labels)}：{'、'.join(files)}"
            for files, labels in by_files.items()
        ]
        clause = here[0].clause
        yield (f"{sheet} {name}" if not clause else sheet), clause, "；".join(texts)
