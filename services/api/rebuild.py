"""Chat state anew from the archive: two passes over its weeks, in bounded pieces, from where the last run ended.

The first pass learns what the second has to know (see `recall`); the second applies everything, in any order with what
live projectors do, because the same commit is theirs. What comes in while it runs is theirs too: a pass ends where the
archive ended when the run began.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, Protocol, TypeVar, cast

import structlog

from services.api.awaited import Awaited
from services.api.projector import Projector
from services.api.recall import Recollection, recalled
from shared.broker import Archive, Archived, BrokerUnavailable, Delivery, Extent
from shared.broker.backoff import delays_s
from shared.contract.events import encode
from shared.process import Ground, now_ms
from shared.redis import Redis, is_outage
from shared.topology import MIB
from shared.week import Week

log = structlog.get_logger(__name__)

PLACES_KEY = "rebuild:places"
APPLIED_BYTES_MAX = 4 * MIB  # parsed at once; a body alone may be a megabyte

Pass = Literal["recall", "apply"]
PASSES: tuple[Pass, ...] = ("recall", "apply")

Answer = TypeVar("Answer")


class Headway(Protocol):
    """Whoever watches."""

    def begin(self, step: Pass, total: int, done: int) -> None:
        """A pass over so many bodies, of which so many were done by an earlier run."""

    def advance(self, count: int) -> None:
        """So many more."""


class Forgetting:
    """The dead letters of a rebuild go nowhere: what it cannot apply was buried when it first came."""

    def __init__(self) -> None:
        self.count = 0

    async def bury(self, _queue_name: str, _body: bytes, _reason: str) -> None:
        """Count it."""
        self.count += 1


@dataclass
class Tally:
    """What a run has done."""

    weeks: list[Week] = field(default_factory=list)
    bodies: int = 0
    buried: int = 0
    ended: bool = False


class Places:
    """Up to where each pass has read each week, kept in the store that is being filled: both are lost together."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def of(self, step: Pass, week: Week) -> int:
        """The next offset."""
        found = await cast("Awaitable[bytes | None]", self._redis.hget(PLACES_KEY, f"{step}:{week}"))
        return int(found or 0)

    async def keep(self, step: Pass, week: Week, offset: int) -> None:
        """All before it is in the store."""
        await self._redis.hset(PLACES_KEY, f"{step}:{week}", str(offset))

    async def forget(self) -> None:
        """The next rebuild begins at the beginning."""
        await self._redis.delete(PLACES_KEY)


class Rebuild:
    """One run; stopped at any moment and run again, it goes on."""

    def __init__(self, ground: Ground, archive: Archive, headway: Headway) -> None:
        self._ground = ground
        self._archive = archive
        self._headway = headway
        self._graveyard = Forgetting()
        # No wait for the disk: the archive forgets nothing, and a place is written after what it stands for.
        self._projector = Projector(ground, graveyard=self._graveyard, durable=False)
        self._recollection = Recollection(ground.redis)
        self._places = Places(ground.redis)

    async def run(self, since: Week | None = None) -> Tally:
        """Both passes, over the weeks from `since` on; not ended when the process was told to stop meanwhile."""
        weeks = [week for week in await self._insisting(self._archive.weeks) if since is None or week >= since]
        extents = {week: await self._insisting(partial(self._archive.extent, week)) for week in weeks}
        tally = Tally(weeks)
        for step in PASSES:
            await self._pass(step, extents, tally)
            if self._ground.stopping.is_set():
                return tally
            if step == "recall":
                await Awaited(self._ground.redis).recalled()
        await Awaited(self._ground.redis).end()
        await self._places.forget()
        await self._recollection.forget()
        tally.buried, tally.ended = tally.buried + self._graveyard.count, True
        return tally

    async def _pass(self, step: Pass, extents: dict[Week, Extent], tally: Tally) -> None:
        begun = {week: max(extent.first, await self._places.of(step, week)) for week, extent in extents.items()}
        total = sum(extent.end - extent.first for extent in extents.values())
        done = sum(begun[week] - extent.first for week, extent in extents.items())
        self._headway.begin(step, total, done)
        for week, extent in extents.items():
            delays = delays_s()
            while not self._ground.stopping.is_set():
                try:
                    await self._week(step, week, extent, tally)
                    break
                except Exception as error:
                    if not _passes(error):
                        raise
                    log.warning("rebuild.held", week=str(week), outage=type(error).__name__)
                    await _pause(self._ground, next(delays))

    async def _week(self, step: Pass, week: Week, extent: Extent, tally: Tally) -> None:
        offset = max(extent.first, await self._places.of(step, week))
        if offset >= extent.end:
            return
        async with self._archive.reading(week, offset) as replay:
            while offset < extent.end and not self._ground.stopping.is_set():
                taken = [each for each in await replay.take() if offset <= each.offset < extent.end]
                for piece in pieces(taken):
                    tally.buried += await (self._recall(piece) if step == "recall" else self._apply(piece))
                reached = taken[-1].offset + 1 if taken else extent.end
                await self._places.keep(step, week, reached)
                self._headway.advance(reached - offset)
                tally.bodies += len(taken) if step == "apply" else 0
                offset = reached

    async def _recall(self, piece: Sequence[Archived]) -> int:
        found = recalled([each.body for each in piece])
        await self._recollection.keep(found, now_ms())
        # First of all, so that not even for a moment there is again what somebody has asked to be erased.
        if found.erased:
            await self._projector.handle([Delivery(b"\n".join(map(encode, found.erased)))])
        return 0

    async def _apply(self, piece: Sequence[Archived]) -> int:
        bodies = [await self._recollection.without_released(each.body) for each in piece]
        return len(await self._projector.handle([Delivery(body) for body in bodies]))

    async def _insisting(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        for delay_s in delays_s():
            try:
                return await ask()
            except BrokerUnavailable:
                if self._ground.stopping.is_set():
                    raise
            await _pause(self._ground, delay_s)
        raise AssertionError


def pieces(taken: Sequence[Archived]) -> list[list[Archived]]:
    """In order, each of a bounded size or of one body."""
    found: list[list[Archived]] = []
    size = 0
    for each in taken:
        if not found or size + len(each.body) > APPLIED_BYTES_MAX:
            found.append([])
            size = 0
        found[-1].append(each)
        size += len(each.body)
    return found


async def _pause(ground: Ground, delay_s: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(delay_s):
            await ground.stopping.wait()


def _passes(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return any(_passes(inner) for inner in error.exceptions)
    return is_outage(error) or isinstance(error, BrokerUnavailable)
