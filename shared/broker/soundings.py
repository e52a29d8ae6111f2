"""How much waits in each queue and among its dead letters, measured now and then for Prometheus."""

import asyncio
from contextlib import suppress

import structlog
from prometheus_client import Gauge

from shared.broker.burial import now_ms
from shared.broker.door import Broker, BrokerUnavailable
from shared.topology import TOPOLOGY, Topology

log = structlog.get_logger(__name__)

EVERY_S = 60.0  # looking at dead letters costs RabbitMQ a little, and nobody is called within a minute

WAITING = Gauge("inbox_queue_waiting", "Deliveries that nobody has in hand.", ("queue",))
DEAD = Gauge("inbox_dead_letters", "Dead letters that wait for a person.", ("queue",))
OLDEST_S = Gauge(
    "inbox_dead_letter_oldest_age_seconds", "Since the oldest dead letter was buried; 0 when there is none.", ("queue",)
)


async def sounding(
    broker: Broker, stopping: asyncio.Event, *, topology: Topology = TOPOLOGY, every_s: float = EVERY_S
) -> None:
    """Measure until the process stops; what cannot be measured now keeps its last value."""
    while not stopping.is_set():
        try:
            await sound(broker, topology)
        except BrokerUnavailable as error:
            log.debug("soundings.interrupted", error=str(error))
        with suppress(TimeoutError):
            async with asyncio.timeout(every_s):
                await stopping.wait()


async def sound(broker: Broker, topology: Topology = TOPOLOGY) -> None:
    """Measure once."""
    for queue in topology.queues:
        WAITING.labels(queue.name).set(await broker.backlog(queue.name))
    for name in topology.replays_to:
        dead = await broker.dead_count(name)
        DEAD.labels(name).set(dead.count)
        OLDEST_S.labels(name).set(0 if dead.oldest_ms is None else max(0, now_ms() - dead.oldest_ms) / 1000)
