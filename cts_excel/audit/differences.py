"""A small difference between two texts, for people: ``设立[或指定→并指定]专门机构``."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

_AROUND = 6  # unchanged characters that are shown beside a change
_LONGEST = 160  # characters of a whole difference
_MOST_COMPARED = 200  # characters; difflib's time grows with their cube
_LEAST_ALIKE = 0.3


def difference(issued: str, returned: str) -> str:
    """Show how a text changed: ``[old→new]``, ``[-gone]``, ``[+added]``, ``…`` for the rest."""
    if not returned:
        return "—"
    start = shared_start(issued, returned)
    end = shared_start(issued[start:][::-1], returned[start:][::-1])
    old = issued[start : len(issued) - end]
    new = returned[start : len(returned) - end]
    if not (start or end or _alike(old, new)):
        return clipped(returned)
    head, tail = issued[:start], issued[len(issued) - end :]
    steps = _steps(old, new)
    middle = "".join(
        _changed(old[a:b], new[c:d]) if kind != "equal" else _unchanged(old[a:b])
        for kind, a, b, c, d in steps
    )
    before = head if start <= _AROUND + 1 else "…" + head[-_AROUND:]
    after = tail if end <= _AROUND + 1 else tail[:_AROUND] + "…"
    return clipped(before + middle + after)


def clipped(text: str, longest: int = _LONGEST) -> str:
    """Cut a text that is too long to show."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def shared_start(one: Sequence[str], other: Sequence[str]) -> int:
    """Count what two texts, or lists of texts, share at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _alike(old: str, new: str) -> bool:
    if max(len(old), len(new)) > _MOST_COMPARED:
        return False
    return SequenceMatcher(None, old, new, autojunk=False).ratio() >= _LEAST_ALIKE


def _steps(old: str, new: str) -> Sequence[tuple[str, int, int, int, int]]:
    if max(len(old), len(new)) > _MOST_COMPARED:
        return [("replace", 0, len(old), 0, len(new))]
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _changed(old: str, new: str) -> str:
    if not old:
        return f"[+{new}]"
    return f"[{old}→{new}]" if new else f"[-{old}]"


def _unchanged(text: str) -> str:
    return text if len(text) <= 2 * _AROUND + 1 else f"{text[:_AROUND]}…{text[-_AROUND:]}"
