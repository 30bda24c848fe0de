"""The names of the files to send back: as their originals, with folders where two are equal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from os.path import commonpath

from cts_excel.batch.inputs.kinds import without_ending
from cts_excel.files.names import UniqueNames, folded, safe_name


class ReturnedNames:
    """Gives a first name at once; which names are equal is known when all files are."""

    def __init__(self) -> None:
        self._unique = UniqueNames()
        self._given: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)

    def first_name(self, file: str) -> str:
        """Return a name that was not given before.

        :param file: how outputs name the original; in an archive, its name there counts.
        """
        stem = without_ending(file.rpartition("/")[2])
        name = self._unique.name(stem)
        self._given[folded(safe_name(stem))].append((file, name))
        return name

    def moves(self) -> Iterator[tuple[str, str]]:
        """Yield the first names that are to change, and what to change them to, in a safe order.

        Of equal names each keeps the folders below the one that its originals share.
        """
        pending = dict(self._changes())
        while pending:
            free = {old: new for old, new in pending.items() if new not in pending}
            if not free:  # a circle: the first names are good, too
                return
            yield from free.items()
            pending = {old: new for old, new in pending.items() if old not in free}

    def _changes(self) -> Iterator[tuple[str, str]]:
        taken: defaultdict[str, UniqueNames] = defaultdict(UniqueNames)
        for given in self._given.values():
            folders = [file.rpartition("/")[0] for file, _name in given]
            shared = _shared(folders)
            for (file, name), folder in zip(given, folders, strict=True):
                below = folder[len(shared) :].strip("/")
                kept = "/".join(safe_name(part, "") for part in below.split("/") if part)
                own = taken[folded(kept)].name(without_ending(file.rpartition("/")[2]))
                new = f"{kept}/{own}" if kept else own
                if new != name:
                    yield name, new


def _shared(folders: list[str]) -> str:
    try:
        return commonpath(folders).replace("\\", "/")
    except ValueError:  # absolute ones and relative ones, or two drives
        return ""
