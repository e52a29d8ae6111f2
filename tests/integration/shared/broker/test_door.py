"""The contract of the door, held by both brokers: what publishing and the dead letters promise."""

import asyncio
import time

import pytest
from prometheus_client import REGISTRY

from shared.broker import Broker, BrokerUnavailable, Delivery, connect
from shared.broker.amqp import AmqpBroker
from shared.broker.streams import StreamsBroker
from shared.topology import COMMANDS, EVENTS, PARKED_DEAD, PROJECTOR, SENDER
from tests.real.brokers import AUDIT, FACTS, REQUESTS, WORK, Brokers
from tests.real.server import free_port
from tests.real.waiting import S_MAX, until, until_answered, until_ready


class Seen:
    """Keeps what it is handed."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []

    async def __call__(self, delivery: Delivery) -> None:
        """The handler."""
        self.deliveries.append(delivery)

    @property
    def bodies(self) -> list[bytes]:
        """What was in them, in order."""
        return [delivery.body for delivery in self.deliveries]


async def test_what_is_published_reaches_every_bound_queue_once(broker: Broker) -> None:
    """A command is also a fact: the sender and the projector each get it; an event is the projector's alone."""
    sender, projector = Seen(), Seen()

    async with broker.consuming(SENDER, sender, concurrency=1), broker.consuming(PROJECTOR, projector, concurrency=1):
        await broker.publish(COMMANDS, b"command")
        await broker.publish(EVENTS, b"event")
        await until(lambda: sender.bodies and len(projector.bodies) == 2)

    assert [b"command"] == sender.bodies
    assert [b"command", b"event"] == projector.bodies


async def test_confirms_are_timed_and_what_is_not_confirmed_is_counted(broker_url: str, small: Brokers) -> None:
    """By exchange, on either broker; what was not confirmed has no duration."""

    def told(name: str) -> float:
        return REGISTRY.get_sample_value(f"inbox_broker_{name}", {"exchange": FACTS.name}) or 0

    before = told("confirm_seconds_count")
    async with small.make() as broker:
        await until_ready(broker)
        await until_answered(lambda: publishes(broker), bool)
    assert 1 == told("confirm_seconds_count") - before

    failed = told("publish_failed_total")
    async with Brokers(f"{broker_url.partition(':')[0]}://127.0.0.1:{free_port()}/").make() as nowhere:
        with pytest.raises(BrokerUnavailable):
            await nowhere.publish(FACTS, b"a fact")
    assert (1, 1) == (told("publish_failed_total") - failed, told("confirm_seconds_count") - before)


async def test_a_body_and_its_headers_arrive_as_they_were(small: Brokers) -> None:
    """Bytes are bytes, numbers stay numbers, and nothing is added; a line's end alone would begin another."""
    seen = Seen()
    body = bytes(byte for byte in range(256) if byte != ord("\n"))
    async with small.make() as broker, broker.consuming(WORK, seen, concurrency=1):
        await until_ready(broker)
        await broker.publish(REQUESTS, body, {"text": "é\n", "number": 1_700_000_000_123})
        await until(lambda: seen.bodies)

    assert [Delivery(body, {"text": "é\n", "number": 1_700_000_000_123}, attempt=1)] == seen.deliveries


async def test_what_was_confirmed_waits_for_a_reader(small: Brokers) -> None:
    """A confirm does not depend on anybody reading, now or before."""
    seen = Seen()
    async with small.make() as broker:
        await until_ready(broker)
        for number in range(20):
            await broker.publish(FACTS, b"%d" % number)
        await backlog_becomes(broker, WORK.name, 20)

    async with small.make() as broker, broker.consuming(WORK, seen, concurrency=1):
        await until(lambda: len(seen.bodies) == 20)

    assert [b"%d" % number for number in range(20)] == seen.bodies


async def test_a_missing_broker_is_no_crash_and_no_wait(broker_url: str) -> None:
    """Entering returns, and publishing, asking and burying say so long before a publish may be given up."""
    nowhere = f"{broker_url.partition(':')[0]}://127.0.0.1:{free_port()}/"
    async with (
        asyncio.timeout(S_MAX),
        Brokers(nowhere).make(publish_s_max=10 * S_MAX, finish_s_max=10 * S_MAX) as broker,
        broker.consuming(SENDER, Seen(), concurrency=1),
    ):
        with pytest.raises(BrokerUnavailable):
            await broker.publish(COMMANDS, b"")
        with pytest.raises(BrokerUnavailable):
            await broker.ready()
        with pytest.raises(BrokerUnavailable):
            await broker.bury(PARKED_DEAD, b"", "no reason")


