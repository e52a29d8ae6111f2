"""Carries out what was decided about a delivery, through outages, until the connection under it is gone."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import structlog

from shared.broker import cancellation
from shared.broker.backoff import delays_s
from shared.broker.door import BatchHandler, Handler, Poison
from shared.broker.settlement import Acknowledge, Bury, Hold, Verdict, Wait, verdict
from shared.broker.source import Settles, Source, SourceOver, Taken
from shared.topology import Queue

log = structlog.get_logger(__name__)

Act = Callable[[], Awaitable[None]]


async def settle_single(queue: Queue, source: Settles, taken: Taken, handle: Handler) -> None:
    """Hand one delivery over and settle it by how that ends."""

    decided = await _decided(queue, source, partial(handle, taken.delivery))
    if isinstance(decided, Acknowledge):
        await _persist(queue, source, partial(source.acknowledge, (taken,)))
    else:
        await _set_aside(queue, source, taken, decided)


async def settle_batch(queue: Queue, source: Source, batch: Sequence[Taken], handle: BatchHandler) -> None:
    """Hand several deliveries over at once; when that fails, each is tried alone, so that only the culprit suffers."""
    poisons: Sequence[Poison] = ()

    async def call() -> None:
        nonlocal poisons
        poisons = await handle([taken.delivery for taken in batch])

    decided = await _decided(queue, source, call)
    if isinstance(decided, Acknowledge):
        for poison in poisons:
            log.error("line.buried", queue=queue.name, reason=poison.reason, size_bytes=len(poison.body))
        if poisons:
            await _persist(queue, source, lambda: source.bury_lines(poisons))
        await _persist(queue, source, lambda: source.acknowledge(batch))
    elif len(batch) == 1:
        await _set_aside(queue, source, batch[0], decided)
    else:
        for taken in batch:
            await settle_batch(queue, source, [taken], handle)


async def _decided(queue: Queue, source: Settles, call: Act) -> Verdict:
    """The verdict on this call, made again and again while it meets an outage."""
    decided = verdict(await _failure(call))
    if not isinstance(decided, Hold):
        return decided
    log.warning("delivery.held", queue=queue.name, outage=decided.outage)
    for delay_s in delays_s():
        await _pause(source, delay_s)
        decided = verdict(await _failure(call))
        if not isinstance(decided, Hold):
            break
    log.info("delivery.resumed", queue=queue.name)
    return decided


async def _failure(call: Act) -> BaseException | None:
    try:
        await call()
    except asyncio.CancelledError as cancelled:
        if cancellation.is_ours():
            raise
        return cancelled
    except Exception as error:
        return error
    return None


async def _set_aside(queue: Queue, source: Settles, taken: Taken, decided: Verdict) -> None:
    match decided:
        case Wait(after_s, headers) if queue.returning.waits_s:
            await _persist(queue, source, lambda: source.wait(taken, after_s, headers))
        case Wait() | Bury():
            reason = decided.reason if isinstance(decided, Bury) else "it wants to wait in a queue without waits"
            log.error("delivery.rejected", queue=queue.name, reason=reason, attempt=taken.delivery.attempt)
            await _persist(queue, source, lambda: source.bury(taken, reason))


async def _persist(queue: Queue, source: Settles, act: Act) -> None:
    """Do it until it is done: the delivery stays in hand, so nothing is lost meanwhile."""
    failure = await _failure(act)
    if failure is None:
        return
    for delay_s in delays_s():
        if not isinstance(verdict(failure), Hold):
            raise failure
        log.warning("delivery.unsettled", queue=queue.name, outage=type(failure).__name__)
        await _pause(source, delay_s)
        failure = await _failure(act)
        if failure is None:
            return


async def _pause(source: Settles, delay_s: float) -> None:
    try:
        async with asyncio.timeout(delay_s):
            await source.over.wait()
    except TimeoutError:
        return
    raise SourceOver
