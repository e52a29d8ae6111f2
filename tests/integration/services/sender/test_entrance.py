"""How the crowd of a number comes in."""

import asyncio
from typing import cast

from redis.exceptions import ConnectionError as RedisConnectionError

from services.sender import keys
from services.sender.books import Books
from services.sender.entrance import COMING, Entrance
from services.sender.pace import Rates
from services.sender.scripts import EACH_MAX
from shared import redis
from shared.contract.commands import SendMessage
from shared.redis import Redis
from tests.integration.services.sender.orders import order, workspace
from tests.real.server import Server
from tests.real.waiting import S_MAX

MANY = 3 * EACH_MAX + 5
PER_S = 1000.0


def crowd(ids: dict[str, str], count: int, first_ms: int = 10) -> list[SendMessage]:
    """One conversation, asked for in a row."""
    return [order(ids, f"m{n:04}", at_ms=first_ms + n) for n in range(count)]


async def stands(store: Redis, one: SendMessage) -> list[bytes]:
    """Who has its place in the lane, in order."""
    return cast("list[bytes]", await store.zrange(keys.lane(one)[0], 0, -1))


async def test_many_come_in_together_each_to_its_place(store: Redis) -> None:
    """More than one script holds: all get in, in the order in which they came."""
    books, sends = Books.opened(store, Rates(), ""), crowd(workspace(), MANY)
    entrance = Entrance(books, asyncio.Event(), PER_S)
    arrivals = await asyncio.gather(*(entrance.arrival(send) for send in sends))
    assert list(range(MANY)) == [arrival.position.ahead for arrival in arrivals]


async def test_very_many_come_in_little_faster_than_they_can_leave(store: Redis) -> None:
    """All at once they would be so much to do that the first of them could not go at their rate."""
    books, sends = Books.opened(store, Rates(), ""), crowd(workspace(), MANY)
    entrance, loop = Entrance(books, asyncio.Event(), PER_S), asyncio.get_running_loop()
    began_s = loop.time()
    await asyncio.gather(*(entrance.arrival(send) for send in sends))
    assert loop.time() - began_s >= MANY // EACH_MAX * EACH_MAX / (COMING * PER_S)


async def test_behind_one_that_waits_for_an_earlier_one_all_wait(store: Redis) -> None:
    """What was asked for before, on the straight way, is seen first; nobody of the crowd passes another meanwhile."""
    books, sends = Books.opened(store, Rates(), ""), crowd(workspace(), 3)
    before = sends[0].model_copy(update={"message_id": "before", "at_ms": 5})
    await store.zadd(keys.pending(before), {"before": 5, **{send.message_id: -send.at_ms for send in sends}})
    entrance = Entrance(books, asyncio.Event(), PER_S)
    arriving = [asyncio.ensure_future(entrance.arrival(send)) for send in sends]
    await asyncio.wait(arriving, timeout=0.6)
    assert [] == await stands(store, before)
    await books.arrive(before)
    async with asyncio.timeout(S_MAX):
        await asyncio.gather(*arriving)
    assert [b"before", *(send.message_id.encode() for send in sends)] == await stands(store, before)


async def test_a_stop_lets_all_in_that_wait(store: Redis) -> None:
    """They go back to the broker from there; nobody waits a minute for that."""
    books, sends, stopping = Books.opened(store, Rates(), ""), crowd(workspace(), 3), asyncio.Event()
    await store.zadd(keys.pending(sends[0]), {"before": 5, **{send.message_id: -send.at_ms for send in sends}})
    entrance = Entrance(books, stopping, PER_S)
    arriving = [asyncio.ensure_future(entrance.arrival(send)) for send in sends]
    await asyncio.sleep(0.05)
    stopping.set()
    async with asyncio.timeout(S_MAX):
        await asyncio.gather(*arriving)


async def test_one_number_that_waits_holds_up_no_other(store: Redis) -> None:
    """Each has a row of its own."""
    books, [held] = Books.opened(store, Rates(), ""), crowd(workspace(), 1)
    await store.zadd(keys.pending(held), {"before": 5, held.message_id: -held.at_ms})
    entrance = Entrance(books, asyncio.Event(), PER_S)
    arriving = asyncio.ensure_future(entrance.arrival(held))
    async with asyncio.timeout(S_MAX):
        await entrance.arrival(*crowd(workspace(), 1))
    assert not arriving.done()
    arriving.cancel()


async def test_an_outage_is_told_to_all_and_the_next_come_in(real_redis: Server) -> None:
    """Each delivery is held by who reads the queue, and tried again."""
    store = redis.connect(real_redis.url)
    try:
        entrance, ids = Entrance(Books.opened(store, Rates(), ""), asyncio.Event(), PER_S), workspace()
        real_redis.kill()
        told = await asyncio.gather(*(entrance.arrival(send) for send in crowd(ids, 3)), return_exceptions=True)
        assert [True] * 3 == [isinstance(error, OSError | RedisConnectionError) for error in told]
        real_redis.start()
        async with asyncio.timeout(S_MAX):
            while True:
                try:
                    await entrance.arrival(*crowd(ids, 1))
                    break
                except (OSError, RedisConnectionError):
                    await asyncio.sleep(0.05)
    finally:
        await store.aclose()
