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

from cts_excel.api import Standard, load_standard
from cts_excel.app.guard import Guard
from cts_excel.app.settings import FolderSettings
from cts_excel.app.window import is_installed, show_window
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
    """How to serve. ``port`` 0 is a free one; ``network`` is an address of this machine or none.

    ``folder_standard`` and ``folder_settings`` read the settings file of the current folder, which
    is the working folder when they are called.
    """

    folder: Path
    port: int = 0
    network: str | None = None
    opens: bool = True
    window: bool = False
    standard_path: str | None = None
    folder_standard: Callable[[], str | None] = lambda: None
    folder_settings: Callable[[Standard], FolderSettings] = lambda _standard: FolderSettings()


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
        asyncio.run(
            _run(
                guard,
                listener,
                lambda: _ready(options, address, say, print_address),
                lambda: _window_closed(address, say),
            )
        )


def _workplace(options: AppOptions) -> Workplace:
    try:
        options.folder.mkdir(parents=True, exist_ok=True)
        os.chdir(options.folder)
        standard_path = options.standard_path or options.folder_standard()
        standard = load_standard(standard_path)
        place = Workplace(
            Path.cwd(), standard, standard_path, lambda: options.folder_settings(standard)
        )
        place.settings()  # a settings file that cannot be used is told before anything begins
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


async def _run(
    guard: Guard, listener: socket.socket, ready: Callable[[], bool], window: Callable[[], Any]
) -> None:
    """Serve until Ctrl-C, or until the window is closed.

    :param ready: called when the server answers; true if a window is wanted.
    :param window: shows the window, and returns when it is closed.
    """
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
    showing = asyncio.create_task(window()) if server.started and ready() else None
    try:
        if showing is not None and await _ended_first(showing, serving):
            server.should_exit = True
        await serving
    finally:
        if showing is not None:
            showing.cancel()
            await asyncio.wait([showing])


async def _ended_first(showing: asyncio.Task[bool], serving: asyncio.Task[None]) -> bool:
    """Tell whether the window was closed while the server went on."""
    await asyncio.wait([showing, serving], return_when=asyncio.FIRST_COMPLETED)
    return showing.done() and showing.result()


def _ready(
    options: AppOptions,
    address: str,
    say: Callable[[str], None],
    print_address: Callable[[str], None],
) -> bool:
    """Say where the page is, and open it in a browser; true: in a window instead."""
    if options.network:
        say(
            _(
                "Whoever opens the address below in time can read and change everything in the "
                "working folder, over an unencrypted connection. It works for one browser."
            )
        )
    print_address(address)
    if not options.opens:
        return False
    if options.window and is_installed():
        say(_("Closing the window ends the program."))
        return True
    if options.window:
        say(_("There is no window without pywebview (pip install pywebview): a browser opens."))
    _open_browser(address, say)
    return False


def _open_browser(address: str, say: Callable[[str], None]) -> None:
    say(_("Keep this window open while you work; Ctrl-C ends the program."))
    if not _opened(address):
        say(_("No browser could be opened. Copy the address into one."))


def _opened(address: str) -> bool:
    try:
        return webbrowser.open(address)
    except (webbrowser.Error, OSError):
        return False


async def _window_closed(address: str, say: Callable[[str], None]) -> bool:
    """Show the window until it is closed; ``False``: it failed, and a browser is opened."""
    if await show_window(address):
        return True
    say(_("The window could not be shown: a browser opens instead."))
    _open_browser(address, say)
    return False
