"""The archive on RabbitMQ: one stream a week, bound while the week lasts, dropped whole when its time is over."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import structlog
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import ChannelNotFoundEntity, ChannelPreconditionFailed
from pamqp.common import FieldTable

from shared import topology
from shared.broker.amqp.connection import Connection, close
from shared.broker.amqp.declaration import named
from shared.broker.amqp.publisher import Publisher
from shared.broker.amqp.replay import BOOKMARK, StreamReplay
from shared.broker.archive import Extent, Replay
from shared.broker.door import BrokerUnavailable
from shared.week import Week

log = structlog.get_logger(__name__)

ANSWER_S_MAX = 5.0
LOOK_S = 600.0  # until a week that has begun is noticed, its events go to the stream before it
# So many weeks back a stream may still be that nobody was there to drop, as after a year without a process.
FORGOTTEN_WEEKS_MAX = 104
AHEAD_WEEKS = 1  # declared in advance, and bound when it begins: both bound at once would keep everything twice


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the archive is and how much of it is kept."""

    archive: topology.Archive
    namespace: str
    weeks: int
    now_ms: Callable[[], int]

    def stream(self, week: Week) -> str:
        """The stream of a week, as it is named on the broker."""
        return named(self.namespace, self.archive.stream(week))

    @property
    def week(self) -> Week:
        """The present one."""
        return Week.of(self.now_ms())

    def arguments(self) -> FieldTable:
        """Of each stream. The age is a last resort for a stream that nobody is left to drop."""
        return {
            "x-queue-type": "stream",
            "x-max-length-bytes": self.archive.week_bytes_max,
            "x-stream-max-segment-size-bytes": self.archive.segment_bytes,
            "x-max-age": f"{7 * (self.weeks + 2)}D",
        }


async def prepare(connection: AbstractConnection, shelf: Shelf) -> None:
    """Have this week's stream bound and the next one declared; what is there already stays as it is."""
    if await _is_up(connection, shelf, shelf.week):
        await _set_bound(connection, shelf, bound=True)
    else:
        with suppress(ChannelNotFoundEntity):  # so broken that it cannot even be let go
            await _set_bound(connection, shelf, bound=False)
    for ahead in range(AHEAD_WEEKS):
        await _is_up(connection, shelf, shelf.week.after(ahead + 1))


async def _is_up(connection: AbstractConnection, shelf: Shelf, week: Week) -> bool:
    """Declare a week's stream; False is one that RabbitMQ has not brought up again after a crash.

    Nobody's message waits for that: the week goes on without it until a later look finds it well.
    """
    channel = await connection.channel()
    try:
        await channel.declare_queue(shelf.stream(week), durable=True, arguments=shelf.arguments())
    except ChannelPreconditionFailed:
        log.debug("archive.declared_otherwise")  # by a process with another setting: it serves as well
    except ChannelNotFoundEntity:
        log.error("archive.unavailable", week=str(week))
        return False
    finally:
        await close(channel)
    return True


async def _set_bound(connection: AbstractConnection, shelf: Shelf, *, bound: bool) -> None:
    channel = await connection.channel()
    stream = await channel.get_queue(shelf.stream(shelf.week), ensure=False)
    for exchange in shelf.archive.bound_to:
        await (stream.bind if bound else stream.unbind)(named(shelf.namespace, exchange.name))
    await close(channel)


async def tidy(connection: AbstractConnection, shelf: Shelf) -> None:
    """Bind the present week, then unbind those before it, and drop those whose time is over."""
    await prepare(connection, shelf)
    channel = await connection.channel()
    for back in range(1, shelf.weeks + FORGOTTEN_WEEKS_MAX):
        name = shelf.stream(shelf.week.after(-back))
        if back > shelf.weeks:
            await channel.queue_delete(name)  # RabbitMQ takes no offence at one that is not there, here and below
            continue
        stream = await channel.get_queue(name, ensure=False)
        for exchange in shelf.archive.bound_to:
            await stream.unbind(named(shelf.namespace, exchange.name))
    await close(channel)


async def _exists(connection: AbstractConnection, name: str) -> bool:
    channel = await connection.channel()
    try:
        await channel.declare_queue(name, passive=True)
    except ChannelNotFoundEntity:
        return False
    finally:
        await close(channel)
    return True


@asynccontextmanager
async def _asking(connection: Connection) -> AsyncIterator[AbstractConnection]:
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            yield connection.current
    except BrokerUnavailable:
        raise
    except Exception as error:
        raise BrokerUnavailable(type(error).__name__) from error


class AmqpArchive:
    """Written by whoever publishes, read by a rebuild."""

    def __init__(self, shelf: Shelf, publisher: Publisher, consuming: Connection) -> None:
        self._shelf = shelf
        self._publisher = publisher
        self._consuming = consuming

    async def keep(self, every_s: float = LOOK_S) -> None:
        """For ever: see that each week has its stream, also in a process that runs for months."""
        while True:
            try:
                async with asyncio.timeout(60.0):
                    await tidy(self._consuming.current, self._shelf)
            except BrokerUnavailable:
                await asyncio.sleep(min(1.0, every_s))  # not connected yet, or not now
                continue
            except Exception as error:
                log.warning("archive.not_tidied", error=type(error).__name__)
            await asyncio.sleep(every_s)

    async def add(self, body: bytes) -> None:
        """Keep something that goes to no queue, confirmed."""
        await self._publisher.publish("", self._shelf.stream(self._shelf.week), body, {})

    async def weeks(self) -> Sequence[Week]:
        """The weeks there are, oldest first."""
        week, found = self._shelf.week, []
        async with _asking(self._consuming) as connection:
            for ahead in range(-self._shelf.weeks - 1, AHEAD_WEEKS + 1):
                if await _exists(connection, self._shelf.stream(week.after(ahead))):
                    found.append(week.after(ahead))
        return found

    async def extent(self, week: Week) -> Extent:
        """What is in a week at this moment: a bookmark at its end says where that is, exactly."""
        name = uuid.uuid4().hex
        # The reading begins before the bookmark is put in: after it, the last chunk might be a later one.
        async with self._reading(week, "last") as replay:
            await self._publisher.publish("", self._shelf.stream(week), b"", {BOOKMARK: name})
            end = await replay.offset_of(name)
        async with self._reading(week, "first") as replay:
            return Extent((await replay.arrived())[0].offset, end)

    @asynccontextmanager
    async def reading(self, week: Week, offset: int) -> AsyncIterator[Replay]:
        """Read a week from an offset on, while others go on writing to it."""
        async with self._reading(week, offset) as replay:
            yield replay

    @asynccontextmanager
    async def _reading(self, week: Week, begin: int | str) -> AsyncIterator[StreamReplay]:
        async with _asking(self._consuming) as connection:
            channel = await connection.channel()
        try:
            replay = StreamReplay(channel, self._shelf.stream(week), begin)
            async with _asking(self._consuming):
                await replay.begin()
            yield replay
        finally:
            await close(channel)
