"""Watches ``input/``: what a person copies there appears on the pages at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from cts_excel.app.workplace import Workplace

_QUIET = 400  # milliseconds without a change before the folder is looked through
_LONGEST = 3000  # milliseconds of changes after which it is looked through all the same


@asynccontextmanager
async def watch_input(place: Workplace) -> AsyncIterator[None]:
    """Look the arrivals up after every change while this holds."""
    stop = asyncio.Event()
    task = asyncio.create_task(_watch(place, stop))
    try:
        yield
    finally:
        stop.set()
        with suppress(asyncio.CancelledError):
            await task


async def _watch(place: Workplace, stop: Any) -> None:
    from watchfiles import awatch

    while not stop.is_set():
        try:
            changes = awatch(place.input, stop_event=stop, step=_QUIET, debounce=_LONGEST)
            async for _changes in changes:
                await place.look_at_arrivals()
        except (OSError, RuntimeError):  # the folder is gone, or cannot be watched: try again
            place.input.mkdir(parents=True, exist_ok=True)
            await asyncio.sleep(5)
            await place.look_at_arrivals()
