"""Digests of what a form depends on: which specification it prints, and under which policy."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from cts_excel.files.numbers import plain
from cts_excel.standard.model import Standard

# What a form prints of a specification. Its policy has a digest of its own.
_PRINTED = (
    *("id", "edition", "title", "publisher", "basis", "subject", "total", "special", "not_passed"),
    *("levels", "bands", "sections", "groups", "indicators", "errata"),
)


@lru_cache(maxsize=16)
def specification_digest(standard: Standard) -> str:
    """Return the SHA-256 (hex) of what a form prints of a specification, its policy aside."""
    return _digest({name: getattr(standard, name) for name in _PRINTED})


@lru_cache(maxsize=16)
def policy_digest(standard: Standard) -> str:
    """Return the SHA-256 (hex) of all rules of a specification: switches, placeholders, texts."""
    return _digest({"policy": standard.policy, "specification": specification_digest(standard)})


def _digest(value: Any) -> str:
    """Digest a value as JSON: keys sorted, no blanks, decimals without trailing zeros."""
    plain_types = msgspec.to_builtins(value, builtin_types=(Decimal,))
    text = json.dumps(
        plain_types, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=plain
    )
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
