"""How sessions, tokens and invites lie in Redis: one key per secret's digest, and lists per workspace.

A digest's key alone decides who may, so taking it away first is revoking; the list is for people. No command touches
keys of two hash tags: what must be one step is a script in the workspace's tag.
"""

from collections.abc import Awaitable, Collection
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict

from shared.contract.ids import WorkspaceId
from shared.redis import Redis

Kind = Literal["session", "token"]

_CHUNK = 500  # digests asked for in one round trip
_UNLISTED_MS = 60_000
_GONE, _NEVER = -2, -1  # what the store says of a key that is not there, and of one that does not end

# KEYS: list, last used. ARGV: id, entry, now, oldest use that still counts (0: none ends), most entries.
_LIST = """
if tonumber(ARGV[4]) > 0 then
  local used = redis.call('HGETALL', KEYS[2])
  for i = 1, #used, 2 do
    if tonumber(used[i + 1]) <= tonumber(ARGV[4]) then
      redis.call('HDEL', KEYS[1], used[i])
      redis.call('HDEL', KEYS[2], used[i])
    end
  end
end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if tonumber(ARGV[4]) > 0 then redis.call('HSET', KEYS[2], ARGV[1], ARGV[3]) end
return 1
"""

# KEYS: list, last used. ARGV: id, now. What was revoked meanwhile leaves no trace.
_USED = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then redis.call('HSET', KEYS[2], ARGV[1], ARGV[2]) end
return 1
"""

# KEYS: open invites by end. ARGV: digest, now, end, most invites.
_INVITE = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2])
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
redis.call('PEXPIREAT', KEYS[1], ARGV[3])
return 1
"""


class Record(BaseModel):
    """What is stored of a session or a token; `name` is the agent's or the token's."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    id: str
    workspace_id: WorkspaceId
    name: str | None = None
    scopes: frozenset[Literal["read", "send", "live"]] = frozenset()
    created_ms: int
    session_id: str | None = None


class Kept(BaseModel):
    """A session or a token that is good; `ends_in_ms` is None for one that never ends."""

    digest: str
    record: Record
    used_ms: int | None = None
    ends_in_ms: int | None = None


class _Entry(BaseModel):
    """A line of a workspace's list."""

    digest: str
    record: Record


