"""Hints that a feed grew: heard on a server and on a cluster, and again after the connection was lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from shared.announcements import Growth
from shared.contract.ids import NumberId, WorkspaceId
from shared.feed import Feed
from shared.redis import Redis, RedisError, connect, is_outage
from tests.real.proxy import proxied
from tests.real.waiting import S_MAX

NUMBER = NumberId("106540352242922")
CHANGE = [b'{"kind":"message","value":{}}']


async def heard(growth: Growth) -> None:
    """Fail when nothing is announced."""
    async with asyncio.timeout(S_MAX):
        await growth.wait()
    growth.clear()


@asynccontextmanager
async def connection(url: str) -> AsyncIterator[Redis]:
    """A connection of its own."""
    redis = connect(url)
    yield redis
    await redis.aclose()


async def test_an_append_wakes_whoever_watches_that_feed_and_nobody_else(
    redis: Redis, workspace_id: WorkspaceId
) -> None:
    """Each watcher of a feed is woken, once it is subscribed and at each append; others sleep on."""
    feed = Feed(redis)
    other = NumberId("other")
    async with feed.watching() as watch:
        with (
            watch.on(workspace_id, NUMBER) as one,
            watch.on(workspace_id, NUMBER) as two,
            watch.on(workspace_id, other) as else_,
        ):
            await heard(one)
            await heard(else_)
            two.clear()
            await feed.append(workspace_id, NUMBER, CHANGE, 1)
            await heard(one)
            await heard(two)
            assert not else_.is_set()

            await feed.append(workspace_id, other, CHANGE, 1)
            await heard(else_)


async def test_a_watch_that_was_left_can_be_taken_up_again_at_once(redis: Redis, workspace_id: WorkspaceId) -> None:
    """Leaving and coming back in any order of the server's answers ends subscribed."""
    feed = Feed(redis)
    async with feed.watching() as watch:
        for _ in range(30):
            with watch.on(workspace_id, NUMBER):
                await asyncio.sleep(0)
        with watch.on(workspace_id, NUMBER) as growth:
            await heard(growth)
            await asyncio.sleep(0.05)  # whatever is still on its way has come
            growth.clear()
            await feed.append(workspace_id, NUMBER, CHANGE, 1)
            await heard(growth)


async def test_many_feeds_share_one_connection(redis: Redis, workspace_id: WorkspaceId) -> None:
    """A thousand watched numbers are heard over one connection to the server that has them."""
    feed = Feed(redis)
    numbers = [NumberId(str(count)) for count in range(1_000)]
    clients = len(await redis.client_list())
    async with feed.watching() as watch, asyncio.timeout(S_MAX):
        hands = [watch.on(workspace_id, number) for number in numbers]
        growths = [hand.__enter__() for hand in hands]
        for growth in growths:
            await heard(growth)
        assert len(await redis.client_list()) <= clients + 5  # other tests run beside this one
        await feed.append(workspace_id, numbers[617], CHANGE, 1)
        await heard(growths[617])
        for hand in hands:
            hand.__exit__(None, None, None)


async def test_a_lost_connection_comes_back_and_wakes_the_readers(redis_url: str, workspace_id: WorkspaceId) -> None:
    """What was announced meanwhile is gone, so each subscription made anew is a hint of its own."""
    async with proxied(redis_url) as proxy, connection(proxy.url) as redis, connection(redis_url) as direct:
        watching = Feed(redis).watching()
        async with watching as watch:
            with watch.on(workspace_id, NUMBER) as growth:
                await heard(growth)
                proxy.refuse()
                await Feed(direct).append(workspace_id, NUMBER, CHANGE, 1)
                assert not growth.is_set()
                proxy.refuse(False)
                await heard(growth)
                await Feed(direct).append(workspace_id, NUMBER, CHANGE, 1)
                await heard(growth)


async def test_watching_begins_while_redis_is_away(redis_url: str, workspace_id: WorkspaceId) -> None:
    """Nothing is raised; the hint comes when the server does, and nobody waits for it in order to leave."""
    async with proxied(redis_url) as proxy, connection(proxy.url) as redis:
        proxy.refuse()
        async with asyncio.timeout(S_MAX), Feed(redis).watching() as watch:
            with watch.on(workspace_id, NUMBER) as growth:
                with pytest.raises(RedisError) as raised:
                    await Feed(redis).head(workspace_id, NUMBER)
                assert is_outage(raised.value)
                proxy.refuse(False)
                await heard(growth)
                proxy.refuse()  # and never again would anything be heard


async def test_leaving_has_an_end_and_leaves_no_connection(redis: Redis, workspace_id: WorkspaceId) -> None:
    """However soon after whatever: a cancellation that is lost would hang here for ever."""
    feed = Feed(redis)
    for turns in range(12):
        async with asyncio.timeout(S_MAX), feed.watching() as watch:
            with watch.on(workspace_id, NUMBER) as growth:
                if turns % 2:
                    await heard(growth)
                for _ in range(turns):
                    await asyncio.sleep(0)
