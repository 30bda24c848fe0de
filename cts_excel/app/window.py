"""A window of its own for the page, in a process of its own: pywebview wants the main thread."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from importlib.util import find_spec

_SIZE = (1366, 860)  # pixels
_PATIENCE = 5.0  # seconds that a window gets to close when the server ends


def is_installed() -> bool:
    """Tell whether pywebview is there."""
    return find_spec("webview") is not None


async def show_window(address: str) -> bool:
    """Show the window until it is closed; ``False`` if it cannot be shown or breaks off.

    Cancelled, it closes the window.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "cts_excel.app.window"),
            stdin=subprocess.PIPE,  # the address holds the token: other users see arguments
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            start_new_session=sys.platform != "win32",  # Ctrl-C reaches it through this process
        )
    except OSError:
        return False
    try:
        await process.communicate(address.encode() + b"\n")
    except asyncio.CancelledError:
        await _close(process)
        raise
    return process.returncode == 0


async def _close(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _PATIENCE)
    except TimeoutError:
        process.kill()
        await process.wait()


def main() -> None:
    """Show the page whose address stands in the first line of standard input."""
    address = sys.stdin.readline().strip()
    import webview

    webview.settings["ALLOW_DOWNLOADS"] = True
    width, height = _SIZE
    webview.create_window("cts-excel", address, width=width, height=height)
    webview.start()


if __name__ == "__main__":
    main()
