"""The embedded broker's scripts: what they count, and that a refusal leaves nothing behind."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from shared import redis
from shared.broker import BrokerUnavailable, Delivery, Reject, Retry
from shared.broker.streams.keys import StreamKeys
from tests.real.brokers import AUDIT, REQUESTS, SMALL, WORK, Brokers
from tests.real.waiting import until, until_answered


@pytest.fixture
async def brokers(redis_url: str) -> AsyncIterator[Brokers]:
    """The embedded ones alone."""
    made = Brokers(redis_url, SMALL)
    yield made
    await made.forget()


async def test_a_refusal_by_one_queue_leaves_nothing_in_the_others(brokers: Brokers) -> None:
    """A publish reaches all of its queues or none, so that asking again doubles nothing."""
    async with brokers.make() as broker:
        with pytest.raises(BrokerUnavailable):
            await broker.publish(REQUESTS, b"x" * (WORK.bytes_max + 1))  # the other queue would have room

        assert 0 == await broker.backlog(AUDIT.name)
        assert 0 == await broker.backlog(WORK.name)


async def test_the_bytes_of_what_is_gone_are_not_counted_any_more(brokers: Brokers) -> None:
    """Acknowledged, waited, buried and dropped: at the end each stream counts what it holds, which is nothing."""
    keys = StreamKeys(brokers.namespace)
    waited = False

    async def handle(delivery: Delivery) -> None:
        nonlocal waited
        if delivery.body == b"wait" and not waited:
            waited = True
            raise Retry(1, {"longer": "header"})
        if delivery.body == b"reject":
            raise Reject("a reason")

    async with brokers.make() as broker, redis.connect(brokers.url) as store:
        async with broker.consuming(WORK, handle, concurrency=4):
            for body in (b"done", b"wait", b"reject"):
                await broker.publish(REQUESTS, body)
            await until(lambda: waited)
            await until_answered(lambda: store.xlen(keys.waiting(WORK.name)), lambda length: length == 0)
            await until_answered(lambda: store.xlen(keys.queue(WORK.name)), lambda length: length == 0)
        await broker.drop(WORK.dead, 10)
        sizes = await store.hgetall(keys.sizes)
        held = {key: int(size) for key, size in sizes.items() if int(size)}

    assert {keys.queue(AUDIT.name).encode()} == held.keys()  # which nobody reads


async def test_a_dead_letter_of_the_delivery_limit_counts_its_attempts(brokers: Brokers) -> None:
    """It says how often somebody died of it."""
    async with brokers.make() as broker, redis.connect(brokers.url) as store:
        await broker.publish(REQUESTS, b"killer")
        stream = StreamKeys(brokers.namespace).queue(WORK.name)
        await store.xgroup_create(stream, "readers", id="0")
        # A reader that is known, has taken it, and is not connected.
        await store.xreadgroup("readers", "gone", {stream: ">"}, count=1)
        entries: Any = await store.xrange(stream)
        for _ in range(SMALL.delivery_limit):
            await store.xclaim(stream, "readers", "gone", 0, [entries[0][0]])

        async def handle(_: Delivery) -> None:
            raise AssertionError("it must not come again")

        async with broker.consuming(WORK, handle, concurrency=1):
            letters = await until_answered(lambda: broker.dead_letters(WORK.dead, 1), bool)

    assert [(b"killer", "delivery_limit", SMALL.delivery_limit + 1)] == [
        (letter.body, letter.reason, letter.attempts) for letter in letters
    ]
