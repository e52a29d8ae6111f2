"""The archive on a real RabbitMQ: all that is published, week by week, read again from any place."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aio_pika
import pytest

from shared.broker import Archive, Broker, BrokerUnavailable
from shared.broker.amqp.archive import tidy
from shared.broker.amqp.declaration import named
from shared.topology import ARCHIVE, COMMANDS, EVENTS, PROJECTOR
from shared.week import Week
from tests.real.brokers import Brokers
from tests.real.waiting import S_MAX, until_answered, until_ready

WEEK = Week(2026, 47)
NEXT = Week(2026, 48)
DAY_MS = 24 * 3600 * 1000


@dataclass
class Clock:
    """The time that brokers of a test believe."""

    at_ms: int = WEEK.begins_ms + DAY_MS

    def __call__(self) -> int:
        """Now."""
        return self.at_ms


@dataclass
class Installation:
    """Brokers of one installation, at a time of its own."""

    brokers: Brokers
    clock: Clock = field(default_factory=Clock)

    def make(self, weeks: int = 2) -> Broker:
        """One more process's."""
        return self.brokers.make(archive_weeks=weeks, clock_ms=self.clock)

    async def streams(self, weeks: int = 6) -> list[Week]:
        """The weeks that have a stream, as RabbitMQ says."""
        found = []
        async with await aio_pika.connect(self.brokers.url) as connection:
            for back in range(-weeks, weeks):
                channel = await connection.channel()
                try:
                    await channel.declare_queue(self._name(WEEK.after(back)), passive=True)
                    found.append(WEEK.after(back))
                except aio_pika.exceptions.ChannelNotFoundEntity:
                    pass
        return found

    async def declare(self, week: Week, **arguments: Any) -> None:
        """A stream that somebody else has declared."""
        async with await aio_pika.connect(self.brokers.url) as connection:
            channel = await connection.channel()
            asked: Any = {"x-queue-type": "stream", **arguments}
            await channel.declare_queue(self._name(week), durable=True, arguments=asked)

    async def forget(self) -> None:
        """Delete it all."""
        async with await aio_pika.connect(self.brokers.url) as connection:
            channel = await connection.channel()
            for back in range(-20, 20):
                await channel.queue_delete(self._name(WEEK.after(back)))
        await self.brokers.forget()

    def _name(self, week: Week) -> str:
        return named(self.brokers.namespace, ARCHIVE.stream(week))


@pytest.fixture
async def here(amqp_url: str) -> AsyncIterator[Installation]:
    """An installation of the test's own."""
    made = Installation(Brokers(amqp_url))
    yield made
    await made.forget()


def archive_of(broker: Broker) -> Archive:
    """Its archive, which it has."""
    assert broker.archive is not None
    return broker.archive


async def read(archive: Archive, week: Week, offset: int = 0) -> list[bytes]:
    """All bodies of a week as of now."""
    extent = await archive.extent(week)
    found: dict[int, bytes] = {}
    async with archive.reading(week, max(offset, extent.first)) as replay:
        while max(found, default=-1) < extent.end:
            found |= {each.offset: each.body for each in await replay.take()}
    return [body for offset, body in sorted(found.items()) if body and offset < extent.end]


async def test_every_event_and_command_is_in_the_archive_when_it_is_confirmed(here: Installation) -> None:
    """In order, beside the queues, and what goes to no queue as well."""
    async with here.make() as broker:
        await until_ready(broker)
        sent = [b"%d" % n for n in range(300)]
        for n, body in enumerate(sent):
            await broker.publish(COMMANDS if n % 3 == 0 else EVENTS, body)
        await archive_of(broker).add(b"aside")

        assert [*sent, b"aside"] == await read(archive_of(broker), WEEK)
        assert 300 == await until_answered(lambda: broker.backlog(PROJECTOR.name), lambda count: count == 300)


async def test_a_week_is_read_from_any_place_and_again(here: Installation) -> None:
    """What is published while it is read comes after its end, and is no part of it."""
    async with here.make() as broker:
        await until_ready(broker)
        for n in range(150):
            await broker.publish(EVENTS, b"%d" % n)
        archive = archive_of(broker)

        assert [b"%d" % n for n in range(120, 150)] == await read(archive, WEEK, 120)
        extent = await archive.extent(WEEK)
        await broker.publish(EVENTS, b"later")
        async with archive.reading(WEEK, extent.first) as replay:
            taken = list(await replay.take())
            while taken[-1].offset < extent.end:
                taken += await replay.take()
        assert b"later" not in [each.body for each in taken if each.offset < extent.end]
        assert list(range(len(taken))) == [each.offset for each in taken]


