"""Lines that came in one delivery, held by both brokers: each is handled and settled as if it had come alone."""

import asyncio

from shared.broker import Broker, Delivery, Reject, Retry
from shared.topology import CROWD, CROWD_AGAIN, CROWDED, SENDER
from tests.real.brokers import FACTS, WORK, Brokers
from tests.real.waiting import until, until_ready


async def test_each_line_is_handled_alone_and_none_is_left(small: Brokers) -> None:
    """No more at once than may be in hand, in their order, and the delivery is gone when all are done."""
    seen: list[Delivery] = []
    in_hand, most = 0, 0

    async def handle(delivery: Delivery) -> None:
        nonlocal in_hand, most
        seen.append(delivery)
        in_hand += 1
        most = max(most, in_hand)
        await asyncio.sleep(0)
        in_hand -= 1

    async with small.make() as broker:
        await until_ready(broker)
        async with broker.consuming(WORK, handle, concurrency=2):
            await broker.publish(FACTS, b"one\ntwo\nthree\nfour", {"colour": "red"})
            await broker.publish(FACTS, b"five")
            await until(lambda: len(seen) == 5)
        assert 0 == await broker.backlog(WORK.name)

    red = [Delivery(body, {"colour": "red"}) for body in (b"one", b"two", b"three", b"four")]
    assert [*red, Delivery(b"five")] == seen
    assert 2 == most


async def test_a_line_that_has_to_wait_holds_up_no_other(broker: Broker) -> None:
    """It comes back alone, with its new headers, to where what waits comes back; what nobody can handle is buried."""
    taken: list[bytes] = []
    again: list[Delivery] = []

    async def take(delivery: Delivery) -> None:
        taken.append(delivery.body)
        if delivery.body == b"patience":
            raise Retry(1.0, {"hop": 1})
        if delivery.body == b"poison":
            raise Reject("a reason")

    async def hear(delivery: Delivery) -> None:
        again.append(delivery)

    async with broker.consuming(CROWD, take, concurrency=1), broker.consuming(CROWD_AGAIN, hear, concurrency=1):
        await broker.publish(CROWDED, b"patience\npoison\nbread")
        await until(lambda: again)

    assert [b"patience", b"poison", b"bread"] == taken
    assert [Delivery(b"patience", {"hop": 1})] == again
    assert [(b"poison", "a reason")] == [(each.body, each.reason) for each in await broker.dead_letters(SENDER.dead, 9)]
    assert 0 == await broker.backlog(CROWD.name)


async def test_until_the_last_line_is_done_all_come_again(small: Brokers) -> None:
    """Who dies in the middle leaves nothing out: the next reader gets every line, as its second attempt."""
    never, done = asyncio.Event(), []

    async def stall(delivery: Delivery) -> None:
        done.append(delivery.body)
        if delivery.body == b"two":
            await never.wait()

    seen: list[Delivery] = []

    async def handle(delivery: Delivery) -> None:
        seen.append(delivery)

    async with small.make(finish_s_max=0.1) as broker:
        await until_ready(broker)
        async with broker.consuming(WORK, stall, concurrency=3):
            await broker.publish(FACTS, b"one\ntwo\nthree")
            await until(lambda: len(done) == 3)
    async with small.make() as broker:
        await until_ready(broker)
        async with broker.consuming(WORK, handle, concurrency=3):
            await until(lambda: len(seen) == 3)
        assert 0 == await broker.backlog(WORK.name)

    assert [Delivery(line, attempt=2) for line in (b"one", b"two", b"three")] == seen
