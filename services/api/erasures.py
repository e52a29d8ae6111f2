"""Which erasures are still to be done, and what each has removed so far; in Redis, so that a crash forgets none."""

import secrets
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import cast

from services.api.facts import Owner
from shared.contract.erasure import Erased
from shared.contract.events import ContactErased, decode, encode
from shared.contract.ids import NumberId, WorkspaceId, tag
from shared.redis import Redis

KEPT_S = 7 * 24 * 3600  # what an erasure has removed; whoever asked has the receipt
LEASE_MS = 60_000  # of several projectors one does the work; the next takes over when it is gone for so long
NUMBERS_MAX = 1000  # of one look
_NUMBERS = "erasing"
_TOLD = "erasing:told"  # numbers, by when the last of their browsers were told to forget somebody
TOLD_MS = 24 * 3600 * 1000  # browsers that were away for longer take a snapshot, as they do of any feed

# KEYS: lease. ARGV: whose.
_LEAVE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


# KEYS: numbers. ARGV: number, and its score, which must still be so.
_UNLESS_LATER = """
local now = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or -1)
if now == tonumber(ARGV[2]) then return redis.call('ZREM', KEYS[1], ARGV[1]) end
return 0
"""


class Erasures:
    """The erasures of all numbers."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def begin(self, event: ContactErased) -> None:
        """It is to be done, unless it has been; noted before anything is erased."""
        owner = (event.workspace_id, event.number_id)
        if (await self.removed(owner, event.erasure_id))[1]:
            return
        await self._redis.hset(_todo(owner), event.erasure_id, encode(event))
        await self.note(owner)

    async def note(self, owner: Owner) -> None:
        """Something is left to be done for this number."""
        await self._redis.zincrby(_NUMBERS, 1, " ".join(owner))

    async def numbers(self) -> list[tuple[Owner, int]]:
        """Where something is to be done, each with a mark for `forget`."""
        found = await self._redis.zrange(_NUMBERS, 0, NUMBERS_MAX - 1, withscores=True)
        return [(_owner(name), int(mark)) for name, mark in cast("list[tuple[bytes, float]]", found)]

    async def todo(self, owner: Owner) -> list[ContactErased]:
        """What is to be done for a number, in the order of asking."""
        found = await cast("Awaitable[list[bytes]]", self._redis.hvals(_todo(owner)))
        return sorted((cast("ContactErased", decode(line)) for line in found), key=lambda event: event.at_ms)

    async def count(self, owner: Owner, erasure_id: str, removed: Erased) -> None:
        """So much more has been removed."""
        async with self._redis.pipeline(transaction=False) as pipeline:
            for name, much in removed.model_dump().items():
                if much:
                    pipeline.hincrby(_counts(owner, erasure_id), name, much)
            pipeline.expire(_counts(owner, erasure_id), KEPT_S)
            await pipeline.execute()

    async def end(self, owner: Owner, erasure_id: str, now_ms: int) -> None:
        """It has been done."""
        await self._redis.zadd(_TOLD, {" ".join(owner): now_ms})
        await self._redis.hset(_counts(owner, erasure_id), "done", 1)
        await self._redis.expire(_counts(owner, erasure_id), KEPT_S)
        await self._redis.hdel(_todo(owner), erasure_id)

    async def told(self, now_ms: int) -> list[tuple[Owner, int]]:
        """Numbers of which every browser has had its time to hear, with when they were told."""
        found = await self._redis.zrangebyscore(_TOLD, 0, now_ms - TOLD_MS, start=0, num=100, withscores=True)
        return [(_owner(name), int(at_ms)) for name, at_ms in cast("list[tuple[bytes, float]]", found)]

    async def heard(self, owner: Owner, at_ms: int) -> None:
        """That has been done, unless somebody else was erased meanwhile."""
        await cast("Awaitable[int]", self._redis.eval(_UNLESS_LATER, 1, _TOLD, " ".join(owner), at_ms))

    async def forget(self, owner: Owner, mark: int) -> None:
        """Nothing is left to be done for a number, unless something was noted since the mark was read."""
        await cast("Awaitable[int]", self._redis.eval(_UNLESS_LATER, 1, _NUMBERS, " ".join(owner), mark))

    async def floor_ms(self, owner: Owner) -> int:
        """Up to when the whole number is erased."""
        return int(await self._redis.get(f"{tag(*owner)}:floor") or 0)

    async def removed(self, owner: Owner, erasure_id: str) -> tuple[Erased, bool]:
        """What it has removed so far, and whether that is all."""
        found = await cast("Awaitable[dict[bytes, bytes]]", self._redis.hgetall(_counts(owner, erasure_id)))
        counts = {name.decode(): int(value) for name, value in found.items()}
        return Erased(**{n: v for n, v in counts.items() if n != "done"}), bool(counts.get("done"))

    @asynccontextmanager
    async def lease(self, owner: Owner) -> AsyncIterator[bool]:
        """Whether this process is the one; work that outlasts it is done twice, which changes nothing."""
        key, mine = f"{tag(*owner)}:erasing-lease", secrets.token_hex(8)
        taken = await self._redis.set(key, mine, nx=True, px=LEASE_MS)
        try:
            yield bool(taken)
        finally:
            if taken:
                await cast("Awaitable[int]", self._redis.eval(_LEAVE, 1, key, mine))


def _owner(name: bytes) -> Owner:
    workspace, _, number = name.decode().partition(" ")
    return WorkspaceId(workspace), NumberId(number)


def _todo(owner: Owner) -> str:
    return f"{tag(*owner)}:erasing"


def _counts(owner: Owner, erasure_id: str) -> str:
    return f"{tag(*owner)}:erasure:{erasure_id}"
