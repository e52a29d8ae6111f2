"""The contract of reading, held by both brokers: bounds, redelivery, leaving, and lost connections."""

import asyncio
import sys
from collections.abc import Sequence

import pytest

from shared.broker import Delivery, Poison
from tests.real.brokers import FACTS, WORK, Brokers
from tests.real.proxy import proxied
from tests.real.waiting import S_MAX, until, until_answered, until_ready


async def test_no_more_than_the_concurrency_is_in_hand(small: Brokers) -> None:
    """The bound holds, and what is beyond it is there for other readers."""
    in_hand, most, done = 0, 0, 0
    open_gate = asyncio.Event()

    async def handle(_: Delivery) -> None:
        nonlocal in_hand, most, done
        in_hand += 1
        most = max(most, in_hand)
        await open_gate.wait()
        in_hand -= 1
        done += 1

    async with small.make() as broker, small.make() as another:
        await until_ready(broker)
        for _ in range(20):
            await broker.publish(FACTS, b"x")
        async with broker.consuming(WORK, handle, concurrency=3):
            await until(lambda: in_hand == 3)
            others: list[bytes] = []

            async def take(delivery: Delivery) -> None:
                others.append(delivery.body)

            async with another.consuming(WORK, take, concurrency=1):
                await until(lambda: len(others) == 17)
            open_gate.set()
            await until(lambda: done == 3)

    assert 3 == most


async def test_what_a_killed_reader_had_in_hand_comes_again(small: Brokers) -> None:
    """After kill -9 the delivery goes to the next reader as its second attempt, and says so."""
    async with small.make() as broker:
        await until_ready(broker)
        await broker.publish(FACTS, b"precious")
        assert 1 == await hang_and_die(small)

        seen: list[Delivery] = []

        async def handle(delivery: Delivery) -> None:
            seen.append(delivery)

        async with broker.consuming(WORK, handle, concurrency=1):
            await until(lambda: seen)

    assert [Delivery(b"precious", attempt=2)] == seen
    assert seen[0].redelivered


async def test_a_living_reader_takes_over_from_a_killed_one(small: Brokers) -> None:
    """Nobody has to restart for it."""
    seen: list[Delivery] = []
    idle = asyncio.Event()

    async def handle(delivery: Delivery) -> None:
        seen.append(delivery)
        await idle.wait()

    async with small.make() as broker:
        await until_ready(broker)
        async with broker.consuming(WORK, handle, concurrency=1):
            await broker.publish(FACTS, b"first")
            await until(lambda: seen)
            await broker.publish(FACTS, b"second")  # the first keeps this reader busy, so another process has it
            assert 1 == await hang_and_die(small)
            idle.set()
            await until(lambda: len(seen) == 2)

    assert Delivery(b"second", attempt=2) == seen[1]


async def test_a_delivery_that_kills_its_readers_becomes_a_dead_letter(small: Brokers) -> None:
    """At the delivery limit it is set aside, with that as the reason; its neighbour survives."""
    async with small.make() as broker:
        await until_ready(broker)
        await broker.publish(FACTS, b"killer")
        attempts = [await hang_and_die(small) for _ in range(small.topology.delivery_limit + 1)]
        await broker.publish(FACTS, b"innocent")
        seen: list[bytes] = []

        async def handle(delivery: Delivery) -> None:
            seen.append(delivery.body)

        async with broker.consuming(WORK, handle, concurrency=1):
            await until(lambda: seen)
            letters = await until_answered(lambda: broker.dead_letters(WORK.dead, 2), bool)

    assert [1, 2, 3] == attempts
    assert [b"innocent"] == seen
    assert [(b"killer", "delivery_limit")] == [(letter.body, letter.reason) for letter in letters]


@pytest.mark.parametrize("concurrency", [2, 8])
async def test_leaving_finishes_what_is_in_hand_and_begins_nothing(small: Brokers, concurrency: int) -> None:
    """At the end of the context all that was begun is done and acknowledged; the rest is for others."""
    begun: list[bytes] = []
    done: list[bytes] = []
    gate = asyncio.Event()

    async def handle(delivery: Delivery) -> None:
        begun.append(delivery.body)
        await gate.wait()
        done.append(delivery.body)

    async with small.make() as broker:
        await until_ready(broker)
        for number in range(6):
            await broker.publish(FACTS, b"%d" % number)
        async with broker.consuming(WORK, handle, concurrency=concurrency):
            await until(lambda: len(begun) == min(6, concurrency))
            asyncio.get_running_loop().call_later(0.3, gate.set)
        assert begun == done
        assert min(6, concurrency) == len(done)

        await broker.publish(FACTS, b"last")
        async with broker.consuming(WORK, handle, concurrency=1):
            await until(lambda: b"last" in done)

    assert [*(b"%d" % number for number in range(6)), b"last"] == sorted(done)


async def test_what_outlives_the_deadline_of_leaving_comes_again(small: Brokers) -> None:
    """A handling that never ends does not keep a process from ending, and loses nothing."""
    begun: list[Delivery] = []

    async def hang(delivery: Delivery) -> None:
        begun.append(delivery)
        await asyncio.Event().wait()

    async with small.make(finish_s_max=0.2) as broker:
        await until_ready(broker)
        await broker.publish(FACTS, b"slow")
        async with broker.consuming(WORK, hang, concurrency=1):
            await until(lambda: begun)

        async def handle(delivery: Delivery) -> None:
            begun.append(delivery)

        async with broker.consuming(WORK, handle, concurrency=1):
            await until(lambda: len(begun) == 2)

    assert [1, 2] == [delivery.attempt for delivery in begun]


