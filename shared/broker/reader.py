"""Reads a queue for as long as its context is open, over as many connections as that takes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Protocol

import structlog

from shared.broker.bundle import Bundle, is_bundle
from shared.broker.door import BatchHandler, BrokerUnavailable, Handler
from shared.broker.settling import settle_batch, settle_single
from shared.broker.source import Settles, Source, SourceOver, Taken
from shared.topology import Queue

log = structlog.get_logger(__name__)

FINISH_S_MAX = 12.0  # longer than Graph's deadline of 10 s, shorter than the 25 s a process has to end
REOPEN_S = 0.2

Open = Callable[[], AbstractAsyncContextManager[Source]]  # raises BrokerUnavailable when the broker is away


class Desk(Protocol):
    """Takes deliveries from a source and has them handled."""

    async def read(self, source: Source, group: asyncio.TaskGroup) -> None:
        """Return when the source is over."""

    async def finish(self) -> None:
        """Return when nothing is in hand."""


class Singles:
    """Up to `concurrency` deliveries at once, or lines of deliveries that hold several, each settled by itself."""

    def __init__(self, queue: Queue, handle: Handler, *, concurrency: int) -> None:
        self._queue = queue
        self._handle = handle
        # Held across reconnects: a redelivery waits for the handling that a lost connection has left behind.
        self._slots = asyncio.Semaphore(concurrency)
        self._in_hand: set[asyncio.Task[None]] = set()

    async def read(self, source: Source, group: asyncio.TaskGroup) -> None:
        """Start a handling for each delivery until the source is over."""
        while True:
            await self._slots.acquire()
            arrived = await source.take(1)
            if not arrived:
                self._slots.release()
                return
            if not is_bundle(arrived[0]):
                self._begin(source, arrived[0], group)
                continue
            bundle = Bundle(source, arrived[0])
            self._begin(bundle, bundle.lines[0], group)
            for line in bundle.lines[1:]:
                await self._slots.acquire()
                self._begin(bundle, line, group)

    async def finish(self) -> None:
        """Return when nothing is in hand."""
        if self._in_hand:
            await asyncio.wait(self._in_hand)

    def _begin(self, source: Settles, taken: Taken, group: asyncio.TaskGroup) -> None:
        handling = group.create_task(self._settle(source, taken))
        self._in_hand.add(handling)
        handling.add_done_callback(self._finished)

    def _finished(self, handling: "asyncio.Task[None]") -> None:
        self._in_hand.discard(handling)
        self._slots.release()

    async def _settle(self, source: Settles, taken: Taken) -> None:
        with suppress(SourceOver):
            await settle_single(self._queue, source, taken, self._handle)


class Batches:
    """Whatever has gathered, up to `deliveries_max`, in one call; `at_once` calls at a time."""

    def __init__(self, queue: Queue, handle: BatchHandler, *, deliveries_max: int, at_once: int = 1) -> None:
        self._queue = queue
        self._handle = handle
        self._deliveries_max = deliveries_max
        # Held across reconnects, as those of Singles are.
        self._slots = asyncio.Semaphore(at_once)
        self._in_hand: set[asyncio.Task[None]] = set()

    async def read(self, source: Source, group: asyncio.TaskGroup) -> None:
        """Start a handling for each batch until the source is over."""
        while True:
            await self._slots.acquire()
            batch = await source.take(self._deliveries_max)
            if not batch:
                self._slots.release()
                return
            handling = group.create_task(self._settle(source, batch))
            self._in_hand.add(handling)
            handling.add_done_callback(self._finished)

    async def finish(self) -> None:
        """Return when nothing is in hand."""
        if self._in_hand:
            await asyncio.wait(self._in_hand)

    def _finished(self, handling: "asyncio.Task[None]") -> None:
        self._in_hand.discard(handling)
        self._slots.release()

    async def _settle(self, source: Source, batch: Sequence[Taken]) -> None:
        with suppress(SourceOver):
            await settle_batch(self._queue, source, batch, self._handle)


def prefetch(deliveries_max: int, at_once: int) -> int:
    """How many deliveries may be in hand: the next batch gathers while others are handled, each of one at the least."""
    return max(deliveries_max * (2 if at_once == 1 else 4), at_once + deliveries_max)


class Reader:
    """Opens a source again whenever one is over, until told to leave."""

    def __init__(self, queue: Queue, open_source: Open, desk: Desk) -> None:
        self._queue = queue
        self._open_source = open_source
        self._desk = desk
        self._leaving = asyncio.Event()
        self._source: Source | None = None

    async def run(self) -> None:
        """Read until told to leave and all in hand is finished."""
        async with asyncio.TaskGroup() as group:
            while not self._leaving.is_set():
                try:
                    async with self._open_source() as source:
                        await self._read(source, group)
                except BrokerUnavailable:
                    log.debug("queue.waiting", queue=self._queue.name)
                await self._left_within(REOPEN_S)

    async def leave(self) -> None:
        """Take no more; `run` ends when all in hand is finished."""
        self._leaving.set()
        if self._source is not None:
            await self._source.stop()

    async def _read(self, source: Source, group: asyncio.TaskGroup) -> None:
        self._source = source
        try:
            if self._leaving.is_set():
                return
            log.info("queue.reading", queue=self._queue.name)
            await self._desk.read(source, group)
            if self._leaving.is_set():
                # The source must stay open until its last acknowledgement has gone.
                await self._desk.finish()
        finally:
            self._source = None

    async def _left_within(self, delay_s: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(delay_s):
                await self._leaving.wait()


@asynccontextmanager
async def reading(reader: Reader, finish_s_max: float) -> AsyncIterator[None]:
    """Read while the body runs; afterwards finish what is in hand, at most for `finish_s_max`."""
    try:
        # An unexpected error in the reader itself must end the body too, not stop the reading in silence.
        async with asyncio.TaskGroup() as group:
            running = group.create_task(reader.run())
            try:
                yield
            finally:
                await _left(reader, running, finish_s_max)
    except BaseExceptionGroup as group_error:
        if len(group_error.exceptions) == 1:
            raise group_error.exceptions[0] from None
        raise


async def _left(reader: Reader, running: "asyncio.Task[None]", finish_s_max: float) -> None:
    try:
        async with asyncio.timeout(finish_s_max):
            await reader.leave()
            await asyncio.wait({running})
    except TimeoutError:
        log.warning("queue.abandoned", finish_s=finish_s_max)
        running.cancel()
