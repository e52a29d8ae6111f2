"""Waits that end early when the process is to stop: a timer each and nothing else, because thousands wait at once."""

import asyncio


class Alarm:
    """Watches one event for all who wait; no more of them than are in hand."""

    def __init__(self, stopping: asyncio.Event) -> None:
        self._stopping = stopping
        self._waiting: set[asyncio.Future[None]] = set()
        self._watching: asyncio.Task[None] | None = None

    async def wait(self, for_s: float) -> None:
        """Return after so long, or when the process is to stop."""
        if self._stopping.is_set():
            return
        loop = asyncio.get_running_loop()
        if self._watching is None:
            self._watching = loop.create_task(self._watch())
        woken: asyncio.Future[None] = loop.create_future()
        self._waiting.add(woken)
        timer = loop.call_later(for_s, _wake, woken)
        try:
            await woken
        finally:
            timer.cancel()
            self._waiting.discard(woken)
            if not self._waiting and self._watching is not None:
                self._watching.cancel()
                self._watching = None

    async def _watch(self) -> None:
        await self._stopping.wait()
        for woken in self._waiting:
            _wake(woken)


def _wake(woken: "asyncio.Future[None]") -> None:
    if not woken.done():
        woken.set_result(None)