async def test_a_batch_is_what_has_gathered_in_its_order(small: Brokers) -> None:
    """One call at a time, never more than the bound, in the order of publishing."""
    batches: list[list[bytes]] = []
    in_hand = 0
    gate = asyncio.Event()

    async def handle(deliveries: Sequence[Delivery]) -> Sequence[Poison]:
        nonlocal in_hand
        in_hand += 1
        assert 1 == in_hand
        await gate.wait()
        batches.append([delivery.body for delivery in deliveries])
        in_hand -= 1
        return []

    async with small.make() as broker:
        await until_ready(broker)
        async with broker.consuming_batches(WORK, handle, deliveries_max=8):
            for number in range(30):
                await broker.publish(FACTS, b"%d" % number)
            gate.set()
            await until(lambda: sum(map(len, batches)) == 30)

    assert [b"%d" % number for number in range(30)] == [body for batch in batches for body in batch]
    assert 8 == max(map(len, batches))
    async with small.make() as broker:
        await until_ready(broker)
        assert 0 == await broker.backlog(WORK.name)


async def test_a_reader_starts_when_the_broker_comes(small: Brokers) -> None:
    """Started without a broker, reading and publishing begin by themselves when there is one."""
    seen: list[bytes] = []

    async def handle(delivery: Delivery) -> None:
        seen.append(delivery.body)

    async with proxied(small.url) as proxy:
        proxy.refuse()
        async with small.make(url=proxy.url) as broker, broker.consuming(WORK, handle, concurrency=1):
            await asyncio.sleep(0.3)
            proxy.refuse(False)
            await until_ready(broker)
            await broker.publish(FACTS, b"at last")
            await until(lambda: seen)

    assert [b"at last"] == seen


async def test_a_lost_connection_brings_back_what_was_in_hand(small: Brokers) -> None:
    """The reader goes on over a new connection; what it had not acknowledged comes again, and nothing else does."""
    seen: list[Delivery] = []
    gate = asyncio.Event()

    async def handle(delivery: Delivery) -> None:
        seen.append(delivery)
        if delivery == Delivery(b"in hand"):
            await gate.wait()

    # By another way, which is closed before the next begins: what is on its way when all is cut is lost, an
    # acknowledgement too, and a reader that is gone without the broker's knowledge is given what comes next.
    async with small.make() as broker:
        await until_ready(broker)
        async with broker.consuming(WORK, handle, concurrency=2):
            await broker.publish(FACTS, b"done")
            await until(lambda: len(seen) == 1)
    async with proxied(small.url) as proxy, small.make(url=proxy.url) as broker:
        await until_ready(broker)
        async with broker.consuming(WORK, handle, concurrency=2):
            await broker.publish(FACTS, b"in hand")
            await until(lambda: len(seen) == 2)
            proxy.cut()
            await until(lambda: len(seen) == 3)
            gate.set()
            await until_ready(broker)
            await broker.publish(FACTS, b"later")
            await until(lambda: len(seen) == 4)

    assert [(b"done", 1), (b"in hand", 1), (b"in hand", 2), (b"later", 1)] == [(one.body, one.attempt) for one in seen]


async def test_a_lost_connection_does_not_raise_the_concurrency(small: Brokers) -> None:
    """What comes again waits for the handling that the lost connection has left behind."""
    in_hand, most = 0, 0
    done: set[bytes] = set()
    gate = asyncio.Event()

    async def handle(delivery: Delivery) -> None:
        nonlocal in_hand, most
        in_hand += 1
        most = max(most, in_hand)
        await gate.wait()
        in_hand -= 1
        done.add(delivery.body)

    async with proxied(small.url) as proxy, small.make(url=proxy.url) as broker:
        await until_ready(broker)
        await broker.publish(FACTS, b"1")
        await broker.publish(FACTS, b"2")
        async with broker.consuming(WORK, handle, concurrency=1):
            await until(lambda: in_hand)
            proxy.cut()
            await asyncio.sleep(1)  # time enough to connect again and to begin too much
            gate.set()
            await until(lambda: done == {b"1", b"2"})

    assert 1 == most


async def test_an_error_of_the_body_leaves_as_it_is(small: Brokers) -> None:
    """Whoever catches an error around a reading context sees that error, not a group with it."""

    async def handle(_: Delivery) -> None:
        return None

    async with small.make() as broker:
        with pytest.raises(KeyError):
            async with broker.consuming(WORK, handle, concurrency=1):
                raise KeyError


async def hang_and_die(brokers: Brokers) -> int:
    """Let another process take a delivery and kill it; the attempt that it saw."""
    command = (sys.executable, "-m", "tests.real.hanging", brokers.url, brokers.namespace)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    async with asyncio.timeout(S_MAX):
        while not (line := await process.stdout.readline()).strip().isdigit():
            assert line, "the reader has ended by itself"
    process.kill()
    await process.wait()
    return int(line)
