"""A failover that has lost the last writes: nobody's cursor points into a history that never was."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import pytest

from shared.contract.ids import NumberId, WorkspaceId
from shared.feed import Feed
from shared.process import now_ms
from shared.redis import Redis, connect, is_outage
from tests.real.redis_pair import RedisPair, redis_pair
from tests.real.waiting import S_MAX

NUMBER = NumberId("106540352242922")

Answer = TypeVar("Answer")


@pytest.fixture
async def pair() -> AsyncIterator[RedisPair]:
    """A master and its replica."""
    async with redis_pair() as made:
        yield made


@pytest.fixture
async def redis(pair: RedisPair) -> AsyncIterator[Redis]:
    """A connection by the address that moves."""
    connection = connect(pair.address.url)
    yield connection
    await connection.aclose()


async def through(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """The answer, once the outage is over."""
    while True:
        try:
            return await ask()
        except Exception as error:
            if not is_outage(error):
                raise
        await asyncio.sleep(0.05)


def change(name: str) -> list[bytes]:
    """Something that is told apart."""
    return [b'{"kind":"message","value":{"id":"%s"}}' % name.encode()]


async def test_a_cursor_into_what_was_lost_means_resync(pair: RedisPair, redis: Redis) -> None:
    """Also when the new history is already longer than the old one was; what both have in common stays good."""
    feed, workspace_id = Feed(redis), WorkspaceId(f"w{uuid.uuid4().hex}")
    shared = await feed.append(workspace_id, NUMBER, change("shared"), now_ms())
    pair.leaves()
    lost = await feed.append(workspace_id, NUMBER, change("lost"), now_ms())
    assert shared
    assert lost
    assert await feed.read(workspace_id, NUMBER, lost, 10) is not None
    await pair.fails_over()

    assert None is await through(lambda: feed.read(workspace_id, NUMBER, lost, 10))
    for _ in range(3):
        await feed.append(workspace_id, NUMBER, change("new"), now_ms())
    assert None is await feed.read(workspace_id, NUMBER, lost, 10)
    page = await feed.read(workspace_id, NUMBER, shared, 10)
    assert page is not None
    assert [b'"new"', b'"new"', b'"new"'] == [each.split(b'"id":')[1][:5] for each in page.changes]


async def test_the_start_of_a_feed_that_was_lost_means_resync(pair: RedisPair, redis: Redis) -> None:
    """A number without a change has a name for its beginning, and that may be lost too."""
    feed, workspace_id = Feed(redis), WorkspaceId(f"w{uuid.uuid4().hex}")
    pair.leaves()
    start = await feed.head(workspace_id, NUMBER)
    await pair.fails_over()

    again = await through(lambda: feed.head(workspace_id, NUMBER))
    assert start != again
    assert None is await feed.read(workspace_id, NUMBER, start, 10)


async def test_listening_goes_on_at_the_new_master(pair: RedisPair, redis: Redis) -> None:
    """Each watcher is woken once it is subscribed again, and by what is appended from then on."""
    feed, workspace_id = Feed(redis), WorkspaceId(f"w{uuid.uuid4().hex}")
    async with feed.watching() as watch, asyncio.timeout(S_MAX):
        with watch.on(workspace_id, NUMBER) as growth:
            await growth.wait()
            growth.clear()
            await pair.fails_over()
            await growth.wait()
            growth.clear()
            await through(lambda: feed.append(workspace_id, NUMBER, change("new"), now_ms()))
            await growth.wait()
