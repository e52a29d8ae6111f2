"""Sockets that come back together: one read for all who ask for the same page."""

import asyncio

import pytest

from services.push.pages import Pages
from services.push.room import FeedName
from services.push.settings import PushSettings
from shared.contract.feed import Cursor
from shared.feed import Feed, feed_key
from shared.redis import RedisError, connect
from tests.integration.services.push.live import NUMBER, Push
from tests.real.proxy import proxied


@pytest.fixture
def feed_name(push: Push) -> FeedName:
    """The number's feed."""
    return push.workspace_id, NUMBER


async def reads(push: Push) -> int:
    """How many pages Redis has been asked for, by anybody."""
    told = await push.ground.redis.info("commandstats")
    return int(told.get("cmdstat_xrange", {"calls": 0})["calls"])


@pytest.fixture
async def span(push: Push) -> tuple[Cursor, Cursor]:
    """Where the feed began, and where it stands after 50 changes."""
    start = await push.feed.head(push.workspace_id, NUMBER)
    return start, await push.append(*range(50))


async def test_a_page_asked_for_by_many_is_read_once(
    push: Push, feed_name: FeedName, span: tuple[Cursor, Cursor]
) -> None:
    """At the same moment, and a moment later."""
    pages = Pages(push.feed, _settings(push))
    before = await reads(push)
    found = await asyncio.gather(*(pages.read(feed_name, *span) for _ in range(500)))
    assert await pages.read(feed_name, *span) is found[0]
    assert await reads(push) - before < 20  # tests of other workers read too
    assert 1 == len(set(map(id, found)))


async def test_whoever_asked_first_may_leave(push: Push, feed_name: FeedName, span: tuple[Cursor, Cursor]) -> None:
    """The others get their page all the same."""
    pages = Pages(push.feed, _settings(push))
    first = asyncio.create_task(pages.read(feed_name, *span))
    others = [asyncio.create_task(pages.read(feed_name, *span)) for _ in range(3)]
    await asyncio.sleep(0)
    first.cancel()
    assert all(await asyncio.gather(*others))
    assert first.cancelled()


async def test_neither_an_outage_nor_a_resync_is_kept(
    redis_url: str, push: Push, feed_name: FeedName, span: tuple[Cursor, Cursor]
) -> None:
    """Asked again, Redis is asked again."""
    async with proxied(redis_url) as proxy:
        redis = connect(proxy.url)
        pages = Pages(Feed(redis), _settings(push))
        proxy.refuse()
        with pytest.raises(RedisError):
            await pages.read(feed_name, *span)
        proxy.refuse(False)
        assert await pages.read(feed_name, *span) is not None
        assert await pages.read(feed_name, "1-1.abcd", span[1]) is None
        await redis.aclose()


async def test_only_so_many_pages_are_kept(push: Push, feed_name: FeedName, span: tuple[Cursor, Cursor]) -> None:
    """The one that was asked for longest ago goes."""
    pages = Pages(push.feed, _settings(push).model_copy(update={"pages_kept_max": 2}))
    first = await pages.read(feed_name, *span)
    later = await push.append(50)
    await pages.read(feed_name, span[0], later)
    assert await pages.read(feed_name, *span) is first
    await pages.read(feed_name, span[1], later)
    assert await pages.read(feed_name, *span) is first
    await pages.read(feed_name, span[0], later)
    await pages.read(feed_name, span[1], later)
    assert await pages.read(feed_name, *span) is not first
    assert 0 < await push.ground.redis.xlen(feed_key(*feed_name))


def _settings(push: Push) -> PushSettings:
    assert isinstance(push.ground.settings, PushSettings)
    return push.ground.settings
