"""The address that files are sent to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from cts_excel.app.uploads import UploadError, Uploads
from cts_excel.messages import _


def upload_route(uploads: Uploads) -> Callable[[Request], Awaitable[Response]]:
    """Return the handler: the body is the file, ``path`` its name, ``to`` where it goes."""

    async def receive(request: Request) -> Response:
        name = request.query_params.get("path", "")
        hidden = request.query_params.get("to", "input") != "input"
        length = request.headers.get("content-length", "")
        declared = int(length) if length.isdecimal() else None
        try:
            taken = await uploads.take(name, request.stream(), declared=declared, hidden=hidden)
        except UploadError as error:
            # The rest of the body is not waited for.
            return JSONResponse({"problem": str(error)}, error.status, {"connection": "close"})
        except ClientDisconnect:
            return JSONResponse({"problem": _("The connection broke off.")}, 400)
        if taken is None:
            return JSONResponse({"passed_over": True})
        return JSONResponse({"key": taken.key, "name": taken.path.name, "new": taken.new})

    return receive
