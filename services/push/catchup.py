"""How a socket gets from its cursor to where the tail stands, and joins there: nothing missing, nothing twice."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from services.push import frames, metrics
from services.push.hub import Hub, Phase, Subscription
from services.push.pages import Pages
from services.push.tail import Tail
from shared.contract.feed import Cursor
from shared.cursor import position
from shared.redis import is_outage

RETRY_S = 0.5  # while Redis is away


class CatchUp:
    """One subscription on its way; `drained` returns when its socket can take more."""

    def __init__(
        self,
        subscription: Subscription,
        tail: Tail,
        hub: Hub,
        pages: Pages,
        drained: Callable[[], Awaitable[None]],
    ) -> None:
        self._subscription = subscription
        self._tail = tail
        self._hub = hub
        self._pages = pages
        self._drained = drained
        self._number_id = subscription.feed[1]
        self._told = False
        self._since: Cursor

    def joined_at_once(self, since: Cursor) -> bool:
        """Whether it is live already: it stands where the tail stands, or what lies between is at hand."""
        tail = self._tail
        if tail.cursor is None or tail.place is None or tail.place.is_before(position(since)):
            return False
        self._since = since
        if tail.cursor != since:
            past = self._pages.at_hand(self._subscription.feed, since, tail.cursor)
            if past is None or past.cursor != tail.cursor:
                return False
            self._since = past.cursor
            self._tell(past.frame)
        self._go_live()
        return True

    async def join(self, since: Cursor | None) -> None:
        """Return when it is live or over; an outage of Redis is waited for."""
        while since is None:
            try:
                since = await self._pages.head(self._subscription.feed)
            except Exception as error:
                await _pause(error)
        self._since = since
        while self._subscription.phase in (Phase.APART, Phase.HELD):
            try:
                await self._step()
            except Exception as error:
                if self._subscription.phase is Phase.HELD:
                    self._hub.let_go(self._subscription)
                await _pause(error)

    async def _step(self) -> None:
        tail = self._tail
        if tail.cursor is None or tail.place is None:
            await tail.moved()
        elif tail.cursor == self._since:
            self._go_live()
        elif tail.place.is_before(position(self._since)):
            if await self._pages.exists(self._subscription.feed, self._since):
                await self._reached()
            else:
                self._resync()
        else:
            # What is published from this moment on is held, so only what lies before it is left to read.
            self._hub.hold(self._subscription)
            await self._read_up_to(tail.cursor)

    async def _read_up_to(self, until: Cursor) -> None:
        while self._subscription.phase is Phase.HELD:
            if self._since == until:
                self._go_live()
                return
            past = await self._pages.read(self._subscription.feed, self._since, until)
            if self._over:
                return
            if past is None or (not past.more and past.cursor != until):
                self._resync()
                return
            self._since = past.cursor
            self._tell(past.frame)
            if past.more:
                await self._drained()
        # Let go because too much came meanwhile: once more from here. Or over.

    async def _reached(self) -> None:
        """Until the tail stands there or beyond, or has lost its place."""
        place = position(self._since)
        while self._tail.place is not None and self._tail.place.is_before(place):
            await self._tail.moved()

    @property
    def _over(self) -> bool:
        return self._subscription.phase is Phase.OVER

    def _go_live(self) -> None:
        if not self._told:
            self._tell(frames.changes(self._number_id, self._since, ()))
        self._hub.go_live(self._subscription)

    def _tell(self, frame: bytes) -> None:
        self._told = True
        self._hub.tell(self._subscription.listener, frame)

    def _resync(self) -> None:
        self._hub.end(self._subscription)
        self._hub.tell(self._subscription.listener, frames.resync(self._number_id))
        metrics.RESYNCS.inc()


async def _pause(error: Exception) -> None:
    if not is_outage(error):
        raise error
    await asyncio.sleep(RETRY_S * random.uniform(0.5, 1.0))  # noqa: S311 (spreads readers, guards nothing)
