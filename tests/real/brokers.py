"""Both brokers for one test, on names that no other test uses."""

import uuid
from dataclasses import dataclass, field
from typing import Any

import aio_pika

from shared import redis
from shared.broker import Broker
from shared.broker.amqp import AmqpBroker
from shared.broker.amqp.declaration import named, queues
from shared.broker.streams import StreamsBroker
from shared.topology import TOPOLOGY, Topology


@dataclass(frozen=True)
class Brokers:
    """Makes any number of brokers that all speak to the same queues, as the processes of one installation do."""

    url: str
    namespace: str = field(default_factory=lambda: f"test-{uuid.uuid4().hex[:12]}")

    @property
    def is_amqp(self) -> bool:
        """Whether these are RabbitMQ's."""
        return self.url.startswith("amqp")

    def make(self, topology: Topology = TOPOLOGY, **settings: Any) -> Broker:
        """One more broker, to be entered with `async with`."""
        if self.is_amqp:
            return AmqpBroker(self.url, namespace=self.namespace, topology=topology, **settings)
        return StreamsBroker(self.url, namespace=self.namespace, topology=topology, **settings)

    async def forget(self, topology: Topology = TOPOLOGY) -> None:
        """Delete everything under the namespace."""
        if self.is_amqp:
            async with await aio_pika.connect(self.url) as connection:
                deleting = await connection.channel()
                for name in queues(topology, self.namespace):
                    await deleting.queue_delete(name)
                for exchange in topology.exchanges:
                    await deleting.exchange_delete(named(self.namespace, exchange.name))
        else:
            async with redis.connect(self.url) as store:
                keys = [key async for key in store.scan_iter(match=f"*broker:{self.namespace}*", count=1000)]
                if keys:
                    await store.delete(*keys)
