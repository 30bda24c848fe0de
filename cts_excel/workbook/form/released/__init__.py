"""What each released format of the form held, for the built-in specification.

``format_1.json.xz`` and its like are written by ``make released`` and never change again. They hold
where the parts of the form stood, and the parts of the blank workbook under each policy.
"""

from __future__ import annotations

import io
import lzma
import re
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from itertools import product

import msgspec

from cts_excel.standard.model import NotApplicable, Policy, Standard
from cts_excel.workbook.form.fingerprint import specification_digest
from cts_excel.workbook.form.positions import FormLayout, current_form

_NAME = re.compile(r"format_([0-9]+)\.json\.xz")


class Release(msgspec.Struct, frozen=True):
    """One released format: ``blanks`` has the parts of the package as texts, by policy.

    ``placeholders`` are those that its formulas know; format 1 had none.
    """

    form: FormLayout
    specification: str
    blanks: Mapping[str, Mapping[str, str]]
    placeholders: tuple[str, ...] = ()


def known_forms() -> tuple[FormLayout, ...]:
    """Return every format that can be told: the present one, then the released ones."""
    now = current_form()
    return now, *(
        _release(version).form for version in released_versions() if version != now.version
    )


def blank_bytes(version: str, standard: Standard) -> bytes | None:
    """Return the blank workbook of a released format, ``None`` if it was not kept.

    Kept are those of the built-in specification, under each policy, with its placeholders.
    """
    release = _release(version)
    if release.specification != specification_digest(standard):
        return None
    if release.placeholders and release.placeholders != standard.policy.placeholders:
        return None
    return _package(release.blanks[policy_key(standard.policy)])


def printed_bytes(version: str) -> list[bytes]:
    """Return the blank workbooks of a released format, for what they print."""
    return [_package(parts) for parts in _release(version).blanks.values()]


def policy_key(policy: Policy) -> str:
    """Name a policy by the switches that a form depends on."""
    return f"{policy.not_applicable}{' evidence' * policy.require_evidence}"


def policies(policy: Policy) -> tuple[Policy, ...]:
    """Return a policy with its switches in each position."""
    return tuple(
        msgspec.structs.replace(policy, not_applicable=rule, require_evidence=evidence)
        for rule, evidence in product(NotApplicable, (False, True))
    )


@lru_cache(maxsize=1)
def released_versions() -> tuple[str, ...]:
    """Return the versions that are kept, the newest first."""
    found = (_NAME.fullmatch(entry.name) for entry in files(__name__).iterdir())
    return tuple(sorted((match[1] for match in found if match), key=int, reverse=True))


@lru_cache(maxsize=16)
def _release(version: str) -> Release:
    content = files(__name__).joinpath(f"format_{version}.json.xz").read_bytes()
    return msgspec.json.decode(lzma.decompress(content), type=Release)


def _package(parts: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name), text)
    return buffer.getvalue()
