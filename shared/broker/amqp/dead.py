"""What a person can do about RabbitMQ's dead letters."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared.broker.amqp.connection import close
from shared.broker.amqp.declaration import named
from shared.broker.amqp.publisher import Publisher
from shared.broker.burial import dead_letter
from shared.broker.door import BrokerUnavailable, DeadLetter
from shared.topology import Topology

ANSWER_S_MAX = 2.0


class DeadLetters:
    """Reads them one by one, over a short-lived channel: closing it puts back what was only looked at, in order."""

    def __init__(self, publisher: Publisher, topology: Topology, namespace: str) -> None:
        self._publisher = publisher
        self._topology = topology
        self._namespace = namespace

    async def show(self, queue_name: str, count: int) -> Sequence[DeadLetter]:
        """The oldest `count`, left where they are."""
        async with self._oldest(queue_name, count) as messages:
            return [dead_letter(message.body, message.headers) async for message in messages]

    async def replay(self, queue_name: str, count: int) -> int:
        """Give the oldest `count` back to their queue; how many went."""
        target = named(self._namespace, self._topology.replays_to[queue_name].name)
        replayed = 0
        async with self._oldest(queue_name, count) as messages:
            async for message in messages:
                letter = dead_letter(message.body, message.headers)
                await self._publisher.publish("", target, letter.body, letter.headers)
                await message.ack()
                replayed += 1
        return replayed

    async def drop(self, queue_name: str, count: int) -> int:
        """Forget the oldest `count`; how many went."""
        dropped = 0
        async with self._oldest(queue_name, count) as messages:
            async for message in messages:
                await message.ack()
                dropped += 1
        return dropped

    @asynccontextmanager
    async def _oldest(self, queue_name: str, count: int) -> AsyncIterator[AsyncIterator[AbstractIncomingMessage]]:
        async with asking(self._publisher) as channel:
            queue = await channel.get_queue(named(self._namespace, queue_name), ensure=False)

            async def messages() -> AsyncIterator[AbstractIncomingMessage]:
                for _ in range(count):
                    message = await queue.get(fail=False, timeout=ANSWER_S_MAX)
                    if message is None:
                        return
                    yield message

            yield messages()


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
