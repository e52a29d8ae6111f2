"""One open subscription to a RabbitMQ queue: what has arrived, and how it is settled."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Sequence
from contextlib import suppress

import aiormq.abc
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared.broker.amqp.declaration import named
from shared.broker.amqp.publisher import Publisher
from shared.broker.burial import burial, now_ms, own
from shared.broker.door import Delivery, Headers, Poison
from shared.broker.source import SourceOver, Taken
from shared.topology import Queue, wait_step_s

STOP_S_MAX = 2.0


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
        self._settled_to = 0  # delivery tags count from 1; all up to here are settled,
        self._settled: set[int] = set()  # and these beyond it, no more than are prefetched

    async def subscribe(self, prefetch: int) -> None:
        """Ask for deliveries, up to `prefetch` unsettled at a time."""
        self._channel.close_callbacks.add(self._on_lost)
        self._underlay.on_consumer_cancel_callbacks.add(self._on_lost)
        await self._channel.set_qos(prefetch_count=prefetch)
        self._source = await self._channel.get_queue(named(self._namespace, self._queue.name), ensure=False)
        self._consumer_tag = await self._source.consume(self._on_arrived)

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
                await self._source.cancel(self._consumer_tag)
                while self._arrived:
                    # It has not failed, so a nack: RabbitMQ 4.3 counts only rejects.
                    await self._underlay.basic_nack(_tag(self._arrived.popleft()), requeue=True)

    async def acknowledge(self, taken: Sequence[Taken]) -> None:
        """Done with these; one acknowledgement covers several if everything before them is settled too."""
        tags = [_tag(one) for one in taken]
        if tags == list(range(self._settled_to + 1, self._settled_to + 1 + len(tags))):
            await self._unless_lost(self._underlay.basic_ack(tags[-1], multiple=len(tags) > 1))
        else:
            for each in tags:
                await self._unless_lost(self._underlay.basic_ack(each))
        self._settled |= set(tags)
        while self._settled_to + 1 in self._settled:
            self._settled_to += 1
            self._settled.discard(self._settled_to)

    async def wait(self, taken: Taken, after_s: float, headers: Headers) -> None:
        """Exchange the delivery for one that comes later, with `headers` laid over its own."""
        back = self._queue.returning
        await self._exchange(taken, back.wait(wait_step_s(back.waits_s, after_s)), headers)

    async def bury(self, taken: Taken, reason: str) -> None:
        """Exchange the delivery for a dead letter."""
        headers = burial(self._queue.name, reason, taken.delivery.attempt, now_ms())
        await self._exchange(taken, self._queue.dead, headers)

    async def bury_lines(self, poisons: Sequence[Poison]) -> None:
        """Put these lines among the dead letters; their deliveries are still in hand."""
        for poison in poisons:
            headers = burial(self._queue.name, poison.reason, 1, now_ms())
            await self._publisher.publish("", named(self._namespace, self._queue.dead), poison.body, headers)

    async def _exchange(self, taken: Taken, queue_name: str, headers: Headers) -> None:
        # Published before it is acknowledged: a crash between the two doubles it, the other order would lose it.
        laid_over = {**taken.delivery.headers, **headers}
        await self._publisher.publish("", named(self._namespace, queue_name), taken.delivery.body, laid_over)
        await self.acknowledge([taken])

    async def _unless_lost(self, sent: Awaitable[None]) -> None:
        try:
            await sent
        except Exception:
            self._end()
            raise SourceOver from None

    async def _on_arrived(self, message: AbstractIncomingMessage) -> None:
        assert message.delivery_tag is not None
        delivery = Delivery(message.body, own(message.headers), _attempt(message))
        self._arrived.append(Taken(delivery, message.delivery_tag))
        self._news.set()

    def _on_lost(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        self.over.set()
        self._news.set()


def _attempt(message: AbstractIncomingMessage) -> int:
    # RabbitMQ 4 leaves the count out the first time; a classic queue knows only whether it is the first time.
    count = message.headers.get("x-delivery-count")
    return 1 + (count if isinstance(count, int) else int(bool(message.redelivered)))


def _tag(taken: Taken) -> int:
    assert isinstance(taken.receipt, int)
    return taken.receipt
