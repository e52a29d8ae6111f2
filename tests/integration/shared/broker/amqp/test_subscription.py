"""One open subscription to RabbitMQ."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from shared.broker import Delivery, Poison
from tests.real.brokers import FACTS, SMALL, WORK, Brokers
from tests.real.waiting import until, until_answered, until_ready


@pytest.fixture
async def brokers(amqp_url: str) -> AsyncIterator[Brokers]:
    """RabbitMQ's alone."""
    made = Brokers(amqp_url, SMALL)
    yield made
    await made.forget()


async def test_no_more_is_fetched_than_this_batch_and_the_next(brokers: Brokers) -> None:
    """A lost connection counts against everything that was fetched, so that is little."""
    begun = 0
    gate = asyncio.Event()

    async def handle(deliveries: Sequence[Delivery]) -> Sequence[Poison]:
        nonlocal begun
        begun += len(deliveries)
        await gate.wait()
        return []

    async with brokers.make() as broker:
        await until_ready(broker)
        for _ in range(20):
            await broker.publish(FACTS, b"x")
        async with broker.consuming_batches(WORK, handle, deliveries_max=3):
            await until(lambda: begun)
            await until_answered(lambda: broker.backlog(WORK.name), lambda backlog: backlog == 14)
            gate.set()
            await until(lambda: begun == 20)


async def test_an_acknowledgement_of_one_leaves_the_others_in_hand(brokers: Brokers) -> None:
    """Deliveries that are handled side by side end in any order: the last one's end is not that of the first."""
    seen: list[Delivery] = []
    gate = asyncio.Event()

    async def handle(delivery: Delivery) -> None:
        seen.append(delivery)
        if delivery.body == b"slow" and not delivery.redelivered:
            await gate.wait()

    async with brokers.make(finish_s_max=0.1) as broker:
        await until_ready(broker)
        async with broker.consuming(WORK, handle, concurrency=2):
            await broker.publish(FACTS, b"slow")
            await broker.publish(FACTS, b"quick")
            await until(lambda: len(seen) == 2)
        async with broker.consuming(WORK, handle, concurrency=2):
            await until(lambda: len(seen) == 3)

    assert Delivery(b"slow", attempt=2) == seen[2]
