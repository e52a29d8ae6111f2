"""What Prometheus is told of queues and dead letters, on both brokers."""

import asyncio

from prometheus_client import REGISTRY

from shared.broker import Broker
from shared.broker.soundings import sound, sounding
from shared.process import now_ms
from tests.real.brokers import FACTS, SMALL, WORK, Brokers
from tests.real.waiting import until, until_answered, until_ready


def told(name: str, queue: str) -> float | None:
    """The value of a gauge as it is scraped."""
    return REGISTRY.get_sample_value(name, {"queue": queue})


async def buried(broker: Broker, count: int) -> None:
    """So many dead letters are there."""
    for number in range(count):
        await broker.bury(WORK.dead, b"%d" % number, "a reason")
    await until_answered(lambda: broker.backlog(WORK.dead), lambda there: there == count)


async def test_what_waits_is_counted_and_the_oldest_dated(small: Brokers) -> None:
    """Counts by queue; the age is that of the oldest; nothing there is nothing, not an old value."""
    async with small.make() as broker:
        await until_ready(broker)
        began_ms = now_ms()
        await buried(broker, 3)
        await broker.publish(FACTS, b"work")
        await until_answered(lambda: broker.backlog(WORK.name), lambda there: there == 1)
        await asyncio.sleep(0.3)

        await sound(broker, SMALL)
        assert (1, 3) == (told("inbox_queue_waiting", WORK.name), told("inbox_dead_letters", WORK.dead))
        age_s = told("inbox_dead_letter_oldest_age_seconds", WORK.dead)
        assert age_s is not None
        assert 0.3 <= age_s <= (now_ms() - began_ms) / 1000
        assert 0 == told("inbox_dead_letter_oldest_age_seconds", "audit.dead")

        await until_answered(lambda: broker.backlog(WORK.dead), lambda there: there == 3)
        assert 3 == await broker.drop(WORK.dead, 3)
        await sound(broker, SMALL)
        assert (0, 0) == tuple(
            told(name, WORK.dead) for name in ("inbox_dead_letters", "inbox_dead_letter_oldest_age_seconds")
        )


async def test_measuring_costs_the_same_however_many_there_are(small: Brokers) -> None:
    """A full dead letter queue does not make every minute a long one: all are counted, a bounded number looked at."""
    async with small.make() as broker:
        await until_ready(broker)
        await asyncio.gather(*(broker.bury(WORK.dead, b"%d" % number, "a reason") for number in range(600)))
        await until_answered(lambda: broker.backlog(WORK.dead), lambda there: there == 600)
        await sound(broker, SMALL)
        assert 600 == told("inbox_dead_letters", WORK.dead)
        await until_answered(lambda: broker.backlog(WORK.dead), lambda there: there == 600)


async def test_an_outage_does_not_end_the_measuring(small: Brokers) -> None:
    """Before the broker answers, and until the process stops."""
    stopping = asyncio.Event()
    nowhere = Brokers("amqp://guest:guest@127.0.0.1:1/" if small.is_amqp else "redis://127.0.0.1:1/", SMALL)
    async with nowhere.make() as broker:
        measuring = asyncio.create_task(sounding(broker, stopping, topology=SMALL, every_s=0.01))
        await asyncio.sleep(0.1)
        assert not measuring.done()
        stopping.set()
        await until(measuring.done)
        assert measuring.exception() is None
