"""File names that every system takes: Windows' rules are the strictest, so they hold everywhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

MAX_LENGTH = 120  # characters, extension included; leaves room for the folders before it
_MAX_BYTES = 240  # of UTF-8: most file systems stop at 255
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
# CON, NUL and so on are devices, with any extension, also written with superscript digits.
_DEVICE = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE
)


def safe_name(stem: str, extension: str = ".xlsx", *, limit: int = MAX_LENGTH) -> str:
    """Return a file name made from a text, at most ``limit`` characters long.

    Forbidden and invisible characters become ``_``; devices' names, leading dots, trailing dots
    and blanks are taken away. A name is never empty.
    """
    text = unicodedata.normalize("NFC", stem)
    text = _FORBIDDEN.sub("_", text)
    text = "".join(_visible(character) for character in text)
    text = _trimmed(" ".join(text.split()))
    text = _trimmed(_cut(text, limit - len(extension) - 1, _MAX_BYTES - len(extension) - 1))
    # A leading - is an option to a shell; applications' lock files begin with ~ and are passed by.
    if not text or text[0] in "-~" or _DEVICE.fullmatch(text):
        text = f"_{text}"
    return f"{text}{extension}"


class UniqueNames:
    """Gives safe names; names that would meet, whatever their case, are numbered."""

    def __init__(self, extension: str = ".xlsx") -> None:
        self._extension = extension
        self._taken: set[str] = set()

    def name(self, stem: str) -> str:
        """Return a name that was not given before."""
        name, number = safe_name(stem, self._extension), 1
        while folded(name) in self._taken:
            number += 1
            mark = f" ({number})"
            limit = MAX_LENGTH - len(self._extension) - len(mark)
            name = f"{safe_name(stem, '', limit=limit)}{mark}{self._extension}"
        self._taken.add(folded(name))
        return name


def unique_names(stems: Iterable[str], extension: str = ".xlsx") -> Iterator[str]:
    """Yield a safe name for each text, see :class:`UniqueNames`."""
    return map(UniqueNames(extension).name, stems)


def folded(name: str) -> str:
    """Return what two names share where a file system takes them for the same."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFC", name).casefold()).casefold()


def _visible(character: str) -> str:
    """Keep what can be seen; controls, directional marks and lone surrogates become ``_``."""
    kind = unicodedata.category(character)
    if kind in ("Zs", "Zl", "Zp"):
        return " "
    return "_" if kind in ("Cc", "Cf", "Cs", "Co", "Cn") else character


def _trimmed(text: str) -> str:
    return text.strip(" ").lstrip(". ").rstrip(". ")


def _cut(text: str, characters: int, size: int) -> str:
    text = text[:characters]
    return text.encode("utf-8")[:size].decode("utf-8", "ignore")
