"""Pages of the past for sockets that resume, shared by those that ask for the same one."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial

from services.push import frames
from services.push.room import FeedName
from services.push.settings import PushSettings
from shared.contract.feed import Cursor
from shared.feed import Feed
from shared.single_flight import SingleFlight


@dataclass(frozen=True, slots=True)
class Past:
    """A page as a frame; `cursor` is where it ends, `more` whether the feed has more before the end asked for."""

    cursor: Cursor
    frame: bytes
    more: bool


Asked = tuple[FeedName, Cursor, Cursor]


class Pages:
    """Reads pages, each once for all who want it at about the same time."""

    def __init__(self, feed: Feed, settings: PushSettings) -> None:
        self._feed = feed
        self._settings = settings
        self._reads = asyncio.Semaphore(settings.page_reads_max)
        # What lies between two entries of a feed never changes, so a kept page is as good as a read one.
        self._kept: OrderedDict[Asked, Past] = OrderedDict()
        self._under_way = SingleFlight[Asked, Past | None]()

    async def head(self, feed_name: FeedName) -> Cursor:
        """Where the feed stands now."""
        async with self._reads:
            return await self._feed.head(*feed_name)

    async def exists(self, feed_name: FeedName, cursor: Cursor) -> bool:
        """Whether one may go on from this cursor."""
        async with self._reads:
            return await self._feed.read(*feed_name, cursor, 1) is not None

    def at_hand(self, feed_name: FeedName, since: Cursor, until: Cursor) -> Past | None:
        """The page, if it was read lately."""
        asked = feed_name, since, until
        kept = self._kept.get(asked)
        if kept is not None:
            self._kept.move_to_end(asked)
        return kept

    async def read(self, feed_name: FeedName, since: Cursor, until: Cursor) -> Past | None:
        """The next page after `since`, up to `until`; None means resync."""
        kept = self.at_hand(feed_name, since, until)
        if kept is not None:
            return kept
        asked = feed_name, since, until
        return await self._under_way.join(asked, partial(self._read, asked))

    async def close(self) -> None:
        """Read nothing more."""
        await self._under_way.close()

    async def _read(self, asked: Asked) -> Past | None:
        feed_name, since, until = asked
        length_max, bytes_max = self._settings.page_length_max, self._settings.page_bytes_max
        async with self._reads:
            page = await self._feed.read(*feed_name, since, length_max, until=until, bytes_max=bytes_max)
        if page is None:
            return None
        past = Past(page.cursor, frames.changes(feed_name[1], page.cursor, page.changes), page.more)
        self._kept[asked] = past
        if len(self._kept) > self._settings.pages_kept_max:
            self._kept.popitem(last=False)
        return past
