"""Publishing to RabbitMQ when it answers late, never, or not what one hopes."""

import asyncio
from collections.abc import AsyncIterator

import aio_pika
import pytest

from shared.broker import Broker, BrokerUnavailable, Delivery
from tests.real.brokers import FACTS, SMALL, WORK, Brokers
from tests.real.proxy import proxied
from tests.real.server import Server
from tests.real.waiting import S_MAX, until, until_ready


@pytest.fixture
async def brokers(amqp_url: str) -> AsyncIterator[Brokers]:
    """RabbitMQ's alone."""
    made = Brokers(amqp_url, SMALL)
    yield made
    await made.forget()


async def test_a_publish_into_silence_ends_with_an_ordinary_error(brokers: Brokers) -> None:
    """A network that swallows everything is a broker that is away; when it comes back, so do we."""
    url = brokers.url + "?heartbeat=300"  # no heartbeat ends it first
    async with proxied(url) as proxy, brokers.make(url=proxy.url, publish_s_max=0.3) as broker:
        await until_ready(broker)
        proxy.silence()
        async with asyncio.timeout(S_MAX):
            with pytest.raises(BrokerUnavailable):
                await broker.publish(FACTS, b"into silence")
        with pytest.raises(BrokerUnavailable):
            await broker.ready()
        proxy.resume()
        await until_ready(broker)
        await broker.publish(FACTS, b"heard")


async def test_a_connection_that_dies_in_silence_is_replaced(brokers: Brokers) -> None:
    """After about three heartbeats it is given up; who waits gets an ordinary error, and the next connection works."""
    url = brokers.url + "?heartbeat=1"
    async with proxied(url) as proxy, brokers.make(url=proxy.url, publish_s_max=2 * S_MAX) as broker:
        await until_ready(broker)
        proxy.silence()
        with pytest.raises(BrokerUnavailable):
            await asyncio.wait_for(broker.publish(FACTS, b"into silence"), S_MAX)
        proxy.cut()
        proxy.resume()
        await until_ready(broker)
        await broker.publish(FACTS, b"heard")


async def test_a_queue_that_somebody_deleted_is_no_silent_hole(brokers: Brokers) -> None:
    """A message that reaches no queue is not confirmed; the topology is declared again, and then it is."""
    seen: list[Delivery] = []

    async def handle(delivery: Delivery) -> None:
        seen.append(delivery)

    async with brokers.make() as broker:
        await until_ready(broker)
        async with await aio_pika.connect(brokers.url) as connection:
            await (await connection.channel()).queue_delete(f"{brokers.namespace}.{WORK.name}")
        with pytest.raises(BrokerUnavailable):
            await broker.publish(FACTS, b"nowhere")
        await until_ready(broker)
        async with broker.consuming(WORK, handle, concurrency=1):
            await broker.publish(FACTS, b"somewhere")
            await until(lambda: seen)

    assert b"somewhere" == seen[-1].body


async def test_a_cancelled_publish_is_cancelled(brokers: Brokers) -> None:
    """Only a stranger's cancellation is an outage; ours ends the caller."""
    async with proxied(brokers.url) as proxy, brokers.make(url=proxy.url) as broker:
        await until_ready(broker)
        proxy.silence()
        publishing = asyncio.create_task(broker.publish(FACTS, b""))
        await asyncio.sleep(0.05)
        publishing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await publishing
        proxy.resume()


async def test_a_broker_short_of_memory_is_away_until_it_is_not(rabbitmq: Server) -> None:
    """RabbitMQ then stops reading from publishers: they get an error in time, readers go on, and all recovers."""
    brokers = Brokers(rabbitmq.url, SMALL)
    seen: list[bytes] = []

    async def handle(delivery: Delivery) -> None:
        seen.append(delivery.body)

    async with brokers.make(publish_s_max=0.5) as broker:
        await until_ready(broker)
        for number in range(3):
            await broker.publish(FACTS, b"%d" % number)
        await asyncio.to_thread(rabbitmq.control, "set_vm_memory_high_watermark", "0.00001")
        with pytest.raises(BrokerUnavailable):
            await until_refused(broker)
        with pytest.raises(BrokerUnavailable):
            await broker.ready()
        async with broker.consuming(WORK, handle, concurrency=1):
            await until(lambda: len(seen) >= 3)
            await asyncio.to_thread(rabbitmq.control, "set_vm_memory_high_watermark", "0.4")
            await until_ready(broker)
            await broker.publish(FACTS, b"after")
            await until(lambda: b"after" in seen)
    await brokers.forget()

    assert [b"0", b"1", b"2"] == seen[:3]


async def until_refused(broker: Broker) -> None:
    """Publish until that fails."""
    async with asyncio.timeout(S_MAX):
        while True:
            await broker.publish(FACTS, b"unknown")
            await asyncio.sleep(0.05)
