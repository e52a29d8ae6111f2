"""The broker on RabbitMQ 3.10 and later."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Self

from aio_pika.abc import AbstractChannel, AbstractConnection

from shared import metrics
from shared.broker.amqp.archive import AmqpArchive, Shelf, prepare
from shared.broker.amqp.connection import Connection, close
from shared.broker.amqp.dead import ANSWER_S_MAX, DeadLetters, asking
from shared.broker.amqp.declaration import declare, named
from shared.broker.amqp.publisher import Publisher
from shared.broker.amqp.subscription import Subscription
from shared.broker.archive import Archive
from shared.broker.burial import burial, now_ms
from shared.broker.door import BatchHandler, BrokerUnavailable, DeadLetter, DeadQueue, Handler, Headers
from shared.broker.reader import FINISH_S_MAX, Batches, Desk, Reader, Singles, prefetch, reading
from shared.broker.source import Source
from shared.topology import ARCHIVE_WEEKS, TOPOLOGY, Exchange, Queue, Topology

PUBLISH_S_MAX = 4.0  # so that ingest's 503 is out within 5 s
SUBSCRIBE_S_MAX = 5.0


class AmqpBroker:
    """Connects in the background and for ever, once to publish and once to consume."""

    def __init__(
        self,
        url: str,
        *,
        namespace: str = "",
        topology: Topology = TOPOLOGY,
        publish_s_max: float = PUBLISH_S_MAX,
        finish_s_max: float = FINISH_S_MAX,
        archive_weeks: int = ARCHIVE_WEEKS,
        clock_ms: Callable[[], int] = now_ms,
    ) -> None:
        self._namespace = namespace
        self._topology = topology
        self._finish_s_max = finish_s_max
        self._publisher = Publisher(url, self._declare, publish_s_max=publish_s_max)
        self._dead = DeadLetters(self._publisher, topology, namespace)
        self._consuming = Connection(url, "consuming", self._declare)
        self._shelf = Shelf(topology.archive, namespace, archive_weeks, clock_ms) if topology.archive else None
        self._archive = AmqpArchive(self._shelf, self._publisher, self._consuming) if self._shelf else None
        self._stack = AsyncExitStack()

    @property
    def archive(self) -> Archive | None:
        """All that was published; None where the topology has none."""
        return self._archive

    async def __aenter__(self) -> Self:
        """Return at once; the connections follow."""
        await self._stack.enter_async_context(self._publisher.connection)
        await self._stack.enter_async_context(self._consuming)
        if self._archive is not None:
            await self._stack.enter_async_context(_meanwhile(self._archive.keep()))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close what is open."""
        await self._stack.aclose()

    async def publish(self, exchange: Exchange, body: bytes, headers: Headers | None = None) -> None:
        """Return once every bound queue has the message on disk; raise BrokerUnavailable otherwise."""
        with metrics.confirming(exchange.name):
            await self._publisher.publish(self._name(exchange.name), "", body, headers or {})

    async def bury(self, queue_name: str, body: bytes, reason: str) -> None:
        """Put a body among the dead letters of that name, confirmed."""
        await self._publisher.publish("", self._name(queue_name), body, burial(queue_name, reason, 1, now_ms()))

    def consuming(self, queue: Queue, handle: Handler, *, concurrency: int) -> AbstractAsyncContextManager[None]:
        """Hand over up to `concurrency` deliveries at once, each settled by how `handle` ends."""
        # What is prefetched beyond those in hand would only count against innocents when a connection is lost.
        return self._reading(queue, Singles(queue, handle, concurrency=concurrency), concurrency)

    def consuming_batches(
        self, queue: Queue, handle: BatchHandler, *, deliveries_max: int, at_once: int = 1
    ) -> AbstractAsyncContextManager[None]:
        """Hand over whatever has gathered, up to `deliveries_max`; `at_once` calls at a time."""
        desk = Batches(queue, handle, deliveries_max=deliveries_max, at_once=at_once)
        return self._reading(queue, desk, prefetch(deliveries_max, at_once))

    async def ready(self) -> None:
        """Return when the broker answers now, raise BrokerUnavailable when it does not."""
        await self.backlog(self._topology.queues[0].name)

    async def backlog(self, queue_name: str) -> int:
        """How many deliveries wait in a queue or among dead letters of that name."""
        async with asking(self._publisher) as channel:
            queue = await channel.declare_queue(self._name(queue_name), passive=True, timeout=ANSWER_S_MAX)
            return queue.declaration_result.message_count or 0

    async def dead_count(self, queue_name: str) -> DeadQueue:
        """How many dead letters of that name there are, at a bounded cost; of very many the oldest is a guess."""
        return await self._dead.count(queue_name)

    async def dead_letters(self, queue_name: str, count: int) -> Sequence[DeadLetter]:
        """The oldest `count` dead letters of that name, left where they are."""
        return await self._dead.show(queue_name, count)

    async def replay(self, queue_name: str, count: int, only: str | None = None) -> int:
        """Give the oldest `count` dead letters, or the one of this id, back to where they belong; how many went."""
        return await self._dead.replay(queue_name, count, only)

    async def drop(self, queue_name: str, count: int, only: str | None = None) -> int:
        """Forget the oldest `count` dead letters, or the one of this id among them; how many went."""
        return await self._dead.drop(queue_name, count, only)

    def _reading(self, queue: Queue, desk: Desk, prefetch: int) -> AbstractAsyncContextManager[None]:
        @asynccontextmanager
        async def subscribed() -> AsyncIterator[Source]:
            connection = self._consuming.current
            channel: AbstractChannel | None = None
            try:
                try:
                    async with asyncio.timeout(SUBSCRIBE_S_MAX):
                        channel = await connection.channel()
                        underlay = await channel.get_underlay_channel()
                        subscription = Subscription(channel, underlay, queue, self._namespace, self._publisher)
                        await subscription.subscribe(prefetch)
                except Exception as error:
                    raise BrokerUnavailable(type(error).__name__) from error
                yield subscription
            finally:
                if channel is not None:
                    await close(channel)

        return reading(Reader(queue, subscribed, desk), self._finish_s_max)

    async def _declare(self, connection: AbstractConnection) -> None:
        channel = await connection.channel()
        await declare(channel, self._topology, self._namespace)
        await close(channel)
        if self._shelf is not None:
            await prepare(connection, self._shelf)

    def _name(self, name: str) -> str:
        return named(self._namespace, name)


@asynccontextmanager
async def _meanwhile(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    running = asyncio.create_task(work)
    try:
        yield
    finally:
        while not running.done():  # what is awaited deep below may swallow the first
            running.cancel()
            await asyncio.wait({running}, timeout=1.0)
