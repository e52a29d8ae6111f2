"""The embedded broker, on the streams of one Redis or Valkey server: what that server keeps, it keeps."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Self

import orjson

from shared import metrics, redis
from shared.broker.archive import Archive
from shared.broker.door import BatchHandler, BrokerUnavailable, DeadLetter, DeadQueue, Handler, Headers
from shared.broker.reader import FINISH_S_MAX, Batches, Desk, Reader, Singles, prefetch, reading
from shared.broker.source import Source
from shared.broker.streams import scripts
from shared.broker.streams.dead import DeadLetters
from shared.broker.streams.group import GROUP
from shared.broker.streams.keys import StreamKeys
from shared.broker.streams.source import StreamSource
from shared.topology import TOPOLOGY, Exchange, Queue, Topology

PUBLISH_S_MAX = 4.0
MOVE_S_MAX = 60.0  # for all dead letters that there can be


class StreamsBroker:
    """One stream per queue; the store must run with an append-only file for this to be durable."""

    def __init__(
        self,
        url: str,
        *,
        namespace: str = "",
        topology: Topology = TOPOLOGY,
        publish_s_max: float = PUBLISH_S_MAX,
        finish_s_max: float = FINISH_S_MAX,
    ) -> None:
        if url.startswith("redis+cluster"):
            raise ValueError("queues in Redis need a single server: set INBOX_AMQP_URL beside a cluster")
        self._url = url
        self._keys = StreamKeys(namespace)
        self._topology = topology
        self._publish_s_max = publish_s_max
        self._finish_s_max = finish_s_max
        self._store = redis.connect(url)
        self._publish = self._store.register_script(scripts.PUBLISH)
        self._bury = self._store.register_script(scripts.BURY)
        self._dead = DeadLetters(self._store, self._keys, topology)

    @property
    def archive(self) -> Archive | None:
        """There is none: the queues and what is made of them are in one store, and would be lost together."""
        return None

    async def __aenter__(self) -> Self:
        """Return at once; connections are made as they are needed."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close what is open."""
        await self._store.aclose()

    async def publish(self, exchange: Exchange, body: bytes, headers: Headers | None = None) -> None:
        """Return once every bound queue has the message; raise BrokerUnavailable otherwise, and then none has it."""
        queues = self._topology.bound_to(exchange)
        packed = orjson.dumps(dict(headers or {}))
        keys = [self._keys.sizes, *(self._keys.queue(queue.name) for queue in queues)]
        size = scripts.entry_size(body, packed)
        with metrics.confirming(exchange.name):
            async with self._available(self._publish_s_max):
                refused = await self._publish(keys, [body, packed, size, *(queue.bytes_max for queue in queues)])
            if refused:
                raise BrokerUnavailable("full")

    async def bury(self, queue_name: str, body: bytes, reason: str) -> None:
        """Put a body among the dead letters of that name, confirmed."""
        keys = [self._keys.sizes, self._keys.dead(queue_name)]
        async with self._available(self._publish_s_max):
            await self._bury(keys, [self._topology.dead_bytes_max, queue_name, reason, 1, body, b"{}"])

    def consuming(self, queue: Queue, handle: Handler, *, concurrency: int) -> AbstractAsyncContextManager[None]:
        """Hand over up to `concurrency` deliveries at once, each settled by how `handle` ends."""
        return self._reading(queue, Singles(queue, handle, concurrency=concurrency), concurrency)

    def consuming_batches(
        self, queue: Queue, handle: BatchHandler, *, deliveries_max: int, at_once: int = 1
    ) -> AbstractAsyncContextManager[None]:
        """Hand over whatever has gathered, up to `deliveries_max`; `at_once` calls at a time."""
        desk = Batches(queue, handle, deliveries_max=deliveries_max, at_once=at_once)
        return self._reading(queue, desk, prefetch(deliveries_max, at_once))

    async def ready(self) -> None:
        """Return when the broker answers now, raise BrokerUnavailable when it does not."""
        async with self._available(self._publish_s_max):
            await self._store.ping()

    async def backlog(self, queue_name: str) -> int:
        """How many deliveries wait in a queue or among dead letters of that name, without those in hand."""
        if queue_name in self._topology.replays_to:
            async with self._available(self._publish_s_max):
                return int(await self._store.xlen(self._keys.dead(queue_name)))
        stream = self._keys.queue(queue_name)
        async with self._available(self._publish_s_max):
            pipeline = self._store.pipeline()
            pipeline.xlen(stream)
            pipeline.xpending(stream, GROUP)
            length, pending = await pipeline.execute(raise_on_error=False)
        # Before its first reader a queue has no group.
        return int(length) - (int(pending["pending"]) if isinstance(pending, dict) else 0)

    async def dead_count(self, queue_name: str) -> DeadQueue:
        """How many dead letters of that name there are, at a bounded cost; of very many the oldest is a guess."""
        async with self._available(self._publish_s_max):
            return await self._dead.count(queue_name)

    async def dead_letters(self, queue_name: str, count: int) -> Sequence[DeadLetter]:
        """The oldest `count` dead letters of that name, left where they are."""
        async with self._available(self._publish_s_max):
            return await self._dead.show(queue_name, count)

    async def replay(self, queue_name: str, count: int, only: str | None = None) -> int:
        """Give the oldest `count` dead letters, or the one of this id, back to where they belong; how many went."""
        async with self._available(MOVE_S_MAX):
            return await self._dead.replay(queue_name, count, only)

    async def drop(self, queue_name: str, count: int, only: str | None = None) -> int:
        """Forget the oldest `count` dead letters, or the one of this id among them; how many went."""
        async with self._available(MOVE_S_MAX):
            return await self._dead.drop(queue_name, count, only)

    @asynccontextmanager
    async def _available(self, answer_s_max: float) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(answer_s_max):
                yield
        except (redis.RedisError, OSError, TimeoutError) as error:
            raise BrokerUnavailable(type(error).__name__) from error

    def _reading(self, queue: Queue, desk: Desk, prefetch: int) -> AbstractAsyncContextManager[None]:
        @asynccontextmanager
        async def subscribed() -> AsyncIterator[Source]:
            source = StreamSource(self._url, self._store, self._keys, queue, self._topology, prefetch)
            try:
                async with self._available(self._publish_s_max):
                    await source.subscribe()
                yield source
            finally:
                await source.close()

        return reading(Reader(queue, subscribed, desk), self._finish_s_max)