class CredentialStore:
    """Reads and writes them."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def record(self, digest: str) -> Record | None:
        """Whose digest it is."""
        found = await self._redis.get(_key(digest))
        return None if found is None else Record.model_validate_json(found)

    async def existing(self, digests: Collection[str]) -> set[str]:
        """Which of them are there."""
        there: set[str] = set()
        waiting = list(digests)
        for start in range(0, len(waiting), _CHUNK):
            chunk = waiting[start : start + _CHUNK]
            pipeline = self._redis.pipeline(transaction=False)
            for digest in chunk:
                pipeline.exists(_key(digest))
            there.update(digest for digest, found in zip(chunk, await pipeline.execute(), strict=True) if found)
        return there

    async def add(self, digest: str, record: Record, ends_ms: int | None, oldest_ms: int, listed_max: int) -> bool:
        """Make it good for the moment, list it, then for good; False when the list is full of others.

        So a failure half-way leaves a secret that nobody was told and that ends soon, never one that nobody can revoke.
        """
        keys = _list_keys(record.workspace_id, record.kind)
        entry = _Entry(digest=digest, record=record).model_dump_json()
        await self._redis.set(_key(digest), record.model_dump_json(), px=_UNLISTED_MS)
        if not await self._run(_LIST, keys, record.id, entry, record.created_ms, oldest_ms, listed_max):
            await self._redis.delete(_key(digest))
            return False
        await (self._redis.persist(_key(digest)) if ends_ms is None else self._redis.pexpire(_key(digest), ends_ms))
        return True

    async def listed(self, workspace_id: WorkspaceId, kind: Kind) -> list[tuple[Record, int | None]]:
        """What the workspace has, each with its last use."""
        entries_key, used_key = _list_keys(workspace_id, kind)
        entries = await cast("Awaitable[dict[bytes, bytes]]", self._redis.hgetall(entries_key))
        used = await cast("Awaitable[dict[bytes, bytes]]", self._redis.hgetall(used_key))
        return [
            (_Entry.model_validate_json(entry).record, int(used[name]) if name in used else None)
            for name, entry in entries.items()
        ]

    async def kept(self, workspace_id: WorkspaceId, kind: Kind) -> list[Kept]:
        """What is good, looked up from the list: what was revoked meanwhile is not among it."""
        entries_key, used_key = _list_keys(workspace_id, kind)
        entries = await cast("Awaitable[dict[bytes, bytes]]", self._redis.hgetall(entries_key))
        used = await cast("Awaitable[dict[bytes, bytes]]", self._redis.hgetall(used_key))
        listed = [(name, _Entry.model_validate_json(entry)) for name, entry in entries.items()]
        ends = await self._ends_in_ms([_key(entry.digest) for _, entry in listed])
        return [
            Kept(
                digest=entry.digest,
                record=entry.record,
                used_ms=int(used[name]) if name in used else None,
                ends_in_ms=None if ends_in_ms == _NEVER else ends_in_ms,
            )
            for (name, entry), ends_in_ms in zip(listed, ends, strict=True)
            if ends_in_ms != _GONE
        ]

    async def invites(self, workspace_id: WorkspaceId) -> list[tuple[str, int]]:
        """The digests of those that nobody has used, each with the milliseconds that it is still good for."""
        members = await cast("Awaitable[list[bytes]]", self._redis.zrange(_invites_key(workspace_id), 0, -1))
        digests = [member.decode() for member in members]
        ends = await self._ends_in_ms([_invite_key(digest) for digest in digests])
        return [(digest, ends_in_ms) for digest, ends_in_ms in zip(digests, ends, strict=True) if ends_in_ms > 0]

    async def remove(self, workspace_id: WorkspaceId, kind: Kind, listed_id: str) -> str | None:
        """Its digest, after it has stopped being good; None when the list has no such id."""
        entries_key, used_key = _list_keys(workspace_id, kind)
        raw = await cast("Awaitable[bytes | None]", self._redis.hget(entries_key, listed_id))
        if raw is None:
            return None
        digest = _Entry.model_validate_json(raw).digest
        await self._redis.delete(_key(digest))
        await self._redis.hdel(entries_key, listed_id)
        await self._redis.hdel(used_key, listed_id)
        return digest

    async def touch(
        self, digest: str, workspace_id: WorkspaceId, kind: Kind, listed_id: str, now_ms: int, ends_ms: int | None
    ) -> None:
        """Note a use, and count the time without use anew."""
        if ends_ms is not None:
            await self._redis.pexpire(_key(digest), ends_ms)
        await self._run(_USED, _list_keys(workspace_id, kind), listed_id, now_ms)

    async def add_invite(
        self, digest: str, workspace_id: WorkspaceId, now_ms: int, ends_ms: int, open_max: int
    ) -> bool:
        """Make it good and count it among the open ones; False when there are too many."""
        await self._redis.set(_invite_key(digest), workspace_id, px=max(1, ends_ms - now_ms))
        if await self._run(_INVITE, [_invites_key(workspace_id)], digest, now_ms, ends_ms, open_max):
            return True
        await self._redis.delete(_invite_key(digest))
        return False

    async def take_invite(self, digest: str) -> WorkspaceId | None:
        """Where it leads, for exactly one caller."""
        found = cast("bytes | None", await self._redis.getdel(_invite_key(digest)))
        if found is None:
            return None
        workspace_id = WorkspaceId(found.decode())
        await self._redis.zrem(_invites_key(workspace_id), digest)
        return workspace_id

    async def _ends_in_ms(self, keys: list[str]) -> list[int]:
        """For how long each key is there, in the store's own words."""
        pipeline = self._redis.pipeline(transaction=False)
        for key in keys:
            pipeline.pttl(key)
        return cast("list[int]", await pipeline.execute()) if keys else []

    async def _run(self, script: str, keys: list[str], *arguments: str | int) -> Any:
        return await self._redis.eval(script, len(keys), *keys, *map(str, arguments))


def _key(digest: str) -> str:
    return f"credential:{digest}"


def _invite_key(digest: str) -> str:
    return f"invite:{digest}"


def _invites_key(workspace_id: WorkspaceId) -> str:
    return f"{{{workspace_id}}}:invites"


def _list_keys(workspace_id: WorkspaceId, kind: Kind) -> list[str]:
    return [f"{{{workspace_id}}}:{kind}s", f"{{{workspace_id}}}:{kind}s:used"]
