"""Starts the server on this machine, opens its page, and ends cleanly."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cts_excel.api import load_standard
from cts_excel.app.guard import Guard
from cts_excel.app.workplace import Workplace
from cts_excel.errors import UserError
from cts_excel.messages import _, os_reason

LOOPBACK = "127.0.0.1"
_MESSAGE_BYTES = 1024 * 1024  # of one websocket message from a page
_TURN = 0.001  # seconds that a thread may keep the interpreter: a click need not wait for a read


class AppError(UserError):
    """The app cannot start: place, problem, repair."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class AppOptions:
    """How to serve. ``port`` 0 is a free one; ``network`` is an address of this machine or none."""

    folder: Path
    port: int = 0
    network: str | None = None
    opens: bool = True
    window: bool = False
    standard_path: str | None = None


def serve(
    options: AppOptions, say: Callable[[str], None], print_address: Callable[[str], None]
) -> None:
    """Serve until Ctrl-C.

    :param say: takes lines for the person.
    :param print_address: takes the address with its token, when the server is ready.
    :raises AppError: if the folder cannot be written, or the port is taken.
    """
    place = _workplace(options)
    listener = _listener(options)
    hosts = _hosts(options, listener.getsockname()[1])
    from cts_excel.app.site import Site  # loads NiceGUI: only when the folder and port are good

    sys.setswitchinterval(_TURN)
    site = Site(place)

    def one_more(token: str) -> None:
        say(_("Used. For another browser: {}").format(_address(hosts, token)))

    network = options.network is not None
    guard = Guard(site.application, hosts, one_time=network, token_used=one_more)
    address = _address(hosts, guard.token)
    with suppress(KeyboardInterrupt):  # raised again when all is closed
        asyncio.run(_run(guard, listener, lambda: _ready(options, address, say, print_address)))


def _workplace(options: AppOptions) -> Workplace:
    try:
        options.folder.mkdir(parents=True, exist_ok=True)
        os.chdir(options.folder)
        standard_path = options.standard_path and str(Path(options.standard_path))
        place = Workplace(Path.cwd(), load_standard(standard_path), standard_path)
        place.prepare()
    except OSError as error:
        problem = _("the folder cannot be written: {}").format(os_reason(error))
        raise AppError(
            str(options.folder), problem, _("Choose another one with --folder.")
        ) from None
    return place


def _listener(options: AppOptions) -> socket.socket:
    """Take the port before anything else starts.

    :raises AppError: if it is taken, or the address is none of this machine.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform != "win32":  # there, it would share a port with another program
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((options.network or LOOPBACK, options.port))
    except OSError as error:
        listener.close()
        problem = _("cannot be used: {}").format(error.strerror or error)
        repair = _("Leave out --port: a free one is taken.")
        raise AppError(f"{options.network or LOOPBACK}:{options.port}", problem, repair) from None
    return listener


def _hosts(options: AppOptions, port: int) -> tuple[str, ...]:
    names = (options.network,) if options.network else (LOOPBACK, "localhost")
    return tuple(f"{name}:{port}" for name in names)


def _address(hosts: tuple[str, ...], token: str) -> str:
    return f"http://{hosts[0]}/?token={token}"


async def _run(guard: Guard, listener: socket.socket, ready: Callable[[], None]) -> None:
    import uvicorn

    config = uvicorn.Config(
        guard,
        log_level="critical",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        ws_max_size=_MESSAGE_BYTES,
        timeout_graceful_shutdown=3,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.02)
    if server.started:
        ready()
    await serving


def _ready(
    options: AppOptions,
    address: str,
    say: Callable[[str], None],
    print_address: Callable[[str], None],
) -> None:
    """Say where the page is, and open it."""
    if options.network:
        say(
            _(
                "Whoever opens the address below in time can read and change everything in the "
                "working folder, over an unencrypted connection. It works for one browser."
            )
        )
    print_address(address)
    if not options.opens:
        return
    say(_("Keep this window open while you work; Ctrl-C ends the program."))
    if options.window and _window(address):
        return
    if not _opened(address):
        say(_("No browser could be opened. Copy the address into one."))


def _opened(address: str) -> bool:
    try:
        return webbrowser.open(address)
    except (webbrowser.Error, OSError):
        return False


def _window(address: str) -> bool:
    """Open a window of its own, in a process of its own; ``False`` without pywebview."""
    from importlib.util import find_spec

    if find_spec("webview") is None:
        return False
    import subprocess

    code = "import sys, webview; webview.create_window('cts-excel', sys.argv[1]); webview.start()"
    process: Any = subprocess.Popen([sys.executable, "-P", "-c", code, address])  # noqa: S603
    return bool(process.pid)
