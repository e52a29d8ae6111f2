"""What an erasure leaves to be done in a number's chat state, in bounded steps that may be begun again at any time.

It knows the keys of store.py, as whatever takes things out of it does.
"""

from collections.abc import AsyncIterator, Awaitable, Iterable
from typing import Any, NamedTuple, cast

from services.api.records import MessageRecord, parse_message_row
from services.api.store import ChatStore
from services.api.thread import ThreadRecord
from shared.contract.ids import MessageId, ThreadId

AT_ONCE = 500  # messages, names or keys: a step holds the store for some milliseconds
_BEFORE_ID = 29  # of a sort key

# KEYS: threads. ARGV: cursor, count. Answers the next cursor and pairs of threads that lead on to another.
_LEADS = """
local found = redis.call('HSCAN', KEYS[1], ARGV[1], 'COUNT', ARGV[2])
local out = {}
for i = 1, #found[2], 2 do
  local sign = string.sub(found[2][i + 1], 1, 1)
  if sign == '>' or sign == '~' then
    out[#out + 1], out[#out + 2] = found[2][i], string.sub(found[2][i + 1], 2)
  end
end
return {found[1], out}
"""

# KEYS: threads, detached, index, inbound, asides. ARGV: thread. Its messages have been looked at.
_END = """
if redis.call('EXISTS', KEYS[3], KEYS[5]) > 0 then return 0 end
local row = redis.call('HGET', KEYS[1], ARGV[1])
if row and string.sub(row, 1, 1) == '~' then redis.call('HSET', KEYS[1], ARGV[1], '>' .. string.sub(row, 2)) end
redis.call('UNLINK', KEYS[4])
return redis.call('HDEL', KEYS[2], ARGV[1])
"""


# KEYS: unswept. ARGV: the floor that has been swept.
_SWEPT = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class Place(NamedTuple):
    """Where a message of a detached thread is `listed`, and by what; the `key` begins with when it was sent."""

    listed: str
    key: str
    message_id: MessageId
    record: MessageRecord | None


class Sweeping:
    """Reads and clears what is no conversation any more."""

    def __init__(self, store: ChatStore) -> None:
        self._store = store
        self._redis = store.redis

    async def identifiers(self) -> AsyncIterator[list[str]]:
        """Every contact's names, some at a time; what is there all the while is among them."""
        cursor = 0
        while True:
            cursor, found = await cast(
                "Awaitable[tuple[int, dict[bytes, bytes]]]",
                self._redis.hscan(self._store.key("aliases"), cursor, count=AT_ONCE),
            )
            yield [name.decode() for name in found]
            if not cursor:
                return

    async def unswept(self) -> int | None:
        """Up to when the number is erased, if there may be something from before."""
        found = cast("bytes | None", await self._redis.get(self._store.key("unswept")))
        return None if found is None else int(found)

    async def swept(self, floor_ms: int) -> None:
        """All that was there when it was asked has been looked at; a later floor has to be looked for again."""
        await cast("Awaitable[int]", self._redis.eval(_SWEPT, 1, self._store.key("unswept"), floor_ms))

    async def detached(self) -> list[ThreadId]:
        """Threads whose messages are still to be looked at."""
        found = await cast("Awaitable[list[bytes]]", self._redis.hkeys(self._store.key("detached")))
        return [ThreadId(name.decode()) for name in found]

    async def became(self, thread: ThreadId) -> ThreadRecord | None:
        """What a detached thread is now."""
        for _ in range(AT_ONCE):
            row = await cast("Awaitable[bytes | None]", self._redis.hget(self._store.key("threads"), thread))
            if row is None or row[:1] not in (b">", b"~"):
                return ThreadRecord.model_validate_json(row) if row else None
            thread = ThreadId(row[1:].decode())
        return None

    async def ancestors(self, thread: ThreadId) -> list[ThreadId]:
        """The thread, and all that were merged into it: sends stand in lanes of these names."""
        into: dict[str, str] = {}
        cursor: Any = 0
        while True:
            cursor, found = await self._redis.eval(
                _LEADS, 1, self._store.key("threads"), str(int(cursor)), str(AT_ONCE)
            )
            into |= {a.decode(): b.decode() for a, b in zip(found[::2], found[1::2], strict=True)}
            if not int(cursor):
                break
        return [ThreadId(name) for name in (thread, *into) if _leads(into, name, thread)]

    async def places(self, thread: ThreadId) -> list[Place]:
        """Some messages of a detached thread."""
        for name in ("index", "asides"):
            index = self._store.key(f"{name}:{thread}")
            keys = [key.decode() for key in cast("list[bytes]", await self._redis.zrange(index, 0, AT_ONCE - 1))]
            if keys:
                ids = [key[_BEFORE_ID:] for key in keys]
                rows = await cast("Awaitable[list[bytes | None]]", self._redis.hmget(self._store.key("messages"), ids))
                records = [parse_message_row(row)[1] if row else None for row in rows]
                return [Place(index, k, MessageId(m), r) for k, m, r in zip(keys, ids, records, strict=True)]
        return []

    async def leave(self, places: list[Place]) -> None:
        """These have been looked at."""
        await self._redis.zrem(places[0].listed, *(place.key for place in places))

    async def end(self, thread: ThreadId) -> None:
        """All of it has been looked at."""
        own = [self._store.key(name) for name in ("threads", "detached")]
        own += [self._store.key(f"{name}:{thread}") for name in ("index", "inbound", "asides")]
        await cast("Awaitable[int]", self._redis.eval(_END, len(own), *own, thread))

    async def gone(self, hashes: Iterable[str]) -> set[str]:
        """Those of the hashes that stand for erased messages."""
        asked = list(dict.fromkeys(hashes))
        if not asked:
            return set()
        found = await cast("Awaitable[list[bytes | None]]", self._redis.hmget(self._store.key("gone"), asked))
        return {name for name, owner in zip(asked, found, strict=True) if owner is not None}

    async def outlive(self, until_ms: int) -> None:
        """Forget which messages were erased before then: nothing tells of them any more."""
        cursor: int = 0
        while True:
            cursor, found = await cast(
                "Awaitable[tuple[int, dict[bytes, bytes]]]",
                self._redis.hscan(self._store.key("gone"), cursor, count=AT_ONCE),
            )
            old = [name for name, owner in found.items() if int(owner.rpartition(b".")[2]) < until_ms]
            if old:
                await self._redis.hdel(self._store.key("gone"), *cast("list[str]", old))
            if not cursor:
                return

    async def keys(self, prefix: str) -> AsyncIterator[list[tuple[str, str]]]:
        """The number's keys of one kind, each with what comes behind the prefix, some at a time."""
        begin = self._store.key(f"{prefix}:")
        together: list[tuple[str, str]] = []
        # The whole key space is looked through, because nothing lists these: an erasure is rare.
        async for key in self._redis.scan_iter(match=f"{begin}*", count=AT_ONCE):
            name = key.decode()
            together.append((name, name[len(begin) :]))
            if len(together) == AT_ONCE:
                yield together
                together = []
        yield together

    async def early(self, message_id: str) -> MessageRecord | None:
        """What was reported of a message that never came."""
        stored = await self._redis.get(self._store.key(f"early:{message_id}"))
        return MessageRecord.model_validate_json(stored) if stored else None


def _leads(into: dict[str, str], name: str, thread: str) -> bool:
    for _ in range(len(into) + 1):
        if name == thread:
            return True
        if name not in into:
            return False
        name = into[name]
    return False
