"""The contract of settling, held by both brokers: waits, dead letters, outages, batches with one bad part."""

import asyncio
import time
from collections.abc import Sequence

from shared.broker import Broker, BrokerUnavailable, DeadLetter, Delivery, Poison, Reject, Retry
from shared.topology import CROWD, CROWD_AGAIN, CROWDED, EVENTS, PROJECTOR, SENDER
from tests.real.brokers import FACTS, WORK, Brokers
from tests.real.waiting import S_MAX, until, until_answered, until_ready


async def test_a_retry_waits_in_the_broker_and_comes_back_once(small: Brokers) -> None:
    """It comes again as a first attempt, with the new headers laid over the old, and only once."""
    seen: list[tuple[float, Delivery]] = []

    async def handle(delivery: Delivery) -> None:
        seen.append((time.monotonic(), delivery))
        if len(seen) == 1:
            raise Retry(1.5, {"hop": 1, "colour": "blue"})

    async with small.make() as broker:
        await until_ready(broker)
        async with broker.consuming(WORK, handle, concurrency=4):
            await broker.publish(FACTS, b"patience", {"colour": "red", "kept": "yes"})
            await until(lambda: len(seen) == 2)
            await broker.publish(FACTS, b"end")
            await until(lambda: len(seen) == 3)
        assert 0 == await broker.backlog(WORK.name)

    (first_s, _), (second_s, second), (_, last) = seen
    assert Delivery(b"patience", {"hop": 1, "colour": "blue", "kept": "yes"}, attempt=1) == second
    assert b"end" == last.body
    assert 0.9 < second_s - first_s  # the step of 1 s at least; at most is a matter of the machine


async def test_what_waits_may_come_back_to_another_queue(broker: Broker) -> None:
    """A crowd's send that has waited stands neither behind the crowd nor before others; it is buried with theirs."""
    taken: list[bytes] = []
    again: list[Delivery] = []

    async def take(delivery: Delivery) -> None:
        taken.append(delivery.body)
        raise Retry(1.0, {"hop": 1}) if delivery.body == b"patience" else Reject("a reason")

    async def hear(delivery: Delivery) -> None:
        again.append(delivery)

    async with broker.consuming(CROWD, take, concurrency=1), broker.consuming(CROWD_AGAIN, hear, concurrency=1):
        await broker.publish(CROWDED, b"patience")
        await broker.publish(CROWDED, b"poison")
        await until(lambda: again)

    assert [Delivery(b"patience", {"hop": 1})] == again
    assert [b"patience", b"poison"] == taken
    assert [b"poison"] == [letter.body for letter in await broker.dead_letters(SENDER.dead, 9)]
    assert 0 == await broker.backlog(SENDER.name)


async def test_a_long_retry_takes_the_larger_step(small: Brokers) -> None:
    """A long wait is not cut into the smallest steps."""
    seen: list[float] = []

    async def handle(_: Delivery) -> None:
        seen.append(time.monotonic())
        if len(seen) == 1:
            raise Retry(60)

    async with small.make() as broker:
        await until_ready(broker)
        async with broker.consuming(WORK, handle, concurrency=4):
            await broker.publish(FACTS, b"patience")
            await until(lambda: len(seen) == 2)

    assert 1.9 < seen[1] - seen[0]


async def test_a_wait_outlives_everybody(small: Brokers) -> None:
    """What waits is the broker's: it comes back when the process that asked for it is long gone."""
    seen: list[bytes] = []

    async def postpone(delivery: Delivery) -> None:
        seen.append(delivery.body)
        raise Retry(1)

    async def handle(delivery: Delivery) -> None:
        seen.append(delivery.body)

    async with small.make() as broker:
        await until_ready(broker)
        async with broker.consuming(WORK, postpone, concurrency=1):
            await broker.publish(FACTS, b"patience")
            await until(lambda: seen)
    await asyncio.sleep(1.2)
    async with small.make() as broker, broker.consuming(WORK, handle, concurrency=1):
        await until(lambda: len(seen) == 2)

    assert [b"patience", b"patience"] == seen


async def test_a_rejected_delivery_is_kept_with_its_reason(small: Brokers) -> None:
    """Reject says why; any other error says what and where, and never its text, which may quote a message."""

    async def handle(delivery: Delivery) -> None:
        if delivery.body == b"rejected":
            raise Reject("of an unknown kind")
        raise ValueError("the customer wrote: my card is 4111")

    async with small.make() as broker:
        await until_ready(broker)
        async with broker.consuming(WORK, handle, concurrency=1):
            await broker.publish(FACTS, b"rejected", {"kept": 1})
            await broker.publish(FACTS, b"failed")
            letters = await dead_letters(broker, 2)
        await until_empty(broker)

    assert [b"rejected", b"failed"] == [letter.body for letter in letters]
    assert "of an unknown kind" == letters[0].reason
    assert {"kept": 1} == letters[0].headers
    assert 1 == letters[0].attempts
    assert letters[1].reason.startswith("ValueError at broker/test_settling.py:")


