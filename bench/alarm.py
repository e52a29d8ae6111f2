"""An alarm that rings when it is due, to some hundredths of a millisecond: the timers of uvloop count whole ones."""

import asyncio
import ctypes
import os
import time
from collections.abc import Callable

# Linux' own numbers (linux/timerfd.h); Python names them from 3.13 on.
_FLAGS = os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0)
_AT_ONCE_S = 1e-9  # none at all would disarm it


class _Times(ctypes.Structure):
    """How often it rings again, which is never, and when first."""

    _fields_ = (
        ("again_s", ctypes.c_long),
        ("again_ns", ctypes.c_long),
        ("first_s", ctypes.c_long),
        ("first_ns", ctypes.c_long),
    )


class Alarm:
    """One at a time; where the system has none, the timers of the loop."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._ring = ring
        self._instead: asyncio.TimerHandle | None = None
        system = ctypes.CDLL(None)
        self._settime = getattr(system, "timerfd_settime", None)
        self._file = system.timerfd_create(time.CLOCK_MONOTONIC, _FLAGS) if self._settime is not None else -1
        if self._file >= 0:
            self._loop.add_reader(self._file, self._rung)

    def set(self, wait_s: float) -> None:
        """Ring after so long, instead of when it would have rung."""
        if self._settime is None or self._file < 0:
            self._instead = self._later(wait_s)
            return
        whole_s, part_s = divmod(max(wait_s, _AT_ONCE_S), 1)
        times = _Times(0, 0, int(whole_s), max(1, int(part_s * 1e9)))
        self._settime(self._file, 0, ctypes.byref(times), None)

    def close(self) -> None:
        """Never ring again."""
        if self._instead is not None:
            self._instead.cancel()
        if self._file >= 0:
            self._loop.remove_reader(self._file)
            os.close(self._file)
            self._file = -1

    def _later(self, wait_s: float) -> asyncio.TimerHandle:
        if self._instead is not None:
            self._instead.cancel()
        return self._loop.call_later(wait_s, self._ring)

    def _rung(self) -> None:
        os.read(self._file, 8)  # else it would be readable for ever
        self._ring()