async def test_a_full_queue_refuses_and_takes_again_once_read(small: Brokers) -> None:
    """At its byte limit a queue refuses the publish; nothing that was confirmed is dropped for it."""
    seen = Seen()
    async with small.make() as broker:
        await until_ready(broker)
        confirmed = await fill(broker)
        assert 9 <= confirmed <= 12
        async with broker.consuming(WORK, seen, concurrency=4):
            await until(lambda: len(seen.bodies) == confirmed)
            await broker.publish(FACTS, b"again")
            await until(lambda: b"again" in seen.bodies)

    assert confirmed + 1 == len(seen.bodies)


async def test_a_buried_body_can_be_looked_at_any_number_of_times(small: Brokers) -> None:
    """Looking leaves a dead letter where it is, in its order, with its reason and its time."""
    async with small.make() as broker:
        await until_ready(broker)
        for number in range(3):
            await broker.bury(WORK.dead, b"%d" % number, f"reason {number}")
        for _ in range(25):
            letters = await broker.dead_letters(WORK.dead, 2)

        assert [b"0", b"1"] == [letter.body for letter in letters]
        assert ["reason 0", "reason 1"] == [letter.reason for letter in letters]
        assert all(abs(time.time() * 1000 - letter.buried_at_ms) < 600_000 for letter in letters)
        await backlog_becomes(broker, WORK.dead, 3)


async def test_a_replayed_dead_letter_goes_to_its_queue_and_to_no_other(small: Brokers) -> None:
    """Replay is a first delivery to whoever could not handle it; the others bound to the exchange had it already."""
    seen, other = Seen(), Seen()
    async with small.make() as broker:
        await until_ready(broker)
        for number in range(3):
            await broker.bury(WORK.dead, b"%d" % number, "a reason")
        assert 2 == await broker.replay(WORK.dead, 2)
        async with broker.consuming(WORK, seen, concurrency=1), broker.consuming(AUDIT, other, concurrency=1):
            await until(lambda: len(seen.bodies) == 2)

        assert [Delivery(b"0"), Delivery(b"1")] == seen.deliveries
        assert [] == other.bodies
        await backlog_becomes(broker, WORK.dead, 1)
        assert 1 == await broker.drop(WORK.dead, 10)
        await backlog_becomes(broker, WORK.dead, 0)


async def test_dead_letters_are_bounded_and_the_oldest_goes_first(small: Brokers) -> None:
    """A poisonous sender fills its own graveyard, not the disk; and what works goes on working."""
    async with small.make() as broker:
        await until_ready(broker)
        for number in range(15):
            await broker.bury(WORK.dead, b"%02d" % number + b"x" * 100_000, "too many")
        letters = await broker.dead_letters(WORK.dead, 20)

    kept = [letter.body[:2] for letter in letters]
    assert 8 <= len(kept) <= 11
    assert [b"%02d" % number for number in range(15)][-len(kept) :] == kept


def test_the_address_decides_which_broker_it_is() -> None:
    """No service knows: with an AMQP address it is RabbitMQ, without one it is the store."""
    assert isinstance(connect("amqp://127.0.0.1/", "redis://127.0.0.1/"), AmqpBroker)
    assert isinstance(connect(None, "redis://127.0.0.1/"), StreamsBroker)
    with pytest.raises(ValueError, match="INBOX_AMQP_URL"):
        connect(None, "redis+cluster://127.0.0.1/")


async def publishes(broker: Broker) -> bool:
    """Whether it took a fact; a busy one may refuse it."""
    try:
        await broker.publish(FACTS, b"a fact")
    except BrokerUnavailable:
        return False
    return True


async def fill(broker: Broker) -> int:
    """Publish until it is refused; how many were confirmed."""
    for confirmed in range(20):
        try:
            await broker.publish(FACTS, b"x" * 100_000)
        except BrokerUnavailable:
            return confirmed
    raise AssertionError("it takes everything")


async def backlog_becomes(broker: Broker, queue_name: str, count: int) -> None:
    """RabbitMQ counts a moment later."""
    await until_answered(lambda: broker.backlog(queue_name), lambda backlog: backlog == count)