async def test_an_outage_holds_the_delivery_until_it_is_over(small: Brokers) -> None:
    """It is neither rejected nor given back: the same delivery is tried again, as the same attempt."""
    seen: list[int] = []
    away = True

    async def handle(delivery: Delivery) -> None:
        seen.append(delivery.attempt)
        if away:
            raise ConnectionRefusedError if len(seen) % 2 else BrokerUnavailable("away")

    async with small.make() as broker:
        await until_ready(broker)
        async with broker.consuming(WORK, handle, concurrency=1):
            await broker.publish(FACTS, b"precious")
            await until(lambda: len(seen) == 4)
            away = False
            await until_empty(broker)
            await until(lambda: len(seen) == 5)
        assert [] == await broker.dead_letters(WORK.dead, 1)

    assert [1] * 5 == seen


async def test_leaving_during_an_outage_does_not_wait_for_its_end(small: Brokers) -> None:
    """What is held goes back to the broker, and comes again."""
    seen: list[Delivery] = []

    async def away(delivery: Delivery) -> None:
        seen.append(delivery)
        raise ConnectionRefusedError

    async def handle(delivery: Delivery) -> None:
        seen.append(delivery)

    async with small.make(finish_s_max=10 * S_MAX) as broker:
        await until_ready(broker)
        await broker.publish(FACTS, b"precious")
        async with asyncio.timeout(S_MAX), broker.consuming(WORK, away, concurrency=1):
            await until(lambda: len(seen) == 5)
        seen.clear()
        async with broker.consuming(WORK, handle, concurrency=1):
            await until(lambda: seen)

    assert [b"precious"] == [delivery.body for delivery in seen]


async def test_a_poisonous_line_is_buried_alone(small: Brokers) -> None:
    """Its neighbours in the same broker message are done, and do not come again."""
    seen: list[bytes] = []

    async def handle(deliveries: Sequence[Delivery]) -> Sequence[Poison]:
        lines = [line for delivery in deliveries for line in delivery.body.split(b"\n")]
        seen.extend(lines)
        return [Poison(line, "it is bad") for line in lines if line.startswith(b"bad")]

    async with small.make() as broker:
        await until_ready(broker)
        async with broker.consuming_batches(WORK, handle, deliveries_max=10):
            await broker.publish(FACTS, b"good\nbad 1\nbetter")
            await broker.publish(FACTS, b"best\nbad 2")
            letters = await dead_letters(broker, 2)
            await until_empty(broker)

    assert [b"good", b"bad 1", b"better", b"best", b"bad 2"] == seen
    assert [(b"bad 1", "it is bad"), (b"bad 2", "it is bad")] == [(one.body, one.reason) for one in letters]


async def test_only_the_culprit_of_a_failed_batch_is_buried(small: Brokers) -> None:
    """A batch that raises is tried one by one, so that its neighbours live."""
    gate = asyncio.Event()
    calls: list[list[bytes]] = []

    async def handle(deliveries: Sequence[Delivery]) -> Sequence[Poison]:
        await gate.wait()
        bodies = [delivery.body for delivery in deliveries]
        calls.append(bodies)
        if b"culprit" in bodies:
            raise ValueError
        return []

    async with small.make() as broker:
        await until_ready(broker)
        for body in (b"1", b"culprit", b"2", b"3"):
            await broker.publish(FACTS, body)
        async with broker.consuming_batches(WORK, handle, deliveries_max=10):
            await asyncio.sleep(0.2)
            gate.set()
            letters = await dead_letters(broker, 1)
            await until_empty(broker)
            await until(lambda: [b"3"] in calls or [b"2", b"3"] in calls)

    assert [b"culprit"] == [letter.body for letter in letters]
    assert {b"1", b"2", b"3"} <= {body for call in calls if b"culprit" not in call for body in call}


async def test_an_outage_holds_a_whole_batch(small: Brokers) -> None:
    """Nothing of it is buried, and its order stays."""
    calls: list[list[bytes]] = []

    async def handle(deliveries: Sequence[Delivery]) -> Sequence[Poison]:
        calls.append([delivery.body for delivery in deliveries])
        if len(calls) < 4:
            raise ExceptionGroup("both", [ValueError(), ConnectionResetError()])
        return []

    async with small.make() as broker:
        await until_ready(broker)
        for number in range(5):
            await broker.publish(FACTS, b"%d" % number)
        async with broker.consuming_batches(WORK, handle, deliveries_max=10):
            await until_empty(broker)
            await until(lambda: sum(map(len, calls[3:])) == 5)
        assert [] == await broker.dead_letters(WORK.dead, 1)

    assert calls[0] == calls[3]
    assert [b"%d" % number for number in range(5)] == [body for call in calls[3:] for body in call]


async def test_wanting_to_wait_where_there_are_no_waits_is_a_dead_letter(broker: Broker) -> None:
    """A mistake in our own code loses nothing and stops nothing."""

    async def handle(_: Delivery) -> None:
        raise Retry(1)

    async with broker.consuming(PROJECTOR, handle, concurrency=1):
        await broker.publish(EVENTS, b"impatient")
        letters = await dead_letters(broker, 1, PROJECTOR.dead)

    assert [b"impatient"] == [letter.body for letter in letters]


async def dead_letters(broker: Broker, count: int, name: str = WORK.dead) -> Sequence[DeadLetter]:
    """The dead letters, once there are so many."""
    return await until_answered(lambda: broker.dead_letters(name, count), lambda letters: len(letters) == count)


async def until_empty(broker: Broker) -> None:
    """Return when nothing waits."""
    await until_answered(lambda: broker.backlog(WORK.name), lambda backlog: backlog == 0)
