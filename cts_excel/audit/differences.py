"""A small difference between two texts, for people: ``设立[或指定→并指定]专门机构``."""

from __future__ import annotations

from difflib import SequenceMatcher

_AROUND = 6  # unchanged characters that are shown beside a change
_LONGEST = 160  # characters of a whole difference
_MOST_COMPARED = 4000  # beyond, difflib takes too long; the texts are cut


def difference(issued: str, returned: str) -> str:
    """Show what became of a text: ``[old→new]``, ``[-gone]``, ``[+added]``, ``…`` for the rest."""
    if not returned:
        return "—"
    issued, returned = issued[:_MOST_COMPARED], returned[:_MOST_COMPARED]
    steps = SequenceMatcher(None, issued, returned, autojunk=False).get_opcodes()
    if SequenceMatcher(None, issued, returned, autojunk=False).quick_ratio() < 0.3:
        return clipped(returned)
    shown = []
    for number, (kind, a, b, c, d) in enumerate(steps):
        if kind == "equal":
            shown.append(_unchanged(issued[a:b], number > 0, number < len(steps) - 1))
        elif kind == "replace":
            shown.append(f"[{issued[a:b]}→{returned[c:d]}]")
        elif kind == "delete":
            shown.append(f"[-{issued[a:b]}]")
        else:
            shown.append(f"[+{returned[c:d]}]")
    return clipped("".join(shown))


def clipped(text: str, longest: int = _LONGEST) -> str:
    """Cut a text that is too long to show."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _unchanged(text: str, after: bool, before: bool) -> str:
    left = text[:_AROUND] if after else ""
    right = text[-_AROUND:] if before else ""
    if len(text) <= len(left) + len(right) + 1:
        return text
    return f"{left}…{right}"
