"""One reader for each number that somebody follows: what the feed got, read once, told to the hub."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from services.push import frames, metrics, spans
from services.push.hub import Hub
from services.push.room import FeedName
from services.push.settings import PushSettings
from shared import tracing
from shared.announcements import Growth
from shared.contract.feed import Cursor
from shared.cursor import Position, position
from shared.feed import Feed, Watch
from shared.feed_page import Page, announced
from shared.metrics import lagged
from shared.process import now_ms
from shared.redis import is_outage

log = structlog.get_logger(__name__)

SAID_MAX = 16  # announcements that are kept while a page is read; up to 16 KiB each
BACK_OFF_S = (0.1, 2.0)  # while Redis is away, doubling from the first to the second, with jitter


class Tail:
    """Where the hub stands in one feed; between a look at `cursor` and joining the hub there must be no await."""

    def __init__(self, feed_name: FeedName) -> None:
        self.feed_name = feed_name
        self.cursor: Cursor | None = None  # none until the feed has answered
        self.place: Position | None = None
        self.watchers = 0
        self.closing = False
        self.reading: asyncio.Task[None] | None = None
        self.growth: Growth | None = None
        self._moved = asyncio.Event()

    def stand(self, cursor: Cursor | None) -> None:
        """Be somewhere else in the feed."""
        self.cursor = cursor
        self.place = None if cursor is None else position(cursor)
        self._moved.set()
        self._moved = asyncio.Event()

    async def moved(self) -> None:
        """Until it stands somewhere else than now; look at where before and after."""
        if self.growth is not None:
            self.growth.set()  # somebody knows of more than it has read
        await self._moved.wait()


class Tails:
    """All tails of a process, each for as long as somebody watches it."""

    def __init__(self, feed: Feed, watch: Watch, hub: Hub, settings: PushSettings, group: asyncio.TaskGroup) -> None:
        self._feed = feed
        self._watch = watch
        self._hub = hub
        self._settings = settings
        self._group = group
        self._reads = asyncio.Semaphore(settings.tail_reads_max)
        self._tails: dict[FeedName, Tail] = {}

    def watch(self, feed_name: FeedName) -> Tail:
        """The tail of this feed; say `unwatch` once for each time."""
        tail = self._tails.get(feed_name)
        if tail is None:
            tail = self._tails[feed_name] = Tail(feed_name)
            tail.reading = self._group.create_task(self._follow(tail))
            metrics.TAILS.set(len(self._tails))
        tail.watchers += 1
        return tail

    def unwatch(self, tail: Tail) -> None:
        """The last one turns off the light."""
        tail.watchers -= 1
        if tail.watchers == 0 and self._tails.get(tail.feed_name) is tail:
            del self._tails[tail.feed_name]
            metrics.TAILS.set(len(self._tails))
            tail.closing = True
            if tail.reading is not None:
                tail.reading.cancel()

    def close(self) -> None:
        """Stop all of them."""
        for tail in self._tails.values():
            tail.closing = True
            if tail.reading is not None:
                tail.reading.cancel()

    async def _follow(self, tail: Tail) -> None:
        """Take what hints say, or read on them, and every few seconds; hold what there is while Redis is away."""
        shortest_s, longest_s = BACK_OFF_S
        delay_s = shortest_s
        with self._watch.on(*tail.feed_name, SAID_MAX) as growth:
            tail.growth = growth
            # A cancellation that redis-py loses on Python 3.11 must not keep a tail alive.
            while not tail.closing:
                try:
                    growth.clear()
                    more = False if self._take(tail, growth) else await self._read(tail)
                    delay_s = shortest_s
                except Exception as outage:
                    if not is_outage(outage):
                        raise
                    if delay_s == shortest_s:
                        log.warning("tail.held", error=type(outage).__name__)
                    await asyncio.sleep(delay_s * random.uniform(0.5, 1.0))  # noqa: S311 (spreads readers, guards nothing)
                    delay_s = min(delay_s * 2, longest_s)
                    continue
                if not more and not tail.closing:
                    await _either(growth, self._settings.read_every_s)

    def _take(self, tail: Tail, growth: Growth) -> bool:
        """What was announced to the hub, as far as it follows on where the tail stands; whether that was all of it."""
        end: Cursor | None = None
        while growth.said:
            said = announced(growth.said.popleft())
            end = said.cursor
            if said.page is not None and said.since == tail.cursor:
                self._tell(tail, said.page)
        return end is not None and end == tail.cursor

    async def _read(self, tail: Tail) -> bool:
        """One page to the hub; whether there is more already."""
        async with self._reads:
            if tail.cursor is None:
                tail.stand(await self._feed.head(*tail.feed_name))
                return True
            page = await self._feed.read(
                *tail.feed_name,
                tail.cursor,
                self._settings.page_length_max,
                bytes_max=self._settings.page_bytes_max,
            )
        if tail.closing:
            return False
        if page is None:
            # The past it stood in is gone, or was another one: nobody may go on from there.
            lost = self._hub.end_all(tail.feed_name)
            resync = frames.resync(tail.feed_name[1])
            for subscription in lost:
                self._hub.tell(subscription.listener, resync)
            metrics.RESYNCS.inc(len(lost))
            log.warning("tail.resynced", sockets=len(lost))
            tail.stand(None)
            return True
        if page.changes:
            self._tell(tail, page)
        return page.more

    def _tell(self, tail: Tail, page: Page) -> None:
        self._hub.publish(tail.feed_name, frames.changes(tail.feed_name[1], page.cursor, page.changes))
        metrics.CHANGES.inc(len(page.changes))
        at_ms = now_ms()
        metrics.FEED_LAG_S.observe(max(0, at_ms - page.since_ms) / 1000)
        lagged("shown", page.taken_ms, at_ms)
        if tracing.on:
            spans.shown(tail.feed_name, page)
        tail.stand(page.cursor)


async def _either(growth: asyncio.Event, s_max: float) -> None:
    try:
        async with asyncio.timeout(s_max):
            await growth.wait()
    except TimeoutError:
        return


@asynccontextmanager
async def tailing(feed: Feed, hub: Hub, settings: PushSettings) -> AsyncIterator[Tails]:
    """Tails for as long as the context is entered."""
    async with feed.watching() as watch, asyncio.TaskGroup() as group:
        tails = Tails(feed, watch, hub, settings, group)
        try:
            yield tails
        finally:
            tails.close()
