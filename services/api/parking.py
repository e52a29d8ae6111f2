"""Events for numbers that are not connected wait here, bounded, until somebody connects the number or they grow old.

Parking and connecting meet in one script each over the number's own keys: a body is parked only while the connected
flag is not set, and whoever sets the flag drains afterwards, so there is no moment at which an event falls between.
"""

import hashlib
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol, cast

import structlog

from services.api import metrics
from shared import topology
from shared.contract.events import EventsHeld, decode, encode
from shared.contract.ids import NumberId, WorkspaceId, tag
from shared.redis import Redis

log = structlog.get_logger(__name__)

DAY_MS = 24 * 3600 * 1000
TOO_MANY_NUMBERS = "too many numbers parked"
_WORKSPACES = "parked:workspaces"

# Every script answers how much is parked now: events, bytes and the oldest body's time; nothing when none is.
_SIZE = """
local function size()
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  if #oldest == 0 then
    redis.call('DEL', KEYS[2])
    return {}
  end
  local counts = redis.call('HMGET', KEYS[2], 'events', 'bytes')
  return {tonumber(counts[1]), tonumber(counts[2]), tonumber(oldest[2])}
end
"""

_MEASURE = _SIZE + "return size()"

# KEYS: digests by time, sizes, lines by digest, number. ARGV: digest, received_ms, events, line. Answers false when the
# number is connected. The same body again is the same digest.
_PARK = (
    _SIZE
    + """
if redis.call('HGET', KEYS[4], 'connected') == '1' then return false end
if redis.call('ZADD', KEYS[1], 'NX', ARGV[2], ARGV[1]) == 1 then
  redis.call('HSET', KEYS[3], ARGV[1], ARGV[4])
  redis.call('HINCRBY', KEYS[2], 'events', ARGV[3])
  redis.call('HINCRBY', KEYS[2], 'bytes', #ARGV[4])
end
return size()
"""
)

# KEYS: digests by time, sizes, lines by digest. ARGV: digest and its events, and so on.
_RELEASE = (
    _SIZE
    + """
for i = 1, #ARGV, 2 do
  if redis.call('ZREM', KEYS[1], ARGV[i]) == 1 then
    redis.call('HINCRBY', KEYS[2], 'events', -ARGV[i + 1])
    redis.call('HINCRBY', KEYS[2], 'bytes', -redis.call('HSTRLEN', KEYS[3], ARGV[i]))
    redis.call('HDEL', KEYS[3], ARGV[i])
  end
end
return size()
"""
)


@dataclass(frozen=True)
class Bounds:
    """How much one workspace may have parked; beyond it the oldest becomes a dead letter (CONTRACT, webhook)."""

    numbers_max: int = 100
    events_max: int = 10_000
    bytes_max: int = 16 * topology.MIB
    age_ms_max: int = 7 * DAY_MS


@dataclass(frozen=True)
class Parked:
    """What one number has parked: how many events and bytes, and since when."""

    events: int
    bytes: int
    oldest_ms: int


class Graveyard(Protocol):
    """Where dead letters go: the broker, as a rule."""

    async def bury(self, queue_name: str, body: bytes, reason: str) -> None:
        """Put a body among the dead letters of that name, confirmed."""


