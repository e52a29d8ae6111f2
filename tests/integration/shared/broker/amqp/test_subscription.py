"""One open subscription to RabbitMQ."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import aio_pika
import pytest

from shared.broker import BrokerUnavailable, Delivery, Poison
from shared.broker.amqp.publisher import Publisher
from shared.broker.amqp.subscription import EXCHANGES_MAX, Subscription
from shared.broker.door import Headers
from shared.broker.source import Taken
from tests.real.brokers import FACTS, SMALL, WORK, Brokers
from tests.real.waiting import S_MAX, until, until_answered, until_ready


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


class Watched(Publisher):
    """A publisher that knows how many publishes were under way at once, at most."""

    now = most = 0

    async def publish(self, exchange_name: str, routing_key: str, body: bytes, headers: Headers) -> None:
        """Count one more while it takes."""
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await super().publish(exchange_name, routing_key, body, headers)
        finally:
            self.now -= 1


async def until_connected(publisher: Publisher) -> None:
    """Return once it is."""
    async with asyncio.timeout(S_MAX):
        while True:
            try:
                _ = publisher.connection.current
                return
            except BrokerUnavailable:
                await asyncio.sleep(0.02)


async def test_very_many_that_have_to_wait_are_exchanged_a_few_at_a_time(brokers: Brokers) -> None:
    """All at once none would be confirmed in time, and each would be published again and again; each waits once."""
    count = 4 * EXCHANGES_MAX

    async def nothing(_: object) -> None:
        """The broker under test has declared it."""

    publisher = Watched(brokers.url, nothing, publish_s_max=S_MAX)
    async with brokers.make() as broker, publisher.connection, await aio_pika.connect(brokers.url) as connection:
        await until_ready(broker)
        await until_connected(publisher)
        for _ in range(count):
            await broker.publish(FACTS, b"x")
        channel = await connection.channel()
        underlay = await channel.get_underlay_channel()
        subscription = Subscription(channel, underlay, WORK, brokers.namespace, publisher)
        await subscription.subscribe(count)
        taken: list[Taken] = []
        async with asyncio.timeout(S_MAX):
            while len(taken) < count:
                taken += await subscription.take(count)
        await subscription.stop()
        await asyncio.gather(*(subscription.wait(one, 2.0, {}) for one in taken))
        assert 1 < publisher.most <= EXCHANGES_MAX
        await until_answered(lambda: broker.backlog(WORK.name), lambda back: back == count)
