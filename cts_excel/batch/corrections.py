"""Corrections come home (rule 14): which file of a run is replaced by which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cts_excel.audit.catalogue import finding
from cts_excel.audit.codes import Code
from cts_excel.audit.identity import same_audits
from cts_excel.audit.kept_answers import keeps_valid_answers
from cts_excel.audit.outcome import Outcome, Status
from cts_excel.batch.duplicates import Resolution, apply_resolution, resolve
from cts_excel.batch.identities import AuditIdentity, audit_identity

Replaced = dict[int, int]  # number of a file -> number of the file that replaces it


def replaced_by_copies(
    copies: Iterable[tuple[int, str]], inputs: Iterable[tuple[int, str]]
) -> Replaced:
    """Find the originals of marked copies.

    :param copies: number of each marked copy, and the SHA-256 of the files that it was made from,
        the last one first.
    :param inputs: number and SHA-256 of every file.
    """
    made: dict[str, tuple[int, int]] = {}  # SHA-256 -> steps from the copy, number of the copy
    for number, corrects in copies:
        for steps, sha256 in enumerate(corrects.split()):
            made[sha256] = min(made.get(sha256, (steps, number)), (steps, number))
    if not made:
        return {}
    found = ((number, made[sha256][1]) for number, sha256 in inputs if sha256 in made)
    return {number: copy for number, copy in found if number != copy}


def replaced_by_equals(identities: Mapping[int, AuditIdentity], replaced: Replaced) -> Replaced:
    """Find the files that say the same as a replaced one: saved again, or copied by hand."""
    more: Replaced = {}
    for group in same_audits({number: one.key for number, one in identities.items()}):
        answers = {identities[n].answers: replaced[n] for n in group if n in replaced}
        for number in group:
            copy = answers.get(identities[number].answers)
            if copy is not None and number not in replaced and number not in replaced.values():
                more[number] = copy
    return more


def mixed_groups(
    identities: Mapping[int, AuditIdentity], statuses: Mapping[int, Status]
) -> list[tuple[int, ...]]:
    """Return the files of each audit that has faulty ones, and exactly one good answer."""
    groups = []
    for group in same_audits({number: one.key for number, one in identities.items()}):
        good = {identities[n].answers for n in group if statuses[n] is Status.GRADED}
        if len(good) == 1 and any(statuses[n] is Status.NEEDS_CORRECTION for n in group):
            groups.append(group)
    return groups


def replaced_by_complete(
    groups: Iterable[tuple[int, ...]], outcomes: Mapping[int, Outcome]
) -> Replaced:
    """Find the faulty files of which the one good file of the audit keeps every valid answer."""
    replaced: Replaced = {}
    for group in groups:
        good = next(n for n in group if outcomes[n].status is Status.GRADED)
        for number in group:
            faulty = outcomes[number]
            if faulty.status is Status.NEEDS_CORRECTION and keeps_valid_answers(
                faulty, outcomes[good]
            ):
                replaced[number] = good
    return replaced


def superseded(replaced: Replaced, files: Mapping[int, str]) -> dict[int, Resolution]:
    """Return the final status of the replaced files, which names the file that replaced each."""
    return {
        number: Resolution(
            Status.SUPERSEDED,
            finding(Code.SUPERSEDED, found=files[number], expected=files[by]),
        )
        for number, by in replaced.items()
    }


def resolve_outcomes(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Give outcomes in memory, in the order of their files, their final status."""
    listed = dict(enumerate(outcomes))
    found = {number: audit_identity(outcome) for number, outcome in listed.items()}
    identities = {number: one for number, one in found.items() if one is not None}
    copies = ((n, " ".join(o.audit.corrects)) for n, o in listed.items() if o.audit)
    replaced = replaced_by_copies(copies, ((n, o.sha256) for n, o in listed.items()))
    replaced |= replaced_by_equals(identities, replaced)
    groups = mixed_groups(without(identities, replaced), {n: o.status for n, o in listed.items()})
    replaced |= replaced_by_complete(groups, listed)
    resolutions = resolve(without(identities, replaced))
    resolutions |= superseded(replaced, {n: o.file for n, o in listed.items()})
    return [
        apply_resolution(outcome, resolutions[n]) if n in resolutions else outcome
        for n, outcome in listed.items()
    ]


def without(
    identities: Mapping[int, AuditIdentity], replaced: Iterable[int]
) -> dict[int, AuditIdentity]:
    """Return the identities of the files that are not replaced."""
    gone = set(replaced)
    return {number: one for number, one in identities.items() if number not in gone}
