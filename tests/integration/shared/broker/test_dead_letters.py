"""The contract of dead letters, held by both brokers: one or all of them back or away, and poison that never loops."""

import asyncio
from collections.abc import Sequence

from shared.broker import Broker, DeadQueue, Delivery, Poison, Reject
from tests.real.brokers import FACTS, WORK, Brokers
from tests.real.waiting import until, until_answered, until_ready


async def back(broker: Broker, count: int) -> None:
    """As many are there: RabbitMQ takes a moment to put back what was looked at."""
    await until_answered(lambda: broker.backlog(WORK.dead), lambda backlog: backlog == count)


async def bodies(broker: Broker, count: int) -> list[bytes]:
    """What the dead letters hold, oldest first, once there are so many."""
    await back(broker, count)
    return [letter.body for letter in await broker.dead_letters(WORK.dead, 1000)]


async def buried(broker: Broker, *letters: bytes) -> None:
    """These are dead letters, in this order."""
    for body in letters:
        await broker.bury(WORK.dead, body, "a reason")
        await asyncio.sleep(0.002)  # so that none is as old as another
    await back(broker, len(letters))


async def test_one_of_many_is_dropped_and_the_others_keep_their_order(small: Brokers) -> None:
    """In the middle, at the end, at the front; an id that is not there changes nothing."""
    async with small.make() as broker:
        await until_ready(broker)
        left = [b"%d" % number for number in range(10)]
        await buried(broker, *left)
        for at in (4, 8, 0):
            letters = await broker.dead_letters(WORK.dead, 100)
            assert 1 == await broker.drop(WORK.dead, 100, letters[at].id)
            assert left.pop(at) == letters[at].body
            assert left == await bodies(broker, len(left))
            await back(broker, len(left))
        for move in (broker.drop, broker.replay):
            assert 0 == await move(WORK.dead, 100, "0123456789ab")
            assert left == await bodies(broker, len(left))
            await back(broker, len(left))


async def test_the_oldest_stays_the_oldest_however_often_it_is_looked_at(small: Brokers) -> None:
    """Counting and looking change nothing: neither what there is, nor which is the next to be replayed."""
    async with small.make() as broker:
        await until_ready(broker)
        assert DeadQueue(0, None) == await broker.dead_count(WORK.dead)
        await buried(broker, b"one", b"two", b"three")
        letters = await broker.dead_letters(WORK.dead, 3)
        for _ in range(5):
            assert DeadQueue(3, letters[0].buried_at_ms) == await broker.dead_count(WORK.dead)
            for count in (1, 2):
                assert letters[:count] == await broker.dead_letters(WORK.dead, count)
        await back(broker, 3)
        assert 1 == await broker.drop(WORK.dead, 1)
        assert [b"two", b"three"] == await bodies(broker, 2)


async def test_one_of_many_is_replayed(small: Brokers) -> None:
    """It alone comes to the reader, as it was before it was buried."""
    seen: list[Delivery] = []

    async def handle(delivery: Delivery) -> None:
        seen.append(delivery)

    async with small.make() as broker:
        await until_ready(broker)
        await buried(broker, b"one", b"two", b"three")
        letters = await broker.dead_letters(WORK.dead, 3)
        await back(broker, 3)
        assert 1 == await broker.replay(WORK.dead, 3, letters[1].id)
        async with broker.consuming(WORK, handle, concurrency=1):
            await until(lambda: seen)
        assert [b"one", b"three"] == await bodies(broker, 2)
    assert [Delivery(b"two", {}, attempt=1)] == seen


async def test_the_search_for_one_reaches_no_further_than_it_is_told(small: Brokers) -> None:
    """So that a look at a full queue is bounded."""
    async with small.make() as broker:
        await until_ready(broker)
        await buried(broker, b"one", b"two", b"three")
        last = (await broker.dead_letters(WORK.dead, 3))[2]
        await back(broker, 3)
        assert 0 == await broker.drop(WORK.dead, 2, last.id)
        assert 3 == len(await bodies(broker, 3))
        await back(broker, 3)
        assert 1 == await broker.drop(WORK.dead, 3, last.id)


async def test_poison_does_not_block_its_neighbours_and_comes_back_once_when_replayed(small: Brokers) -> None:
    """Whether the reader names the culprit or fails as a whole; replaying all of it is no loop."""
    tried: list[bytes] = []
    done: list[bytes] = []

    async def handle(batch: Sequence[Delivery]) -> Sequence[Poison]:
        lines = [line for delivery in batch for line in delivery.body.split(b"\n")]
        tried.extend(lines)
        if b"explodes" in lines:
            raise ValueError
        done.extend(line for line in lines if line != b"poison")
        return [Poison(line, "unreadable") for line in lines if line == b"poison"]

    async with small.make() as broker:
        await until_ready(broker)
        async with broker.consuming_batches(WORK, handle, deliveries_max=10):
            for body in (b"a\npoison\nb", b"c", b"explodes", b"d"):
                await broker.publish(FACTS, body)
            await until(lambda: {b"a", b"b", b"c", b"d"} <= set(done))
            await back(broker, 2)
            for _ in range(3):
                tried.clear()
                assert 2 == await broker.replay(WORK.dead, 1000)
                await back(broker, 2)
                await broker.publish(FACTS, b"end")
                await until(lambda: b"end" in tried)
                # Once with whoever it was taken together with, and, if that failed, once alone.
                assert max(tried.count(b"poison"), tried.count(b"explodes")) <= 2
        assert {b"poison", b"explodes"} == set(await bodies(broker, 2))


async def test_replaying_while_it_is_buried_again_ends(small: Brokers) -> None:
    """A reader that rejects at once does not keep whoever replays busy for ever, however many are asked for."""
    tried: list[bytes] = []

    async def refuse(delivery: Delivery) -> None:
        tried.append(delivery.body)
        raise Reject("still not")

    async with small.make() as broker:
        await until_ready(broker)
        letters = [b"%d" % number for number in range(120)]
        await buried(broker, *letters)
        async with broker.consuming(WORK, refuse, concurrency=4):
            assert 120 == await broker.replay(WORK.dead, 1_000_000)
            await until(lambda: len(tried) == 120)
            await back(broker, 120)
        assert sorted(letters) == sorted(tried)
