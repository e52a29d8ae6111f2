"""The connections to RabbitMQ: two of them, replaced for ever, and no password in any log."""

import asyncio
import gc
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aio_pika
import pytest

from shared.broker import Broker, BrokerUnavailable
from tests.real.brokers import FACTS, SMALL, Brokers
from tests.real.logged import logged
from tests.real.proxy import proxied
from tests.real.server import Server, free_port
from tests.real.waiting import S_MAX, until, until_ready


@pytest.fixture
async def brokers(amqp_url: str) -> AsyncIterator[Brokers]:
    """RabbitMQ's alone."""
    made = Brokers(amqp_url, SMALL)
    yield made
    await made.forget()


async def test_a_connection_is_replaced_as_often_as_it_is_cut(brokers: Brokers) -> None:
    """No number of failures is the last."""
    async with proxied(brokers.url) as proxy, brokers.make(url=proxy.url) as broker:
        for _ in range(5):
            await until_ready(broker)
            await broker.publish(FACTS, b"x")
            proxy.cut()
            await until_away(broker)


async def test_another_node_is_asked_when_one_is_gone(brokers: Brokers) -> None:
    """Whichever of the addresses answers leads to the same queues, also when it is the second that goes."""
    async with (
        proxied(brokers.url) as one,
        proxied(brokers.url) as two,
        brokers.make(url=f"{one.url},{two.url}") as broker,
    ):
        for gone, there in ((one, two), (two, one), (one, two)):
            there.refuse(False)
            gone.refuse()
            await until_ready(broker)
            await broker.publish(FACTS, b"x")


async def test_publishing_and_consuming_have_a_connection_each(rabbitmq: Server) -> None:
    """RabbitMQ stops reading from a connection that publishes when memory is short: acknowledgements must pass."""
    brokers = Brokers(rabbitmq.url, SMALL)
    async with brokers.make() as broker:
        await until_ready(broker)
        listed = await asyncio.to_thread(rabbitmq.control, "list_connections", "client_properties")
        while listed.count("cloud-inbox") < 2:
            listed = await asyncio.to_thread(rabbitmq.control, "list_connections", "client_properties")
    await brokers.forget()

    assert "cloud-inbox publishing" in listed
    assert "cloud-inbox consuming" in listed


async def test_an_unreachable_broker_is_logged_without_its_password() -> None:
    """The address holds a secret, and some errors quote it."""
    with logged() as lines:
        async with Brokers(f"amqp://guest:hunter2@127.0.0.1:{free_port()}/").make():
            await until(lambda: len(lines) >= 3)

    assert {"broker.unreachable"} == {line["event"] for line in lines}
    assert "hunter2" not in str(lines)


async def test_a_connection_that_did_not_open_leaves_nothing_to_tidy_up() -> None:
    """What Python finds unclosed, at whatever moment, ends as a warning about a coroutine that nobody awaited."""
    port = free_port()
    with logged() as lines:
        async with Brokers(f"amqp://127.0.0.1:{port}/").make():
            await until(lambda: len(lines) >= 2)

    assert [] == unclosed(port)


async def test_a_connection_that_could_not_say_goodbye_leaves_nothing_to_tidy_up(brokers: Brokers) -> None:
    """A lost network lets the polite end time out."""
    async with proxied(brokers.url) as proxy:
        async with brokers.make(url=proxy.url) as broker:
            await until_ready(broker)
            proxy.silence()
        assert [] == unclosed(urlsplit(proxy.url).port)


def unclosed(port: int | None) -> list[aio_pika.Connection]:
    """Those to this port that nobody closed."""
    found = [left for left in gc.get_objects() if isinstance(left, aio_pika.Connection)]
    return [left for left in found if left.url.port == port and not left.is_closed]


async def until_away(broker: Broker) -> None:
    """Return when the loss is known."""
    async with asyncio.timeout(S_MAX):
        while True:
            try:
                await broker.ready()
            except BrokerUnavailable:
                return
            await asyncio.sleep(0)
