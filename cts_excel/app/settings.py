"""How the app grades and issues here: the settings file of the folder, and what a person chose."""

from __future__ import annotations

from dataclasses import dataclass, field

from cts_excel.api import Imprint, RunOptions


@dataclass(frozen=True, slots=True)
class FolderSettings:
    """What the settings file of the working folder says; the command line reads it.

    ``source`` names the file, ``""`` for none, and ``told`` its options as they stand there.
    ``run`` is what ``cts-excel grade`` would do here. ``issue_key`` is the key file to issue with,
    ``headings`` are the user's own headings of a roster by key of a cover field, and ``imprint`` is
    what issued workbooks print, ``None`` for what the standard says.
    """

    source: str = ""
    told: tuple[str, ...] = ()
    run: RunOptions = field(default_factory=lambda: RunOptions(reuse=True))
    issue_key: str | None = None
    headings: tuple[tuple[str, tuple[str, ...]], ...] = ()
    imprint: Imprint | None = None


@dataclass
class Choices:
    """What a person chose under “More options”, until the program ends; nothing is written down.

    ``legacy`` and ``key``, the name of a key file in the working folder or ``""`` for none, are
    ``None`` as long as the settings file decides.
    """

    passwords: tuple[str, ...] = field(default=(), repr=False)
    legacy: bool | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Means:
    """What a workbook is opened and judged with."""

    legacy: bool = False
    passwords: tuple[str, ...] = field(default=(), repr=False)
    password_file: str | None = None
    key_file: str | None = None
