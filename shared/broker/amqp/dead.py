"""What a person can do about RabbitMQ's dead letters."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from shared.broker.amqp.connection import close
from shared.broker.amqp.declaration import named
from shared.broker.amqp.publisher import Publisher
from shared.broker.burial import dead_letter
from shared.broker.door import BrokerUnavailable, DeadLetter, DeadQueue
from shared.topology import Topology

ANSWER_S_MAX = 2.0
BACK_S_MAX = 1.0
BACK_LOOK_S = 0.01
# How many are looked at to find the oldest. A quorum queue gives back what was only looked at behind what was looked at
# before, so its order is worth nothing; looking at all that there are, and giving them back by age, mends it.
LOOKED_AT_MAX = 200

Move = Callable[[DeadLetter], Awaitable[None]]


class _Look:
    """A pass through a queue, one message after the other; whatever is not settled by its end is put back."""

    def __init__(self, channel: AbstractChannel, queue: AbstractQueue, count: int) -> None:
        self.count = count
        self._channel = channel
        self._queue = queue
        self._unsettled: dict[int, int] = {}  # by tag, with the time of the burial
        self._left = count

    async def messages(self, count: int) -> AsyncIterator[tuple[AbstractIncomingMessage, DeadLetter]]:
        """The first so many, no more than there were at the beginning."""
        for _ in range(min(count, self.count)):
            message = await self._queue.get(fail=False, timeout=ANSWER_S_MAX)
            if message is None:
                return
            letter = dead_letter(message.body, message.headers)
            self._unsettled[_tag(message)] = letter.buried_at_ms
            yield message, letter

    async def settle(self, message: AbstractIncomingMessage) -> None:
        """It is elsewhere now, or forgotten."""
        await message.ack()
        del self._unsettled[_tag(message)]
        self._left -= 1

    async def put_back(self) -> None:
        """All others, by age; RabbitMQ takes a moment, and whoever looks next has to see them."""
        underlay = await self._channel.get_underlay_channel()
        for tag in sorted(self._unsettled, key=lambda tag: self._unsettled[tag]):
            await underlay.basic_nack(tag, requeue=True)
        if self._unsettled:
            with suppress(TimeoutError):  # somebody else looks at them now
                async with asyncio.timeout(BACK_S_MAX):
                    while await counted(self._channel, self._queue.name) < self._left:  # noqa: ASYNC110 (a queue cannot say when)
                        await asyncio.sleep(BACK_LOOK_S)


class DeadLetters:
    """Reads them one by one, over a short-lived channel."""

    def __init__(self, publisher: Publisher, topology: Topology, namespace: str) -> None:
        self._publisher = publisher
        self._topology = topology
        self._namespace = namespace

    async def count(self, queue_name: str) -> DeadQueue:
        """How many there are, and the oldest of those that are looked at."""
        async with self._look(queue_name) as look:
            times = [letter.buried_at_ms async for _, letter in look.messages(LOOKED_AT_MAX)]
            return DeadQueue(look.count, min(times, default=None))

    async def show(self, queue_name: str, count: int) -> Sequence[DeadLetter]:
        """The oldest `count`, left where they are."""
        async with self._look(queue_name) as look:
            return [letter for _, letter in await _by_age(look, count)]

    async def replay(self, queue_name: str, count: int, only: str | None = None) -> int:
        """Give the oldest `count`, or the one of this id among them, back to their queue; how many went."""
        target = named(self._namespace, self._topology.replays_to[queue_name].name)

        async def publish(letter: DeadLetter) -> None:
            await self._publisher.publish("", target, letter.body, letter.headers)

        return await self._moved(queue_name, count, only, publish)

    async def drop(self, queue_name: str, count: int, only: str | None = None) -> int:
        """Forget the oldest `count`, or the one of this id among them; how many went."""

        async def forget(_: DeadLetter) -> None:
            pass

        return await self._moved(queue_name, count, only, forget)

    async def _moved(self, queue_name: str, count: int, only: str | None, move: Move) -> int:
        moved = 0
        async with self._look(queue_name) as look:
            if only is None and count < look.count:
                for message, letter in await _by_age(look, count):
                    await move(letter)
                    await look.settle(message)
                    moved += 1
                return moved
            # All of them, or one wherever it is: none is held longer than it takes.
            async for message, letter in look.messages(count):
                if only not in (None, letter.id):
                    continue
                await move(letter)
                await look.settle(message)
                moved += 1
                if only is not None:
                    break
        return moved

    @asynccontextmanager
    async def _look(self, queue_name: str) -> AsyncIterator[_Look]:
        name = named(self._namespace, queue_name)
        async with asking(self._publisher) as channel:
            # No more than there are now: what is buried again while it is replayed is for the next time.
            count = await counted(channel, name)
            look = _Look(channel, await channel.get_queue(name, ensure=False), count)
            try:
                yield look
            finally:
                await look.put_back()


async def _by_age(look: _Look, count: int) -> list[tuple[AbstractIncomingMessage, DeadLetter]]:
    found = [one async for one in look.messages(max(count, LOOKED_AT_MAX))]
    return sorted(found, key=lambda one: one[1].buried_at_ms)[:count]


@asynccontextmanager
async def asking(publisher: Publisher) -> AsyncIterator[AbstractChannel]:
    """A short-lived channel beside the publishing one: when RabbitMQ blocks publishers, this times out as it should."""
    connection = publisher.connection.current
    channel: AbstractChannel | None = None
    try:
        async with asyncio.timeout(ANSWER_S_MAX):
            channel = await connection.channel()
        yield channel
    except BrokerUnavailable:
        raise
    except Exception as error:
        raise BrokerUnavailable(type(error).__name__) from error
    finally:
        if channel is not None:
            await close(channel)


async def counted(channel: AbstractChannel, name: str) -> int:
    """How many messages of a queue nobody has in hand."""
    there = await channel.declare_queue(name, passive=True, timeout=ANSWER_S_MAX)
    return there.declaration_result.message_count or 0


def _tag(message: AbstractIncomingMessage) -> int:
    assert message.delivery_tag is not None
    return message.delivery_tag