class Parking:
    """The parked bodies of all workspaces."""

    def __init__(self, redis: Redis, graveyard: Graveyard, bounds: Bounds | None = None) -> None:
        self._redis = redis
        self._graveyard = graveyard
        self._bounds = bounds or Bounds()
        self._park = redis.register_script(_PARK)
        self._release = redis.register_script(_RELEASE)
        self._measure = redis.register_script(_MEASURE)

    async def park(self, held: EventsHeld, now_ms: int) -> bool:
        """Keep one body's events; False when the number is connected, so that they can be applied right away."""
        keys = [*_keys(held.workspace_id, held.number_id), f"{tag(held.workspace_id, held.number_id)}:number"]
        arguments: list[str | bytes | int] = [digest(held), held.received_ms, len(held.events), encode(held)]
        size = await cast("Awaitable[list[int] | None]", self._park(keys, arguments))
        if size is None:
            return False
        await self._redis.sadd(_WORKSPACES, held.workspace_id)
        await self._note(held.workspace_id, held.number_id, size)
        await self.tidy(held.workspace_id, now_ms)
        return True

    async def oldest(self, workspace_id: WorkspaceId, number_id: NumberId, count: int) -> list[EventsHeld]:
        """What arrived first."""
        digests, _, lines = _keys(workspace_id, number_id)
        names = cast("list[bytes]", await self._redis.zrange(digests, 0, count - 1))
        if not names:
            return []
        found = await cast("Awaitable[list[bytes | None]]", self._redis.hmget(lines, cast("list[str]", names)))
        return [cast("EventsHeld", decode(line)) for line in found if line is not None]

    async def release(self, workspace_id: WorkspaceId, number_id: NumberId, held: list[EventsHeld]) -> None:
        """Forget what has been applied, or buried."""
        arguments = [part for one in held for part in (digest(one), len(one.events))]
        size = await cast("Awaitable[list[int]]", self._release(_keys(workspace_id, number_id), arguments))
        await self._note(workspace_id, number_id, size)

    async def bury(self, held: EventsHeld, reason: str) -> None:
        """What will never be applied becomes a dead letter, for a person to look at."""
        await self._graveyard.bury(topology.PARKED_DEAD, encode(held), reason)

    async def numbers(self, workspace_id: WorkspaceId) -> dict[NumberId, Parked]:
        """What each number of a workspace has parked."""
        rows = await cast("Awaitable[dict[bytes, bytes]]", self._redis.hgetall(_index(workspace_id)))
        return {NumberId(n.decode()): Parked(*map(int, row.split())) for n, row in rows.items()}

    async def workspaces(self) -> list[WorkspaceId]:
        """Every workspace with something parked."""
        members = await cast("Awaitable[set[bytes]]", self._redis.smembers(_WORKSPACES))
        return [WorkspaceId(m.decode()) for m in members]

    async def tidy(self, workspace_id: WorkspaceId, now_ms: int) -> int:
        """Bury the oldest bodies until the workspace is within its bounds; answers how many."""
        buried = 0
        while parked := await self.numbers(workspace_id):
            number_id = min(parked, key=lambda number: parked[number].oldest_ms)
            reason = self._overstepped(list(parked.values()), now_ms)
            if reason is None:
                break
            buried += await self._bury_oldest(workspace_id, number_id, reason)
            # A number too many has to go whole: its oldest body and then another number's oldest would empty neither.
            while reason == TOO_MANY_NUMBERS and await self.oldest(workspace_id, number_id, 1):
                buried += await self._bury_oldest(workspace_id, number_id, reason)
        else:
            await self._redis.srem(_WORKSPACES, workspace_id)
            if await self.numbers(workspace_id):  # parked in between
                await self._redis.sadd(_WORKSPACES, workspace_id)
        if buried:
            metrics.PARKED_BURIED.inc(buried)
            log.warning("parking.overstepped", buried_count=buried)
        return buried

    async def _bury_oldest(self, workspace_id: WorkspaceId, number_id: NumberId, reason: str) -> int:
        held = await self.oldest(workspace_id, number_id, 1)
        for one in held:
            await self.bury(one, reason)
        await self.release(workspace_id, number_id, held)
        return len(held)

    def _overstepped(self, parked: list[Parked], now_ms: int) -> str | None:
        bounds = self._bounds
        if min(p.oldest_ms for p in parked) < now_ms - bounds.age_ms_max:
            return "parked too long"
        if len(parked) > bounds.numbers_max:
            return TOO_MANY_NUMBERS
        if sum(p.events for p in parked) > bounds.events_max:
            return "too many events parked"
        return "too many bytes parked" if sum(p.bytes for p in parked) > bounds.bytes_max else None

    async def _note(self, workspace_id: WorkspaceId, number_id: NumberId, size: list[int]) -> None:
        """Bring the workspace's index up to date; the number's own keys are the truth.

        The index is in another slot, so it is written and then held against the truth, or of two who write at once the
        earlier might have the last word.
        """
        index, keys = _index(workspace_id), _keys(workspace_id, number_id)
        while True:
            if size:
                await self._redis.hset(index, number_id, " ".join(map(str, size)))
            else:
                await self._redis.hdel(index, number_id)
            now = await cast("Awaitable[list[int]]", self._measure(keys))
            if now == size:
                return
            size = now


def digest(held: EventsHeld) -> str:
    """What names one part of one body; the header belongs to it, because a forged one must displace none."""
    part = f"{held.position}:{len(held.events)}:{held.header}:{held.body}"
    return hashlib.sha256(part.encode()).hexdigest()


def _keys(workspace_id: WorkspaceId, number_id: NumberId) -> list[str]:
    own = tag(workspace_id, number_id)
    return [f"{own}:parked", f"{own}:parked-size", f"{own}:parked-lines"]


def _index(workspace_id: WorkspaceId) -> str:
    return f"{{{workspace_id}}}:parked"
