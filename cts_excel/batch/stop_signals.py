"""Ctrl-C and SIGTERM: the first one stops the run, later ones do not disturb its clean end."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any, NoReturn

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopSignals:
    """While this holds, the first signal raises ``KeyboardInterrupt`` and the rest are ignored."""

    def __init__(self) -> None:
        self._earlier: dict[signal.Signals, Any] = {}

    def hold(self) -> None:
        """Take over the signals; only a main thread can, elsewhere nothing changes."""
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                self._earlier[number] = signal.signal(number, _stop)

    def release(self) -> None:
        """Give the signals back."""
        for number, handler in self._earlier.items():
            signal.signal(number, handler)
        self._earlier.clear()


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
