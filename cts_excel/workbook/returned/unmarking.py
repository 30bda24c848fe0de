"""Take the marks of an earlier copy out again: the list, the colours, our comments."""

from __future__ import annotations

from cts_excel.workbook.returned.colours import SIGN, our_rules, uncolour
from cts_excel.workbook.returned.container import Container
from cts_excel.workbook.returned.notes import Notes
from cts_excel.workbook.returned.workbook_part import select, take_out

_SIGN = SIGN.partition('"')[2].rpartition('"')[0].encode()


def unmarked(content: bytes) -> bytes:
    """Return a workbook without our marks, also after it was saved by another application.

    A workbook that carries none is returned as it is.

    :raises NotMarkableError: where the file may not be edited (macros, signature, strict).
    :raises NotReadableError: where it is no .xlsx package.
    """
    container = Container(content)
    if not clear(container):
        return content
    _select_something(container)
    return container.saved()


def clear(container: Container) -> bool:
    """Take our marks out of an open package; tell whether there were any."""
    found = take_out(container)
    for sheet in container.package.sheets:
        part = sheet.part
        if part not in container.names():
            continue
        if _SIGN in container.part(part) and our_rules(container.look(part)):
            uncolour(container.edit(part))
            found = True
        found = Notes(container, part).remove() or found
    return found


def _select_something(container: Container) -> None:
    """Show the first sheet that can be seen, where the list was the one that was."""
    remaining = [s for s in container.package.sheets if s.part in container.names()]
    if any(b'tabSelected="1"' in container.part(sheet.part) for sheet in remaining):
        return
    for place, sheet in enumerate(remaining):
        if sheet.state == "visible":
            select(container, place)
            return
