"""Look at each file that was found: workbook, archive to look into, or another file.

What is, or claims to be, a workbook or an archive is judged; every other file is passed over and
listed. Content decides. A name decides only where it promises a workbook: such a file is judged,
whatever it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from cts_excel.batch.inputs.archives import (
    Container,
    ZipArchive,
    container,
    file_content,
    file_head,
)
from cts_excel.batch.inputs.found import Found
from cts_excel.batch.inputs.kinds import (
    OLE,
    ZIP,
    Claim,
    claim,
    is_foreign_workbook_or_archive,
    is_ole_workbook,
)
from cts_excel.batch.inputs.mails import is_mail, is_outlook_mail
from cts_excel.files.visible import escape_controls
from cts_excel.workbook.ooxml.errors import NotReadableError, Reason
from cts_excel.workbook.ooxml.limits import Limits

_DEEPEST = 2  # an archive in an archive or an e-mail
_HIDDEN = (".", "~$")  # AppleDouble and other hidden files, locks of Excel
_PACKAGES = ("xlsx", "xlsb", "ods", "Numbers workbook")
_DAMAGED_OTHERS = (  # applications whose damaged files are no archives
    *("docx", "docm", "pptx", "pptm", "vsdx", "odt", "odp", "odg", "jar", "apk", "epub", "pages"),
    *("key", "wps", "dps", "xps", "oxps", "ofd"),
)


class Source(Protocol):
    """Where the bytes of a file are looked up."""

    def head(self) -> bytes:
        """Return the first bytes; errors as of :meth:`content`."""

    def content(self) -> bytes:
        """Return all bytes.

        :raises NotReadableError: if they cannot be read, or are too many.
        """

    def archive(self) -> ZipArchive:
        """Open it as a zip file; errors as of :meth:`content`."""


@dataclass(frozen=True, slots=True)
class _OnDisk:
    found: Found
    limits: Limits

    def head(self) -> bytes:
        return file_head(self.found.path, named=self.found.named)

    def content(self) -> bytes:
        return file_content(self.found.path, named=self.found.named, limits=self.limits)

    def archive(self) -> ZipArchive:
        return ZipArchive((self.found.path, self.found.named), self.limits)


@dataclass(frozen=True, slots=True)
class _InContainer:
    container: Container
    name: str
    limits: Limits

    def head(self) -> bytes:
        if error := self.container.trouble(self.name):
            raise error
        return self.container.head(self.name)

    def content(self) -> bytes:
        return self.container.read(self.name)

    def archive(self) -> ZipArchive:
        return ZipArchive(self.content(), self.limits)


@dataclass(slots=True)
class Contents:
    """Collects the files to judge, those passed over, and those that a person left out."""

    limits: Limits
    is_excluded: Callable[[str], bool]
    files: dict[tuple[str, ...], Found] = field(default_factory=dict)
    ignored: set[str] = field(default_factory=set)
    excluded: set[str] = field(default_factory=set)

    def add(self, found: Found) -> None:
        """Take a file on disk, or what is in it."""
        name = found.path.replace("\\", "/").rpartition("/")[2]
        self._take(found, name, _OnDisk(found, self.limits))

    def judge(self, found: Found) -> None:
        """Take a file as it is; one that the user named stays so."""
        key = (found.path, *found.members)
        if self.is_excluded(found.file):
            self.excluded.add(found.file)
        elif key not in self.files or found.named:
            self.files[key] = found

    def pass_over(self, found: Found) -> None:
        """List a file that is no workbook; a file that the user named is judged none the less."""
        if found.named and not found.members:
            self.judge(found)
        elif self.is_excluded(found.file):
            self.excluded.add(found.file)
        else:
            self.ignored.add(found.file)

    def _take(self, found: Found, name: str, source: Source) -> None:
        promise = claim(name)
        if self.is_excluded(found.file):
            self.excluded.add(found.file)
        elif promise is Claim.WORKBOOK:
            self.judge(found)
        else:
            try:
                self._look_at(found, name, promise, source)
            except NotReadableError as error:
                if promise is Claim.OTHER and not _looks_like_an_archive(name, error):
                    self.pass_over(found)
                else:
                    self.judge(_in_trouble(found, error))

    def _look_at(self, found: Found, name: str, promise: Claim, source: Source) -> None:
        """Take a file whose name promises no workbook.

        :raises NotReadableError: if it cannot be looked into.
        """
        head = source.head()
        if head.startswith(ZIP):
            self._look_into_zip(found, promise, source.archive())
        elif promise is Claim.MAIL or (promise is Claim.OTHER and is_mail(head)):
            self._look_into_mail(found, source.content())
        elif head.startswith(OLE):
            content = source.content()
            if is_outlook_mail(content):
                self._look_into_mail(found, content)
            elif promise is Claim.ARCHIVE or is_ole_workbook(content, name):
                self.judge(found)
            else:
                self.pass_over(found)
        elif promise is Claim.ARCHIVE or is_foreign_workbook_or_archive(head):
            self.judge(found)
        else:
            self.pass_over(found)

    def _look_into_zip(self, found: Found, promise: Claim, archive: ZipArchive) -> None:
        kind = archive.kind()
        if kind == "zip archive":
            self._look_into(found, archive)
        elif kind in _PACKAGES or archive.has("xl/") or promise is Claim.ARCHIVE:
            self.judge(found)
        else:
            self.pass_over(found)

    def _look_into_mail(self, found: Found, content: bytes) -> None:
        self._look_into(found, container(content, self.limits), is_mail=True)

    def _look_into(self, found: Found, inside: Container, *, is_mail: bool = False) -> None:
        if len(found.members) >= _DEEPEST:
            deep = NotReadableError(Reason.OVER_A_LIMIT, "archive nested too deep", "")
            self.judge(_in_trouble(found, deep))
            return
        before = len(self.files) + len(self.excluded)
        for name in inside.names():
            member = replace(
                found, file=f"{found.file}/{escape_controls(name)}", members=(*found.members, name)
            )
            parts = name.split("/")
            if "__MACOSX" in parts or any(p.startswith(_HIDDEN) and p != ".." for p in parts):
                if claim(name) is not Claim.OTHER and not parts[-1].startswith("._"):
                    self.pass_over(member)
                continue
            self._take(member, parts[-1], _InContainer(inside, name, self.limits))
        if len(self.files) + len(self.excluded) > before:
            return
        if is_mail and not found.named:
            self.ignored.add(found.file)
        else:
            text = "e-mail without a workbook" if is_mail else "archive without a workbook"
            empty = NotReadableError(Reason.TYPE_NOT_ACCEPTED, text, ".xlsx")
            self.judge(_in_trouble(found, empty))


def _in_trouble(found: Found, error: NotReadableError) -> Found:
    """Return a file with what stands against looking into it; admission raises it again."""
    text = error.found or "cannot be read"
    return replace(found, trouble=text, reason=error.reason.value, expected=error.expected)


def _looks_like_an_archive(name: str, error: NotReadableError) -> bool:
    """Tell whether a file without a telling name is an archive that could not be looked into."""
    damaged = error.found.startswith("damaged archive") or error.reason is Reason.OVER_A_LIMIT
    known = name.lower().rpartition(".")[2] in _DAMAGED_OTHERS
    bare = "." not in name.strip(".")
    return not known and (damaged or (bare and error.reason is Reason.ENCRYPTED))
