"""Both brokers for one test, on names that no other test uses."""

import asyncio
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aio_pika

from shared import redis
from shared.broker import Broker
from shared.broker.amqp import AmqpBroker
from shared.broker.amqp.declaration import named, queues
from shared.broker.streams import StreamsBroker
from shared.process import now_ms
from shared.settings import addresses
from shared.topology import MIB, TOPOLOGY, Exchange, Queue, Topology
from shared.week import Week

FORGET_S_MAX = 20.0

# A small topology with the same traits as the product's, quick to declare and quick to fill.
FACTS = Exchange("facts")
REQUESTS = Exchange("requests")
WORK = Queue("work", bound_to=(FACTS, REQUESTS), bytes_max=MIB, waits_s=(1, 2))
AUDIT = Queue("audit", bound_to=(REQUESTS,), bytes_max=2 * MIB)
SMALL = Topology(
    queues=(WORK, AUDIT),
    replays_to={WORK.dead: WORK, AUDIT.dead: AUDIT},
    delivery_limit=2,
    wait_bytes_max=MIB,
    dead_bytes_max=MIB,
)


@dataclass(frozen=True)
class Brokers:
    """Makes any number of brokers that all speak to the same queues, as the processes of one installation do."""

    url: str
    topology: Topology = TOPOLOGY
    namespace: str = field(default_factory=lambda: f"test-{uuid.uuid4().hex[:12]}")

    @property
    def is_amqp(self) -> bool:
        """Whether these are RabbitMQ's."""
        return self.url.startswith("amqp")

    def make(self, *, url: str | None = None, **settings: Any) -> Broker:
        """One more broker, to be entered with `async with`; `url` leads to the same server by another way."""
        kind = AmqpBroker if self.is_amqp else StreamsBroker
        return kind(url or self.url, namespace=self.namespace, topology=self.topology, **settings)

    async def forget(self) -> None:
        """Delete everything under the namespace."""
        if self.is_amqp:
            # What RabbitMQ is too busy to delete now goes with the server, at the end of the session.
            with suppress(TimeoutError):
                async with asyncio.timeout(FORGET_S_MAX):
                    await self._delete()
        else:
            async with redis.connect(self.url) as store:
                keys = [key async for key in store.scan_iter(match=f"*broker:{self.namespace}*", count=1000)]
                if keys:
                    await store.delete(*keys)

    async def _delete(self) -> None:
        async with await aio_pika.connect(addresses(self.url)[0]) as connection:
            deleting = await connection.channel()
            for name in queues(self.topology, self.namespace):
                await deleting.queue_delete(name)
            for exchange in self.topology.exchanges:
                await deleting.exchange_delete(named(self.namespace, exchange.name))
            if self.topology.archive is not None:
                week = Week.of(now_ms())
                for ahead in range(-2, 3):
                    stream = self.topology.archive.stream(week.after(ahead))
                    await deleting.queue_delete(named(self.namespace, stream))
