"""The change feed of a number in Redis, appended by the projector, read by push and api; nobody else knows its key."""

import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import cast

from shared.announcements import Announcements, Growth, listening
from shared.contract.feed import Cursor
from shared.contract.ids import NumberId, WorkspaceId, tag
from shared.cursor import Position, cursor_at, position
from shared.feed_page import Entry, Page, page_of
from shared.redis import Redis

MIB = 1024 * 1024

READ_BYTES_MAX = 4 * MIB  # a page is held in memory for each reader
STRIKE_AT_ONCE = 200  # entries looked at in one step
# Up to so many bytes are announced themselves, so that whoever listens need not read them: some ten messages. More are
# read at once, and by each at its own pace.
ANNOUNCED_BYTES_MAX = 16 * 1024
TRIM_EXTRA_MAX = 256  # entries beyond those just appended that one commit may remove: catches up, stalls nobody


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of the past a feed keeps: `length_min` changes always, older ones while they are young and few."""

    length_min: int = 10_000  # a browser that was away over lunch on a busy number still resumes
    age_ms_max: int = 24 * 60 * 60 * 1000  # after a day a snapshot is cheaper than the changes
    bytes_max: int = 64 * MIB  # per number, so that one busy number cannot fill the store


def append_lua(bounds: Bounds) -> str:
    """A Lua function for a commit script; both keys carry the number's tag, and the script declares them.

    `append_to_feed(feed_key, start_key, changes, now_ms, nonce, taken_ms)` appends each change (JSON text in one line,
    without a cursor), trims, announces the growth, and returns the cursor after the last change (false when there is
    none). What is announced is that cursor, or all of it where it is little (`feed_page.announced`). The nonce is
    letters and digits, fresh for each commit: it is what tells this history from another one with the same entry ids.
    The last change carries `taken_ms`, unless it is '0': since when the oldest fact behind them is ours.
    """
    return f"""
