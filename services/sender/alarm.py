"""Waits that end early when the process is to stop: by ticks, because thousands wait, and wake a thousand a second."""

import asyncio
import math

TICK_S = 0.005  # whose times lie within the same one are woken together, and what they ask next travels together


class Alarm:
    """Watches one event for all who wait; no more of them than are in hand."""

    def __init__(self, stopping: asyncio.Event) -> None:
        self._stopping = stopping
        self._ticks: dict[int, set[asyncio.Future[None]]] = {}
        self._watching: asyncio.Task[None] | None = None

    async def wait(self, for_s: float) -> None:
        """Return after so long, or up to a tick later, or when the process is to stop."""
        if self._stopping.is_set():
            return
        loop = asyncio.get_running_loop()
        if self._watching is None:
            self._watching = loop.create_task(self._watch())
        tick = math.ceil((loop.time() + for_s) / TICK_S)
        waiting = self._ticks.get(tick)
        if waiting is None:
            waiting = self._ticks[tick] = set()
            loop.call_at(tick * TICK_S, self._wake, tick)
        woken: asyncio.Future[None] = loop.create_future()
        waiting.add(woken)
        try:
            await woken
        finally:
            waiting.discard(woken)

    def _wake(self, tick: int) -> None:
        for woken in self._ticks.pop(tick, ()):
            if not woken.done():
                woken.set_result(None)
        if not self._ticks and self._watching is not None:
            self._watching.cancel()
            self._watching = None

    async def _watch(self) -> None:
        await self._stopping.wait()
        for tick in list(self._ticks):
            self._wake(tick)
