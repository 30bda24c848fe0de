"""The text of a string item or of an inline string, collected from parser events."""

from __future__ import annotations

_SHOWS_NOTHING = ("rPh", "phoneticPr", "extLst")  # hints of pronunciation, extensions


class RichText:
    """One text or a sequence of runs; with anything else it has more than one reading.

    Names are local for the main namespace, written out in full for any other.
    """

    def __init__(self) -> None:
        self._path: list[str] = []
        self._parts: list[str] = []
        self._direct = self._runs = self._in_run = 0
        self._ambiguous = False

    def start(self, name: str) -> None:
        """Take the start of an element below the item."""
        self._path.append(name)
        if self._path == ["t"]:
            self._direct += 1
        elif self._path == ["r"]:
            self._runs += 1
            self._in_run = 0
        elif self._path == ["r", "t"]:
            self._in_run += 1
            self._ambiguous |= self._in_run > 1
        elif not self._is_passed_over():
            self._ambiguous = True

    def end(self) -> None:
        """Take the end of the element that started last."""
        self._path.pop()

    def text(self, text: str) -> None:
        """Take characters."""
        if self._path in (["t"], ["r", "t"]):
            self._parts.append(text)
        elif text.strip() and not (self._path and self._is_passed_over()):
            self._ambiguous = True

    def _is_passed_over(self) -> bool:
        return self._path[0] in _SHOWS_NOTHING or self._path[:2] == ["r", "rPr"]

    @property
    def value(self) -> str | None:
        """The text; ``None`` if readers could take it for different ones."""
        if self._ambiguous or self._direct > 1 or (self._direct and self._runs):
            return None
        return "".join(self._parts)