local function append_to_feed(feed_key, start_key, changes, now_ms, nonce, taken_ms)
  if #changes == 0 then return false end
  local bytes, last, words = 0, nil, nil
  for _, change in ipairs(changes) do bytes = bytes + #change end
  if bytes <= {ANNOUNCED_BYTES_MAX} then
    local before = redis.call('XREVRANGE', feed_key, '+', '-', 'COUNT', 1)[1]
    if before then words = {{before[1] .. '.' .. before[2][4], nonce, taken_ms}} end
  end
  for i, change in ipairs(changes) do
    if i == #changes and taken_ms ~= '0' then
      last = redis.call('XADD', feed_key, '*', 'c', change, 'n', nonce, 't', taken_ms)
    else
      last = redis.call('XADD', feed_key, '*', 'c', change, 'n', nonce)
    end
    if words then
      words[#words + 1] = last
      words[#words + 1] = change
    end
  end
  local length = redis.call('XLEN', feed_key)
  if length == #changes then
    redis.call('HSET', start_key, 'bytes', bytes)
  else
    bytes = redis.call('HINCRBY', start_key, 'bytes', bytes)
  end
  local spare = math.min(length - {bounds.length_min}, #changes + {TRIM_EXTRA_MAX})
  local freed, gone = 0, 0
  local function outlived(entry)
    local at_ms = tonumber(string.match(entry[1], '^%d+'))
    return at_ms <= tonumber(now_ms) - {bounds.age_ms_max} or bytes - freed > {bounds.bytes_max}
  end
  -- One look at the oldest entry is all that a feed within its bounds pays.
  if spare > 0 and outlived(redis.call('XRANGE', feed_key, '-', '+', 'COUNT', 1)[1]) then
    for _, entry in ipairs(redis.call('XRANGE', feed_key, '-', '+', 'COUNT', spare)) do
      if not outlived(entry) then break end
      freed, gone = freed + #entry[2][2], gone + 1
    end
    redis.call('XTRIM', feed_key, 'MAXLEN', '=', length - gone)
    redis.call('HINCRBY', start_key, 'bytes', -freed)
    redis.call('HDEL', start_key, 'epoch') -- the start is no longer there, and never comes back
  end
  local cursor = last .. '.' .. nonce
  redis.call('SPUBLISH', feed_key, words and table.concat(words, '\\n') or cursor)
  return cursor
end
"""


APPEND_LUA = append_lua(Bounds())

# `feed_head(feed_key, start_key, name)` for scripts that read where the feed stands together with something else. An
# empty feed has no entry to name, so its start gets a random name of its own.
HEAD_LUA = """
local function feed_head(feed_key, start_key, name)
  local last = redis.call('XREVRANGE', feed_key, '+', '-', 'COUNT', 1)[1]
  if last then return last[1] .. '.' .. last[2][4] end
  redis.call('HSETNX', start_key, 'epoch', name)
  return '0-0.' .. redis.call('HGET', start_key, 'epoch')
end
"""
_HEAD = HEAD_LUA + "return feed_head(KEYS[1], KEYS[2], ARGV[1])"


# KEYS: feed, feed start. ARGV: entries. Answers how many were there.
_STRIKE_LUA = """
local freed, count = 0, 0
for _, id in ipairs(ARGV) do
  local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
  if entry then
    freed, count = freed + #entry[2][2], count + redis.call('XDEL', KEYS[1], id)
  end
end
if count > 0 then redis.call('HINCRBY', KEYS[2], 'bytes', -freed) end
return count
"""


def feed_key(workspace_id: WorkspaceId, number_id: NumberId) -> str:
    """The stream, and the name under which its growth is announced."""
    return f"{tag(workspace_id, number_id)}:feed"


def start_key(workspace_id: WorkspaceId, number_id: NumberId) -> str:
    """A hash: `epoch` names the feed's start while nothing has been trimmed, `bytes` is the size of all changes."""
    return f"{tag(workspace_id, number_id)}:feed-start"


def fresh_nonce() -> str:
    """What a commit marks its entries with."""
    return secrets.token_hex(4)


def start_name() -> str:
    """What the start of an empty feed may be called."""
    return secrets.token_hex(8)


class Watch:
    """Who wants to know that a feed grew, without a connection for each."""

    def __init__(self, announcements: Announcements) -> None:
        self._announcements = announcements

    def on(
        self, workspace_id: WorkspaceId, number_id: NumberId, said_max: int = 0
    ) -> contextlib.AbstractContextManager[Growth]:
        """While entered, the growth of this feed is set after each append and each (re)subscription.

        A hint only: some are lost while the connection is, so read at least every 5 s without one. Of what was
        announced (`feed_page.announced`) the latest `said_max` are kept.
        """
        return self._announcements.on(feed_key(workspace_id, number_id), said_max)


class Feed:
    """The feeds of all numbers. Anything that Redis raises comes through: see `shared.redis.is_outage`."""

    def __init__(self, redis: Redis, bounds: Bounds | None = None) -> None:
        self._redis = redis
        self._append_lua = append_lua(bounds or Bounds())

    async def head(self, workspace_id: WorkspaceId, number_id: NumberId) -> Cursor:
        """Where the feed stands now. Read it before the state that a snapshot is made of."""
        keys = feed_key(workspace_id, number_id), start_key(workspace_id, number_id)
        last = cast("list[Entry]", await self._redis.xrevrange(keys[0], count=1))
        if last:
            entry_id, fields = last[0]
            return cursor_at(entry_id, fields[b"n"])
        return cast("bytes", await self._redis.eval(_HEAD, 2, *keys, start_name())).decode()

    async def read(
        self,
        workspace_id: WorkspaceId,
        number_id: NumberId,
        since: Cursor,
        limit: int,
        *,
        until: Cursor | None = None,
        bytes_max: int = READ_BYTES_MAX,
    ) -> Page | None:
        """The next changes after `since` (up to and including `until`); None means resync; BadCursor is malformed.

        A page ends early rather than exceed `bytes_max`, but never empty. `until` must not lie before `since`, or the
        answer is None.
        """
        key = feed_key(workspace_id, number_id)
        begin = position(since)
        end = "+" if until is None else position(until).entry_id
        if begin.is_start:
            entries = await self._entries(key, "-", end, limit + 1)
            # Asked after the entries: a start that is still good now was good then.
            epoch = await self._redis.hget(start_key(workspace_id, number_id), "epoch")
            return page_of(since, entries, limit, bytes_max) if epoch == begin.nonce.encode() else None
        # From the named entry on, because it must still be there, and be the same one.
        entries = await self._entries(key, begin.entry_id, end, limit + 2)
        if not entries or not _names(begin, entries[0]):
            return None
        return page_of(since, entries[1:], limit, bytes_max)

    async def append(
        self,
        workspace_id: WorkspaceId,
        number_id: NumberId,
        changes: Sequence[bytes],
        now_ms: int,
        *,
        nonce: str | None = None,
        taken_ms: int = 0,
    ) -> Cursor | None:
        """Append changes without a state to commit with them; the projector appends in its own script."""
        script = self._append_lua + (
            "local now_ms, nonce, taken_ms = table.remove(ARGV, 1), table.remove(ARGV, 1), table.remove(ARGV, 1)\n"
            "return append_to_feed(KEYS[1], KEYS[2], ARGV, now_ms, nonce, taken_ms)"
        )
        keys = feed_key(workspace_id, number_id), start_key(workspace_id, number_id)
        told = (str(now_ms), nonce or fresh_nonce(), str(taken_ms))
        cursor = await self._redis.eval(script, 2, *keys, *told, *changes)
        return None if cursor is None else cast("bytes", cursor).decode()

    async def strike(
        self,
        workspace_id: WorkspaceId,
        number_id: NumberId,
        is_struck: Callable[[bytes], bool],
        is_end: Callable[[bytes], bool] | None = None,
    ) -> int:
        """Delete the changes that are there now and of which this is so: a cursor that names one means resync.

        Whoever is in front of them never hears of them, so what they told must be told to be gone by a later change:
        the last that `is_end`. What comes after it is about what has begun anew, and stays.
        """
        keys = feed_key(workspace_id, number_id), start_key(workspace_id, number_id)
        last = cast("list[Entry]", await self._redis.xrevrange(keys[0], count=1))
        if not last:
            return 0
        end, count = last[0][0].decode(), 0
        if is_end is not None:
            async for entries in self._walked(keys[0], end):
                end = next((e.decode() for e, fields in reversed(entries) if is_end(fields[b"c"])), end)
        async for entries in self._walked(keys[0], end):
            struck = [entry_id.decode() for entry_id, fields in entries if is_struck(fields[b"c"])]
            if struck:
                count += int(await cast("Awaitable[int]", self._redis.eval(_STRIKE_LUA, 2, *keys, *struck)))
        return count

    async def _walked(self, key: str, end: str) -> AsyncIterator[list[Entry]]:
        begin = "-"
        while entries := await self._entries(key, begin, end, STRIKE_AT_ONCE):
            yield entries
            begin = f"({entries[-1][0].decode()}"

    async def cut(self, workspace_id: WorkspaceId, number_id: NumberId, until_ms: int) -> None:
        """Delete all changes up to then: every cursor from before means resync."""
        keys = feed_key(workspace_id, number_id), start_key(workspace_id, number_id)
        while entries := await self._entries(keys[0], "-", str(until_ms), STRIKE_AT_ONCE):
            ids = [entry_id.decode() for entry_id, _ in entries]
            await cast("Awaitable[int]", self._redis.eval(_STRIKE_LUA, 2, *keys, *ids))
        await self._redis.hdel(keys[1], "epoch")

    async def forget(self, workspace_id: WorkspaceId, number_id: NumberId) -> None:
        """Delete the feed: every cursor into it means resync from now on."""
        await self._redis.delete(feed_key(workspace_id, number_id), start_key(workspace_id, number_id))

    async def _entries(self, key: str, begin: str, end: str, count: int) -> list[Entry]:
        return cast("list[Entry]", await self._redis.xrange(key, begin, end, count=count))

    @contextlib.asynccontextmanager
    async def watching(self) -> AsyncIterator[Watch]:
        """Hints that feeds grew, over one connection per Redis server; connects in the background and for ever."""
        async with listening(self._redis) as announcements:
            yield Watch(announcements)


def _names(begin: Position, entry: Entry) -> bool:
    entry_id, fields = entry
    return entry_id == begin.entry_id.encode() and fields.get(b"n") == begin.nonce.encode()
