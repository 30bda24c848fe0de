"""Text of the terminal, through gettext: English message ids, catalogues under ``locale/``."""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Mapping, Sequence
from pathlib import Path

DOMAIN = "cts_excel"
LOCALE_DIR = Path(__file__).with_name("locale")

_current: _gettext.NullTranslations = _gettext.NullTranslations()
_language = "en"


def use_language(language: str) -> None:
    """Switch the terminal's language; an unknown one falls back to English."""
    global _current, _language
    _current = _gettext.translation(DOMAIN, LOCALE_DIR, [language], fallback=True)
    _language = "zh" if language.lower().startswith("zh") else "en"


def choose_language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Choose the language: ``--lang``, then the locale's environment variables, then English."""
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(variable):
            return environment[variable]
    return "en"


def language() -> str:
    """Return ``"en"`` or ``"zh"``: the language in which findings are worded for the terminal."""
    return _language


def _(message: str) -> str:
    """Translate one message id."""
    return _current.gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """Translate a message id that depends on a number."""
    return _current.ngettext(singular, plural, number)
