"""What was put aside and tells of an erased customer: dead letters, parked events, parts that nobody could read."""

from collections.abc import Awaitable, Callable, Iterable
from typing import cast

from services.api.facts import Owner
from services.api.parking import Parking
from services.api.store import ChatStore
from services.api.traces import Traces, parsed, without
from shared.broker import Broker
from shared.contract.events import EventsHeld, encode
from shared.topology import DEAD_LETTERS

LOOKED_AT_MAX = 10_000  # as many as a person can see

Gone = Callable[[Iterable[str]], Awaitable[set[str]]]


class Graves:
    """The dead letters of all numbers."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def erase(self, owner: Owner, traces: Traces, gone: Gone) -> int:
        """How many told of them."""
        return await self._keep(lambda line: _left(line, owner, traces, gone))

    async def clear(self, owner: Owner) -> int:
        """How many told of a number."""

        async def left(line: bytes) -> bytes | None:
            fact = parsed(line)
            if fact is None:
                return None if all(name.encode() in line for name in owner) else line
            return None if (fact.workspace_id, fact.number_id) == owner else line

        return await self._keep(left)

    async def _keep(self, left: Callable[[bytes], Awaitable[bytes | None]]) -> int:
        count = 0
        for name in DEAD_LETTERS:
            for letter in await self._broker.dead_letters(name, LOOKED_AT_MAX):
                lines = [line for line in letter.body.split(b"\n") if line]
                kept = [part for line in lines if (part := await left(line)) is not None]
                if kept == lines:
                    continue
                count += 1
                if kept:
                    await self._broker.bury(name, b"\n".join(kept), letter.reason)
                await self._broker.drop(name, LOOKED_AT_MAX, letter.id)
        return count


async def _left(line: bytes, owner: Owner, traces: Traces, gone: Gone) -> bytes | None:
    """A line without what tells of them, which may be nothing."""
    fact = parsed(line)
    if fact is None:
        return None if traces.mentions(line) else line
    if (fact.workspace_id, fact.number_id) != owner:
        return line
    if isinstance(fact, EventsHeld):
        hashes = [name for event in fact.events for name in traces.hashes_of(event)]
        rest = without(fact, traces, await gone(hashes))
        return None if rest is None else line if rest.events == fact.events else encode(rest)
    return None if traces.tells_of(fact) or await gone(traces.hashes_of(fact)) else line


async def erase_parked(parking: Parking, owner: Owner, traces: Traces, gone: Gone, now_ms: int) -> int:
    """Take what tells of them out of what waits for the number to be connected; how many events did."""
    count = 0
    for held in await parking.oldest(*owner, LOOKED_AT_MAX):
        hashes = [name for event in held.events for name in traces.hashes_of(event)]
        rest = without(held, traces, await gone(hashes))
        if rest is not None and rest.events == held.events:
            continue
        if rest is not None and not await parking.park(rest, now_ms):
            break  # the number has been connected: whatever is applied now is dropped where it tells of them
        await parking.release(*owner, [held])
        count += len(held.events) - (len(rest.events) if rest is not None else 0)
    return count


async def erase_raw(store: ChatStore, traces: Traces) -> None:
    """Forget what nobody could read if one of their names is in it."""
    for name in ("unrecognised", "reports"):
        kept = await store.redis.zrange(store.key(name), 0, -1, withscores=True)
        found = [part for part, at_ms in cast("list[tuple[bytes, float]]", kept) if at_ms <= traces.at_ms]
        theirs = [part for part in found if traces.mentions(part)]
        if theirs:
            await store.redis.zrem(store.key(name), *theirs)