async def test_the_end_of_a_week_is_found_while_others_write(here: Installation) -> None:
    """Exactly: what was confirmed before is in it."""
    async with here.make() as broker, here.make() as other:
        await until_ready(broker)
        await until_ready(other)
        archive, confirmed = archive_of(broker), 0

        async def write() -> None:
            nonlocal confirmed
            for n in range(400):
                await other.publish(EVENTS, b"%d" % n)
                confirmed += 1

        writing = asyncio.create_task(write())
        async with asyncio.timeout(S_MAX):
            while not writing.done():
                before = confirmed
                with suppress(BrokerUnavailable):  # a machine that is very busy: asked again
                    assert before <= (await archive.extent(WEEK)).end
        await writing


async def test_a_body_of_the_largest_size_comes_back_whole(here: Installation) -> None:
    """A batch of a megabyte, and many of them: no more than the prefetch is in memory."""
    async with here.make() as broker:
        await until_ready(broker)
        for n in range(80):
            await broker.publish(EVENTS, b"%02d" % n + b"x" * 1_000_000)

        archive, taken_max, found = archive_of(broker), 0, 0
        extent = await archive.extent(WEEK)
        async with archive.reading(WEEK, 0) as replay:
            while found < 80:
                taken = await replay.take()
                taken_max = max(taken_max, len(taken))
                assert all(int(each.body[:2]) == each.offset for each in taken if each.body)
                found += len([each for each in taken if each.body])
        assert 80 == extent.end
        assert taken_max <= 32


async def test_this_week_and_the_next_are_declared_in_advance(here: Installation) -> None:
    """By whoever connects; another process with other settings takes what it finds."""
    async with here.make() as broker:
        await until_ready(broker)
        assert [WEEK, NEXT] == await here.streams()
        async with here.make(weeks=30) as other:
            await until_ready(other)
            await other.publish(EVENTS, b"from the other")
            assert [b"from the other"] == await read(archive_of(broker), WEEK)


async def test_a_process_that_runs_for_months_misses_no_week(here: Installation) -> None:
    """Each look at the time binds the week that has begun, and only that one; nothing is lost before it looks."""
    async with here.make() as broker:
        await until_ready(broker)
        archive = archive_of(broker)
        await broker.publish(EVENTS, b"old")
        here.clock.at_ms = NEXT.begins_ms + 1
        await broker.publish(EVENTS, b"before the look")
        await look(archive)
        await broker.publish(EVENTS, b"new")

        assert [b"old", b"before the look"] == await read(archive, WEEK)
        assert [b"new"] == await read(archive, NEXT)
        assert [WEEK, NEXT] == [week for week in await archive.weeks() if week <= NEXT]


async def test_a_week_is_dropped_whole_when_its_time_is_over(here: Installation) -> None:
    """With two weeks kept: the present one and two before it; also what a year without a process has left."""
    long_ago = WEEK.after(-19)
    for week in (long_ago, WEEK.after(-3), WEEK.after(-2)):
        await here.declare(week)
    async with here.make(weeks=2) as broker:
        await until_ready(broker)
        keeping = asyncio.create_task(archive_of(broker).keep(0.05))  # type: ignore[attr-defined]
        left = [WEEK.after(-2), WEEK, NEXT]
        assert left == await until_answered(lambda: here.streams(20), lambda found: found == left)
        keeping.cancel()


async def test_a_publish_that_the_archive_has_not_confirmed_is_not_confirmed(here: Installation) -> None:
    """Without its stream nothing can be added; the next connection has declared it again."""
    async with here.make() as broker:
        await until_ready(broker)
        async with await aio_pika.connect(here.brokers.url) as connection:
            await (await connection.channel()).queue_delete(named(here.brokers.namespace, ARCHIVE.stream(WEEK)))
        with pytest.raises(BrokerUnavailable):
            await archive_of(broker).add(b"lost")

        async def added() -> bool:
            try:
                await archive_of(broker).add(b"kept")
            except BrokerUnavailable:
                return False
            return True

        await until_answered(added, bool)
        assert [b"kept"] == await read(archive_of(broker), WEEK)


async def look(archive: Archive) -> None:
    """What each process does every ten minutes, now."""
    own: Any = archive
    while True:
        try:
            return await tidy(own._consuming.current, own._shelf)
        except BrokerUnavailable:
            await asyncio.sleep(0.02)  # not connected yet
