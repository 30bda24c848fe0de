"""What a page lets a person download: fixed names of a run, files by number, zips made on the way.

Everything is sent as an attachment, so that no browser shows it as a page of this server.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from cts_excel.api import write_client_reports, write_roster, write_template
from cts_excel.app.workplace import Workplace
from cts_excel.errors import UserError
from cts_excel.messages import _, os_reason

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What of a run can be downloaded as it stands.
RUN_FILES = {
    "summary.xlsx": XLSX,
    "decisions.xlsx": XLSX,
    "grades.csv": "text/csv",
    "findings.csv": "text/csv",
    "ratings.csv": "text/csv",
    "specials.csv": "text/csv",
}
_EARLIEST = (2000, 1, 1, 0, 0, 0)  # the date of all members: equal files give equal zips


class Downloads:
    """The addresses below ``/download``."""

    def __init__(self, place: Workplace) -> None:
        self._place = place

    def routes(self) -> dict[str, Callable[[Request], Any]]:
        """Return the handlers by address."""
        return {
            "/download/roster.xlsx": self._answering(self._roster),
            "/download/audit.xlsx": self._answering(self._template),
            "/download/issued/{name}": self._answering(self._issued),
            "/download/run/{name}/returned.zip": self._answering(self._returned_zip),
            "/download/run/{name}/reports.zip": self._answering(self._reports),
            "/download/run/{name}/returned/{number:int}": self._answering(self._returned),
            "/download/run/{name}/{file}": self._answering(self._run_file),
        }

    def _answering(self, handler: Callable[[Request], Any]) -> Callable[[Request], Any]:
        """Turn what goes wrong into one sentence."""

        async def answer(request: Request) -> Response:
            try:
                response: Response = await handler(request)
            except UserError as error:
                return PlainTextResponse(str(error), 404)
            except OSError as error:
                return PlainTextResponse(_("{}: ").format(error.filename) + os_reason(error), 500)
            return response

        return answer

    async def _roster(self, _request: Request) -> Response:
        return await self._made("roster.xlsx", lambda path: write_roster(path, self._standard))

    async def _template(self, _request: Request) -> Response:
        imprint = self._place.settings().imprint
        return await self._made(
            "audit.xlsx", lambda path: write_template(path, self._standard, imprint)
        )

    async def _issued(self, request: Request) -> Response:
        folder = self._place.issue(request.path_params["name"])
        if folder is None:
            return _not_there()
        files = (path for path in sorted(folder.iterdir()) if path.is_file())
        members = [(path.name, path) for path in files if not path.name.startswith(".")]
        return await self._zip(f"{folder.name}.zip", members)

    async def _run_file(self, request: Request) -> Response:
        file = request.path_params["file"]
        kind = RUN_FILES.get(file)
        path = self._place.run(request.path_params["name"]).folder / file
        if kind is None or not path.is_file():
            return _not_there()
        return attachment(path, file, kind)

    async def _returned(self, request: Request) -> Response:
        view = await self._place.view(request.path_params["name"])
        number = request.path_params["number"]
        row = view.grades[number] if number < len(view.grades) else None
        path = view.returned.get(row["file"]) if row else None
        return attachment(path, path.name, XLSX) if path else _not_there()

    async def _returned_zip(self, request: Request) -> Response:
        view = await self._place.view(request.path_params["name"])
        root = view.returned_folder
        paths = sorted(view.returned.values(), key=lambda path: path.relative_to(root).as_posix())
        members = [(path.relative_to(root).as_posix(), path) for path in paths]
        return await self._zip("returned.zip", members)

    async def _reports(self, request: Request) -> Response:
        run = self._place.run(request.path_params["name"])

        def make(path: Path) -> None:
            with tempfile.TemporaryDirectory() as folder:
                written = write_client_reports(run.folder, folder, self._standard)
                _write_zip(path, [(one.name, one) for one in written])

        return await self._made("reports.zip", make, "application/zip")

    @property
    def _standard(self) -> Any:
        return self._place.standard

    async def _zip(self, name: str, members: Iterable[tuple[str, Path]]) -> Response:
        return await self._made(name, lambda path: _write_zip(path, members), "application/zip")

    async def _made(self, name: str, make: Callable[[Path], None], kind: str = XLSX) -> Response:
        """Make a file for this one download."""
        handle, temporary = tempfile.mkstemp(suffix=Path(name).suffix)
        os.close(handle)
        path = Path(temporary)
        try:
            await asyncio.to_thread(make, path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return attachment(path, name, kind, BackgroundTask(path.unlink, missing_ok=True))


def attachment(
    path: Path, name: str, kind: str, background: BackgroundTask | None = None
) -> Response:
    """Send a file to be saved, under its own name in any script."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name)
    given = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"content-disposition": given, "cache-control": "no-store"}
    return FileResponse(path, headers=headers, media_type=kind, background=background)


def _write_zip(path: Path, members: Iterable[tuple[str, Path]]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:  # workbooks are packed already
        for name, source in members:
            info = zipfile.ZipInfo(name, _EARLIEST)
            info.external_attr = 0o644 << 16
            archive.writestr(info, source.read_bytes())


def _not_there() -> Response:
    return PlainTextResponse(_("There is no such file."), 404)
