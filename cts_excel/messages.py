"""Text of the terminal, through gettext: English message ids, catalogues under ``locale/``."""

from __future__ import annotations

import errno
import gettext as _gettext
import os
import sys
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from contextvars import ContextVar

DOMAIN = "cts_excel"
CLICK_DOMAIN = "click"  # the texts of click itself, which brings no catalogue
LOCALE_DIR = os.path.join(os.path.dirname(__file__), "locale")  # noqa: PTH118, PTH120 - start-up
CHINESE, ENGLISH = "zh_CN", "en"
# Without a setting of the system, a path of Windows has fewer characters than this; what is longer
# "does not exist".
_PATH_LIMIT = 260 if sys.platform == "win32" else sys.maxsize
_CHINESE_ON_WINDOWS = 0x04  # primary language id; the ten low bits of a language id hold it

_current: _gettext.NullTranslations = _gettext.NullTranslations()
_language = "en"
# What one page of many speaks, with its code; ``None``: the process's language.
_here: ContextVar[tuple[_gettext.NullTranslations, str] | None] = ContextVar("here", default=None)


def use_language(language: str) -> None:
    """Switch the terminal's language: a code or a list as in ``LANGUAGE`` (``zh_CN:en``).

    Every kind of Chinese gets the one Chinese catalogue; an unknown language is English.
    """
    global _current, _language
    _current, _language = _catalogue(language)


def use_language_here(language: str) -> None:
    """Switch the language of the current task or thread only: pages in two languages at once."""
    _here.set(_catalogue(language))


def _catalogue(language: str) -> tuple[_gettext.NullTranslations, str]:
    code = _known(language)
    found = _gettext.translation(DOMAIN, LOCALE_DIR, [code], fallback=True)
    return found, "zh" if code == CHINESE else "en"


def translate_click(environment: MutableMapping[str, str]) -> None:
    """Switch click's own texts to the same language.

    click asks gettext's default domain, in the language of the environment: both are set here,
    so this is for a program's start, never for a library.
    """
    _gettext.bindtextdomain(CLICK_DOMAIN, LOCALE_DIR)
    _gettext.textdomain(CLICK_DOMAIN)
    environment["LANGUAGE"] = CHINESE if _language == "zh" else ENGLISH


def choose_language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Choose the language: ``--lang``, then the locale's environment variables, then the system's.

    Windows sets no such variable; there the language of its own menus counts.
    """
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(variable):
            return environment[variable]
    return _language_of_windows()


def language() -> str:
    """Return ``"en"`` or ``"zh"``: the language in which findings are worded for people."""
    here = _here.get()
    return here[1] if here else _language


def _(message: str) -> str:
    """Translate one message id."""
    return _translations().gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """Translate a message id that depends on a number."""
    return _translations().ngettext(singular, plural, number)


def _translations() -> _gettext.NullTranslations:
    here = _here.get()
    return here[0] if here else _current


def listed(texts: Iterable[str]) -> str:
    """Join texts as the language does: with 、 or with commas."""
    return ("、" if language() == "zh" else ", ").join(texts)


def fault_line(place: object, problem: str, repair: str) -> str:
    """Word an error in one line: where, what, and what to do."""
    return _("{place}: {problem}. {repair}").format(place=place, problem=problem, repair=repair)


def os_reason(error: Exception) -> str:
    """Say in the terminal's language why the system refused, or pass on its own words."""
    reasons = {
        errno.EACCES: _("no permission, or open in another program (close it in Excel)"),
        errno.EPERM: _("no permission, or open in another program (close it in Excel)"),
        errno.ENOENT: _("no such file or folder"),
        errno.ENOTDIR: _("no such file or folder"),
        errno.EISDIR: _("a folder has this name"),
        errno.EEXIST: _("exists already"),
        errno.ENOSPC: _("no space left on the disk"),
        errno.EROFS: _("the disk is read-only"),
        errno.ENAMETOOLONG: _("the name or the path is too long"),
        errno.EINVAL: _("the name is not allowed here"),
    }
    code = errno.ENAMETOOLONG if path_too_long(error) else getattr(error, "errno", None)
    known = reasons.get(code or 0)
    return known or getattr(error, "strerror", None) or str(error)


def path_too_long(error: Exception) -> bool:
    """Tell whether the system refused a path for its length, whatever it says itself."""
    longest = max(len(str(getattr(error, name, None) or "")) for name in ("filename", "filename2"))
    return getattr(error, "errno", None) == errno.ENAMETOOLONG or longest >= _PATH_LIMIT


def _known(wanted: str) -> str:
    """Return the first catalogue that a list of languages asks for."""
    for code in wanted.replace("-", "_").casefold().split(":"):
        name = code.partition(".")[0].partition("@")[0].partition("_")[0]
        if name in ("zh", "chinese"):
            return CHINESE
        if name in ("en", "english", "c", "posix"):
            break
    return ENGLISH


def _language_of_windows() -> str:
    if sys.platform == "win32":  # pragma: no cover - only there
        import ctypes

        found: int = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return CHINESE if found & 0x3FF == _CHINESE_ON_WINDOWS else ENGLISH
    return ENGLISH
