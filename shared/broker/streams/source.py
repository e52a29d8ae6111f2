"""One reader of an embedded queue: a consumer of the stream's group that lives exactly as long as its connection."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress

import orjson
import structlog

from shared import redis
from shared.broker.burial import REASON_LENGTH_MAX
from shared.broker.door import BrokerUnavailable, Delivery, Headers, Poison
from shared.broker.source import Taken
from shared.broker.streams import scripts
from shared.broker.streams.group import GROUP, Entry, Group
from shared.broker.streams.keys import StreamKeys
from shared.topology import Queue, Topology, wait_step_s

log = structlog.get_logger(__name__)

SWEEP_S = 1.0  # how soon what a dead reader had in hand is noticed
DUE_S_MAX = 0.25  # how late a wait that another process has begun may be noticed
DUE_COUNT_MAX = 100


class StreamSource:
    """As with RabbitMQ, whoever loses its connection loses what it has in hand: others take it over at once."""

    def __init__(
        self, url: str, store: redis.Redis, keys: StreamKeys, queue: Queue, topology: Topology, prefetch: int
    ) -> None:
        self.over = asyncio.Event()
        self._keys = keys
        self._queue = queue
        self._topology = topology
        self._prefetch = prefetch
        self._group = Group(url, store, keys, queue, topology)
        self._arrived: deque[Taken] = deque()
        self._unsettled: dict[bytes, int] = {}  # what counts against the prefetch, with its size
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._due = asyncio.Event()
        self._running: list[asyncio.Task[None]] = []
        self._acknowledge = store.register_script(scripts.ACKNOWLEDGE)
        self._wait = store.register_script(scripts.WAIT)
        self._give_back_due = store.register_script(scripts.GIVE_BACK_DUE)
        self._bury = store.register_script(scripts.BURY)

    async def subscribe(self) -> None:
        """Join the group and begin to read."""
        await self._group.join()
        self._run(self._read)
        if self._queue.waits_s:
            self._run(self._return_due)

    async def close(self) -> None:
        """Leave the group; what is unsettled goes to others."""
        await self._end_running()
        await self._group.leave()

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
        await self._end_running()
        unstarted = [(_id(taken), taken.delivery.attempt) for taken in self._arrived]
        self._arrived.clear()
        if unstarted:
            # Without it they go to others when this connection ends.
            with suppress(redis.RedisError, OSError):
                await self._group.give_back(unstarted)

    async def acknowledge(self, taken: Sequence[Taken]) -> None:
        """Done with these, whatever has become of those that were taken before them."""
        arguments: list[bytes | str | int] = [GROUP]
        for one in taken:
            arguments += (_id(one), self._unsettled[_id(one)])
        await self._acknowledge([self._keys.sizes, self._stream], arguments)
        self._settled(taken)

    async def wait(self, taken: Taken, after_s: float, headers: Headers) -> None:
        """Exchange the delivery for one that comes later, with `headers` laid over its own."""
        await self._let_wait(taken.delivery, after_s, headers, _id(taken), self._size(taken))
        self._settled([taken])

    async def wait_alone(self, line: Delivery, after_s: float, headers: Headers) -> None:
        """Let this line of a delivery come later, with `headers` laid over its own; the delivery is still in hand."""
        await self._let_wait(line, after_s, headers, b"", 0)

    async def bury(self, taken: Taken, reason: str) -> None:
        """Exchange the delivery for a dead letter."""
        delivery = taken.delivery
        await self._bury(
            [self._keys.sizes, self._keys.dead(self._queue.dead), self._stream],
            [
                *self._burial(reason, delivery.attempt, delivery.body, orjson.dumps(dict(delivery.headers))),
                *(GROUP, _id(taken), self._size(taken)),
            ],
        )
        self._settled([taken])

    async def bury_lines(self, poisons: Sequence[Poison]) -> None:
        """Put these lines among the dead letters; their deliveries are still in hand."""
        for poison in poisons:
            await self._bury(
                [self._keys.sizes, self._keys.dead(self._queue.dead)],
                self._burial(poison.reason, 1, poison.body, b"{}"),
            )

    async def _let_wait(self, line: Delivery, after_s: float, headers: Headers, settled: bytes, size: int) -> None:
        back = self._queue.returning
        step_ms = wait_step_s(back.waits_s, after_s) * 1000
        laid_over = orjson.dumps({**line.headers, **headers})
        moved = await self._wait(
            [self._keys.sizes, self._stream, self._keys.waiting(back.name), self._keys.due(back.name)],
            [GROUP, settled, size, line.body, laid_over, step_ms, self._topology.wait_bytes_max],
        )
        if moved == 0:
            raise BrokerUnavailable("the waits are full")
        self._due.set()

    async def _read(self) -> None:
        """Fill the prefetch, with what dead readers have left before what is new."""
        swept_s = -SWEEP_S
        while not self.over.is_set():
            room = self._prefetch - len(self._unsettled)
            now_s = asyncio.get_running_loop().time()
            if room > 0 and now_s - swept_s >= SWEEP_S:
                left_over = await self._group.take_over(room)
                self._add(left_over)
                swept_s = now_s if len(left_over) < room else swept_s
            elif room > 0:
                self._add(await self._group.read(room, SWEEP_S))
            else:
                await self._group.sign_of_life()
                await _set_within(self._room, SWEEP_S)

    async def _return_due(self) -> None:
        """Give back what has waited long enough."""
        name = self._queue.name
        keys = [self._keys.sizes, self._stream, self._keys.waiting(name), self._keys.due(name)]
        while not self.over.is_set():
            next_ms = await self._give_back_due(keys, [DUE_COUNT_MAX, self._queue.bytes_max])
            await _set_within(self._due, DUE_S_MAX if next_ms < 0 else min(DUE_S_MAX, next_ms / 1000))

    @property
    def _stream(self) -> str:
        return self._keys.queue(self._queue.name)

    def _add(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._unsettled[entry.id] = scripts.entry_size(entry.body, entry.headers)
            delivery = Delivery(entry.body, orjson.loads(entry.headers), entry.attempt)
            self._arrived.append(Taken(delivery, entry.id))
        if entries:
            self._news.set()

    def _size(self, taken: Taken) -> int:
        return self._unsettled[_id(taken)]

    def _settled(self, taken: Sequence[Taken]) -> None:
        for one in taken:
            del self._unsettled[_id(one)]
        self._room.set()

    def _burial(self, reason: str, attempt: int, body: bytes, headers: bytes) -> list[bytes | str | int]:
        reason = reason[:REASON_LENGTH_MAX]
        return [self._topology.dead_bytes_max, self._queue.name, reason, attempt, body, headers]

    def _run(self, read: Callable[[], Coroutine[None, None, None]]) -> None:
        self._running.append(asyncio.create_task(self._until_lost(read)))

    async def _until_lost(self, read: Callable[[], Coroutine[None, None, None]]) -> None:
        try:
            await read()
        except Exception as error:
            log.warning("broker.lost", queue=self._queue.name, error=type(error).__name__)
        finally:
            self._end()

    async def _end_running(self) -> None:
        self._end()
        for running in self._running:
            running.cancel()
        if self._running:
            await asyncio.wait(self._running)

    def _end(self) -> None:
        self.over.set()
        self._news.set()


async def _set_within(event: asyncio.Event, delay_s: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(delay_s):
            await event.wait()
    event.clear()


def _id(taken: Taken) -> bytes:
    assert isinstance(taken.receipt, bytes)
    return taken.receipt
