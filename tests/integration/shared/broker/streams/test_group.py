"""Who takes over from whom among the readers of an embedded queue."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from shared import redis
from shared.broker import Delivery, Poison
from shared.broker.streams.group import GROUP
from shared.broker.streams.keys import StreamKeys
from tests.real.brokers import FACTS, SMALL, WORK, Brokers
from tests.real.waiting import until, until_answered, until_ready


@pytest.fixture
async def brokers(redis_url: str) -> AsyncIterator[Brokers]:
    """The embedded ones alone."""
    made = Brokers(redis_url, SMALL)
    yield made
    await made.forget()


async def test_a_slow_reader_keeps_what_it_has_in_hand(brokers: Brokers) -> None:
    """However long a handling takes, nobody takes it over while its reader is connected."""
    seen: list[Delivery] = []
    gate = asyncio.Event()

    async def handle(delivery: Delivery) -> None:
        seen.append(delivery)
        await gate.wait()

    async with brokers.make() as slow, brokers.make() as other, slow.consuming(WORK, handle, concurrency=1):
        await slow.publish(FACTS, b"slow")
        await until(lambda: seen)
        async with other.consuming(WORK, handle, concurrency=4):
            await asyncio.sleep(2.5)  # more than two sweeps
        gate.set()

    assert [Delivery(b"slow", attempt=1)] == seen


async def test_what_was_never_begun_goes_back_uncounted_and_before_the_rest_is_done(brokers: Brokers) -> None:
    """Leaving gives back what only lay in the prefetch, while what was begun is still being finished."""
    begun: list[Delivery] = []
    later: list[Delivery] = []
    leave, gate = asyncio.Event(), asyncio.Event()

    async def slow(deliveries: Sequence[Delivery]) -> Sequence[Poison]:
        begun.extend(deliveries)
        await gate.wait()
        return []

    async def handle(delivery: Delivery) -> None:
        later.append(delivery)

    async def read() -> None:
        async with brokers.make() as broker, broker.consuming_batches(WORK, slow, deliveries_max=1):
            await leave.wait()

    async with brokers.make() as other:
        for number in range(3):
            await other.publish(FACTS, b"%d" % number)
        reading = asyncio.create_task(read())
        await until(lambda: begun)
        async with other.consuming(WORK, handle, concurrency=1):
            await until(lambda: later)
            leave.set()
            await until(lambda: len(later) == 2)
            gate.set()
            await reading

    assert [Delivery(b"0")] == begun
    assert [Delivery(b"2"), Delivery(b"1")] == later


async def test_readers_that_are_gone_leave_nothing_behind(brokers: Brokers) -> None:
    """Their names go with what they had in hand, so that restarts do not pile up."""

    async def handle(_: Delivery) -> None:
        return None

    for _ in range(5):
        async with brokers.make() as broker, broker.consuming(WORK, handle, concurrency=1):
            await until_ready(broker)
            await broker.publish(FACTS, b"x")
            await until_answered(lambda: broker.backlog(WORK.name), lambda backlog: backlog == 0)

    async with redis.connect(brokers.url) as store:
        stream = StreamKeys(brokers.namespace).queue(WORK.name)
        assert len(await store.xinfo_consumers(stream, GROUP)) <= 2
        assert 0 == await store.xlen(stream)
        assert b"0" == await store.hget(StreamKeys(brokers.namespace).sizes, stream)
