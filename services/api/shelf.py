"""What browsers read of chat state, as it is stored, one round trip each."""

from dataclasses import dataclass

from services.api.gathering import Gathering
from services.api.scripts import THREAD_OF
from shared.contract.feed import Cursor
from shared.contract.ids import NumberId, WorkspaceId, tag
from shared.feed import HEAD_LUA, feed_key, start_key, start_name
from shared.redis import Redis

LEADS_ON = (b">", b"~")  # begins the row of a thread that is another one now

# KEYS: tag. ARGV: a contact's identifier, the sort key to begin before ('+' for the newest), how many rows, the record
# with which who asks has read them before. Answers the thread's record (nothing for an unknown contact), its next rows,
# newest first, and the sort key of the last of them if there are more; of the record that is known already no rows: it
# counts its revisions. In one step: between two, a merge would have moved the messages from where they were looked for.
_MESSAGES = (
    THREAD_OF
    + """
local tag, limit = KEYS[1], tonumber(ARGV[3])
local id, record = thread_of(tag, ARGV[1])
if not record then return {} end
if record == ARGV[4] then return {1} end
if limit == 0 then return {record, {}, false} end
local keys = redis.call('ZRANGE', tag .. ':index:' .. id, ARGV[2], '-', 'BYLEX', 'REV', 'LIMIT', 0, limit + 1)
if #keys == 0 then return {record, {}, false} end
local names = {}
for i = 1, math.min(#keys, limit) do names[i] = string.sub(keys[i], 30) end
return {record, redis.call('HMGET', tag .. ':messages', unpack(names)), #keys > limit and keys[limit]}
"""
)

_LIST = """
local function list(tag, limit, score, thread)
  -- Those of one millisecond are in reverse order of their threads.
  local key, skip, ids, next = tag .. ':conversations', 0, {}, false
  repeat
    local found = redis.call(
      'ZRANGE', key, score or '+inf', '-inf', 'BYSCORE', 'REV', 'LIMIT', skip, limit + 1, 'WITHSCORES')
    for i = 1, #found, 2 do
      if #ids == limit then
        next = true
        break
      end
      if not score or found[i + 1] ~= score or found[i] < thread then
        ids[#ids + 1] = found[i]
        ids.last = found[i + 1] .. '.' .. found[i]
      end
    end
    skip = skip + limit + 1
  until next or #found <= 2 * limit
  local rows = #ids > 0 and redis.call('HMGET', tag .. ':threads', unpack(ids)) or {}
  return rows, next and ids.last
end
"""

# KEYS: tag. ARGV: how many, and after which score and thread. Answers rows and where the next page begins.
_CONVERSATIONS = _LIST + "return {list(KEYS[1], tonumber(ARGV[1]), ARGV[2], ARGV[3])}"

# KEYS: tag, feed, feed's start. ARGV: how many, a name for the start of an empty feed, the head and the count at which
# who asks has read before. Answers the feed's head, how many conversations there are, how the number is doing, rows and
# where the next page begins, all of one moment. No rows where head and count are the known ones: what is seen in rows
# is told by the feed, but for an erasure of the whole number, which takes them away after it has told so.
_SNAPSHOT = (
    HEAD_LUA
    + _LIST
    + """
local head = feed_head(KEYS[2], KEYS[3], ARGV[2])
local count = redis.call('ZCARD', KEYS[1] .. ':conversations')
local status = redis.call('GET', KEYS[1] .. ':status')
if head == ARGV[3] and count == tonumber(ARGV[4]) then return {head, count, status} end
return {head, count, status, list(KEYS[1], tonumber(ARGV[1]))}
"""
)


@dataclass(frozen=True, slots=True)
class MessageRows:
    """The record of a contact's thread, and rows of it; `more` is the sort key of the last while there are more.

    No rows where the record is the known one.
    """

    thread: bytes
    rows: list[bytes] | None
    more: bytes | None


@dataclass(frozen=True, slots=True)
class ThreadRows:
    """Rows of a list of conversations, and the place of the last while there are more."""

    rows: list[bytes]
    more: bytes | None


@dataclass(frozen=True, slots=True)
class SnapshotRows:
    """All that a snapshot is made of; no threads where they are those of the known cursor and count."""

    cursor: Cursor
    count: int
    status: bytes | None
    threads: ThreadRows | None


class Shelf:
    """Of all numbers."""

    def __init__(self, redis: Redis) -> None:
        self._gathering = Gathering(redis)
        self._messages = redis.register_script(_MESSAGES)
        self._conversations = redis.register_script(_CONVERSATIONS)
        self._snapshot = redis.register_script(_SNAPSHOT)

    async def messages(
        self,
        workspace_id: WorkspaceId,
        number_id: NumberId,
        contact: str,
        before: str | None,
        limit: int,
        known: bytes = b"",
    ) -> MessageRows | None:
        """A page of the conversation that a contact means; None for an unknown one."""
        top = f"({before}" if before is not None else "+"
        found = await self._gathering.run(self._messages, [tag(workspace_id, number_id)], [contact, top, limit, known])
        if not found:
            return None
        if len(found) == 1:
            return MessageRows(known, None, None)
        thread, rows, more = found
        return MessageRows(thread, [row for row in rows if row], more)

    async def conversations(
        self, workspace_id: WorkspaceId, number_id: NumberId, place: tuple[int, str] | None, limit: int
    ) -> ThreadRows:
        """The newest, or those after a place."""
        return _threads(
            *await self._gathering.run(self._conversations, [tag(workspace_id, number_id)], [limit, *(place or ())])
        )

    async def snapshot(
        self, workspace_id: WorkspaceId, number_id: NumberId, limit: int, known: tuple[Cursor, int] = ("", 0)
    ) -> SnapshotRows:
        """The newest conversations, with where the feed stands; `known` are cursor and count of those at hand."""
        keys = [tag(workspace_id, number_id), feed_key(workspace_id, number_id), start_key(workspace_id, number_id)]
        head, count, status, *listed = await self._gathering.run(self._snapshot, keys, [limit, start_name(), *known])
        return SnapshotRows(head.decode(), count, status, _threads(*listed) if listed else None)


def _threads(rows: list[bytes | None], more: bytes | None) -> ThreadRows:
    # What leads on to another thread is not in the list any more; it may have been a moment ago.
    return ThreadRows([row for row in rows if row and row[:1] not in LEADS_ON], more)
