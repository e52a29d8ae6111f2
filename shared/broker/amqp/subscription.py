"""One open subscription to a RabbitMQ queue: what has arrived, and how it is settled."""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import aiormq.abc
from aio_pika.abc import AbstractChannel
from aiormq import spec
from aiormq.abc import DeliveredMessage
from pamqp.header import ContentHeader

from shared.broker.amqp.acks import Acks
from shared.broker.amqp.arrivals import Arrivals
from shared.broker.amqp.declaration import named
from shared.broker.amqp.publisher import Publisher
from shared.broker.burial import burial, now_ms, own
from shared.broker.door import Delivery, Headers, Poison
from shared.broker.source import SourceOver, Taken
from shared.topology import Queue, wait_step_s

STOP_S_MAX = 2.0
# Thousands may have to wait at one time. Were all published at once, a busy broker would confirm none in time: each
# would be published again and again, and every time for nothing.
EXCHANGES_MAX = 64


class Subscription:
    """A channel of its own per reader, so that one acknowledgement can cover a whole batch."""

    def __init__(
        self,
        channel: AbstractChannel,
        underlay: aiormq.abc.AbstractChannel,
        queue: Queue,
        namespace: str,
        publisher: Publisher,
    ) -> None:
        self.over = asyncio.Event()
        self._channel = channel
        self._underlay = underlay
        self._queue = queue
        self._namespace = namespace
        self._publisher = publisher
        self._arrived: deque[Taken] = deque()  # bounded by the prefetch
        self._news = asyncio.Event()
        self._acks = Acks(underlay)
        self._exchanging = asyncio.Semaphore(EXCHANGES_MAX)

    async def subscribe(self, prefetch: int) -> None:
        """Ask for deliveries, up to `prefetch` unsettled at a time."""
        self._channel.close_callbacks.add(self._on_lost)
        self._underlay.on_consumer_cancel_callbacks.add(self._on_lost)
        await self._channel.set_qos(prefetch_count=prefetch)
        Arrivals.before(self._underlay, self._on_arrived)
        consuming = await self._underlay.basic_consume(named(self._namespace, self._queue.name), _nothing_comes)
        self._consumer_tag = str(consuming.consumer_tag)

    async def take(self, count_max: int) -> Sequence[Taken]:
        """What has arrived, in order and at least one; none once it is over."""
        while not self.over.is_set():
            if self._arrived:
                count = min(count_max, len(self._arrived))
                return [self._arrived.popleft() for _ in range(count)]
            self._news.clear()
            await self._news.wait()
        return []

    async def stop(self) -> None:
        """Take no more, and give back what has not been taken."""
        self._end()
        with suppress(Exception):
            async with asyncio.timeout(STOP_S_MAX):
                await self._underlay.basic_cancel(self._consumer_tag)
                while self._arrived:
                    # It has not failed, so a nack: RabbitMQ 4.3 counts only rejects.
                    await self._underlay.basic_nack(_tag(self._arrived.popleft()), requeue=True)

    async def acknowledge(self, taken: Sequence[Taken]) -> None:
        """Done with these; one acknowledgement covers several if everything before them is settled too."""
        try:
            await self._acks.add([_tag(one) for one in taken])
        except SourceOver:
            self._end()
            raise

    async def wait(self, taken: Taken, after_s: float, headers: Headers) -> None:
        """Exchange the delivery for one that comes later, with `headers` laid over its own."""
        await self.wait_alone(taken.delivery, after_s, headers)
        await self.acknowledge([taken])

    async def wait_alone(self, line: Delivery, after_s: float, headers: Headers) -> None:
        """Let this line of a delivery come later, with `headers` laid over its own; the delivery is still in hand."""
        back = self._queue.returning
        await self._publish(line, back.wait(wait_step_s(back.waits_s, after_s)), headers)

    async def bury(self, taken: Taken, reason: str) -> None:
        """Exchange the delivery for a dead letter."""
        headers = burial(self._queue.name, reason, taken.delivery.attempt, now_ms())
        await self._publish(taken.delivery, self._queue.dead, headers)
        await self.acknowledge([taken])

    async def bury_lines(self, poisons: Sequence[Poison]) -> None:
        """Put these lines among the dead letters; their deliveries are still in hand."""
        for poison in poisons:
            headers = burial(self._queue.name, poison.reason, 1, now_ms())
            await self._publisher.publish("", named(self._namespace, self._queue.dead), poison.body, headers)

    async def _publish(self, line: Delivery, queue_name: str, headers: Headers) -> None:
        # Before what it came with is acknowledged: a crash between the two doubles it, the other order would lose it.
        laid_over = {**line.headers, **headers}
        async with self._exchanging:
            if self._underlay.is_closed:
                raise SourceOver
            await self._publisher.publish("", named(self._namespace, queue_name), line.body, laid_over)

    def _on_arrived(self, deliver: spec.Basic.Deliver, header: ContentHeader, body: bytes) -> None:
        assert deliver.delivery_tag is not None
        headers = header.properties.headers or {}
        delivery = Delivery(body, own(headers), _attempt(headers, redelivered=bool(deliver.redelivered)))
        self._arrived.append(Taken(delivery, deliver.delivery_tag))
        self._news.set()

    def _on_lost(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        self.over.set()
        self._news.set()


async def _nothing_comes(_: DeliveredMessage) -> None:
    raise AssertionError("deliveries are taken before aiormq sees them")


def _attempt(headers: Mapping[str, Any], *, redelivered: bool) -> int:
    # RabbitMQ 4 leaves the count out the first time; a classic queue knows only whether it is the first time.
    count = headers.get("x-delivery-count")
    return 1 + (count if isinstance(count, int) else int(redelivered))


def _tag(taken: Taken) -> int:
    assert isinstance(taken.receipt, int)
    return taken.receipt
