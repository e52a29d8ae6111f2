"""Landings as words of the script that lands them: each table's share together, so that it is read and written at once.

The script and the words name the tables in the same order.
"""

from collections.abc import Callable

from services.api.gaps import REMEMBERED_MAX, Sign
from services.api.landing import Landing, Rows
from services.api.records import MessageRecord, message_row
from services.api.scripts import AT_ONCE, VERSION
from services.api.search import searchable
from services.api.thread import ThreadRecord
from services.api.working import Table
from shared.contract.ids import MessageId, ThreadId
from shared.feed import APPEND_LUA

Word = str | int | bytes
Command = tuple[Word, ...]

EARLY_S = 7 * 24 * 3600  # reports of messages we have not seen; Meta retries a webhook for up to 7 days
MEMBERS_MAX = 1000  # of one command

CHECKED: tuple[Table, ...] = ("alias", "thread", "message", "wamid", "gone", "early")
FILLED = ("messages", "threads", "aliases", "wamids", "search", "conversations")

# KEYS: tag, feed, feed start. ARGV: now, nonce, since when the oldest fact is ours (0: not told), what `erasures` must
# be, count of writes; then sections, each a count n and n words or pairs, and for each of them the write that it
# belongs to. First what each table must hold: names, versions, writes. Then pairs for each table; at the end commands
# (each its length and its words, and its write in front), and changes. A write is carried out if all that it expects
# holds; answers 1 for each that was, 0 for each that was stale, and behind them how the number is doing.
LAND = (
    APPEND_LUA
    + VERSION
    + AT_ONCE
    + """
local tag, at, stale, is_any_stale, out = KEYS[1], 6, {}, false, {}
local erasures, floor = unpack(redis.call('MGET', tag .. ':erasures', tag .. ':floor'))
local standing = {redis.call('GET', tag .. ':status'), redis.call('ZCARD', tag .. ':unrecognised'), floor, erasures}
local function count()
  at = at + 1
  return tonumber(ARGV[at - 1])
end
if version(erasures) ~= ARGV[4] then
  for i = 1, tonumber(ARGV[5]) do out[i] = 0 end
  return {out, standing}
end
local function compare(read)
  local n = count()
  for from = 0, n - 1, AT_ONCE do
    local most = math.min(AT_ONCE, n - from)
    local values = read(at + from, at + from + most - 1)
    for i = 1, most do
      local place = at + n + from + i - 1
      if version(values[i]) ~= ARGV[place] then
        stale[ARGV[place + n]] = true
        is_any_stale = true
      end
    end
  end
  at = at + 3 * n
end
for _, name in ipairs({':aliases', ':threads', ':messages', ':wamids', ':gone'}) do
  compare(function(first, last) return redis.call('HMGET', tag .. name, unpack(ARGV, first, last)) end)
end
compare(function(first, last)
  local keys = {}
  for i = first, last do keys[#keys + 1] = tag .. ':early:' .. ARGV[i] end
  return redis.call('MGET', unpack(keys))
end)
local function write(verb, name)
  local n = count()
  local words, first, last = ARGV, at, at + 2 * n - 1
  if is_any_stale then
    words, first = {}, 1
    for i = 0, n - 1 do
      if not stale[ARGV[at + 2 * n + i]] then
        words[#words + 1] = ARGV[at + 2 * i]
        words[#words + 1] = ARGV[at + 2 * i + 1]
      end
    end
    last = #words
  end
  for from = first, last, AT_ONCE do
    redis.call(verb, tag .. name, unpack(words, from, math.min(from + AT_ONCE - 1, last)))
  end
  at = at + 3 * n
end
for _, name in ipairs({':messages', ':threads', ':aliases', ':wamids', ':search'}) do write('HSET', name) end
write('ZADD', ':conversations')
for _ = 1, count() do
  local length = tonumber(ARGV[at + 1])
  if not stale[ARGV[at]] then redis.call(unpack(ARGV, at + 2, at + 1 + length)) end
  at = at + 2 + length
end
local changes, n = {}, count()
for i = at, at + n - 1 do
  if not stale[ARGV[i + n]] then changes[#changes + 1] = ARGV[i] end
end
append_to_feed(KEYS[2], KEYS[3], changes, ARGV[1], ARGV[2], ARGV[3])
for i = 1, tonumber(ARGV[5]) do out[i] = stale[tostring(i)] and 0 or 1 end
return {out, standing}
"""
)


class Bulk:
    """What some landings expect and write."""

    def __init__(self, key: Callable[[str], str]) -> None:
        self._key = key
        self._count = 0
        self._names: dict[Table, list[Word]] = {table: [] for table in CHECKED}
        self._versions: dict[Table, list[Word]] = {table: [] for table in CHECKED}
        self._askers: dict[Table, list[Word]] = {table: [] for table in CHECKED}
        self._pairs: dict[str, list[Word]] = {name: [] for name in FILLED}
        self._fillers: dict[str, list[Word]] = {name: [] for name in FILLED}
        self.threads: dict[ThreadId, str] = {}  # as they will be stored
        self._commands: list[Word] = []
        self._commands_count = 0
        self._changes: list[Word] = []
        self._tellers: list[Word] = []

    def words(self) -> list[Word]:
        """All of it, in the order of the script."""
        words: list[Word] = []
        for table in CHECKED:
            names = self._names[table]
            words += [len(names), *names, *self._versions[table], *self._askers[table]]
        for name in FILLED:
            fillers = self._fillers[name]
            words += [len(fillers), *self._pairs[name], *fillers]
        words += [self._commands_count, *self._commands]
        return [*words, len(self._changes), *self._changes, *self._tellers]

    def add(self, landing: Landing, now_ms: int) -> None:
        """One more, which lands or does not by itself."""
        self._count += 1
        for (table, name), version in landing.cells.items():
            self._names[table].append(name)
            self._versions[table].append(version)
            self._askers[table].append(self._count)
        if landing.is_erasure:
            self._do("INCR", self._key("erasures"))
        for old, into in landing.detached.items():
            # It is not shown any more; its messages are looked at one by one, in whichever process has time.
            self._fill("threads", old, f"~{into}")
            self._do("HSET", self._key("detached"), old, into)
            self._hide(old)
        for hashed, thread in landing.gone.items():
            self._do("HSET", self._key("gone"), hashed, f"{thread}.{now_ms}")
        for old, into in landing.merged.items():
            self._merge(old, into)
        self._point("aliases", landing.aliases)
        self._point("wamids", landing.wamids)
        for name, early in landing.early.items():
            key = self._key(f"early:{name}")
            self._do(*(("DEL", key) if early is None else ("SET", key, early.stored(), "EX", EARLY_S)))
        for name, (was, now) in landing.signs.items():
            self._sign(name, was, now, now_ms)
        self._rows(landing)
        for record in landing.threads.values():
            self._thread(record, landing)
        self._changes += landing.changes
        self._tellers += [self._count] * len(landing.changes)

    def _fill(self, name: str, field: Word, value: Word) -> None:
        self._pairs[name] += (field, value)
        self._fillers[name].append(self._count)

    def _do(self, *words: Word) -> None:
        self._commands += (self._count, len(words), *words)
        self._commands_count += 1

    def _merge(self, old: ThreadId, into: ThreadId) -> None:
        self._fill("threads", old, f">{into}")
        for name in ("index", "inbound", "asides"):
            target, source = self._key(f"{name}:{into}"), self._key(f"{name}:{old}")
            # Every score is 0 so that members sort as text; a plain union would keep that too, but for shared members.
            self._do("ZUNIONSTORE", target, 2, target, source, "WEIGHTS", 0, 0)
            self._do("UNLINK", source)
        self._hide(old)

    def _hide(self, thread: ThreadId) -> None:
        self._do("ZREM", self._key("conversations"), thread)
        self._do("HDEL", self._key("search"), thread)

    def _point(self, table: str, names: dict[str, ThreadId | None] | dict[str, MessageId | None]) -> None:
        for name, target in names.items():
            if target is None:
                self._do("HDEL", self._key(table), name)
            else:
                self._fill(table, name, target)

    def _sign(self, name: str, was: Sign | None, now: Sign | None, now_ms: int) -> None:
        if was is not None and was != now:
            self._do("ZREM", self._key(f"signs:{was}"), name)
        if now is not None:
            key = self._key(f"signs:{now}")
            self._do("ZADD", key, "NX", now_ms, name)
            self._do("EXPIRE", key, EARLY_S)
            if was != now:  # the oldest stay: the newest may well be in order in a minute
                self._do("ZREMRANGEBYRANK", key, REMEMBERED_MAX, -1)

    def _rows(self, landing: Landing) -> None:
        fresh: dict[str, list[str]] = {}
        for message, (thread, rows) in landing.rows.items():
            if rows.after is None:
                self._do("HDEL", self._key("messages"), message)
            else:
                self._fill("messages", message, message_row(thread, rows.after))
            owned = landing.threads.get(thread)
            for name, old, new in _places(rows, owned.read_up_to if owned is not None else ""):
                if old is not None and old != new:
                    self._do("ZREM", self._key(f"{name}:{thread}"), old)
                if new is not None and (new != old or name == "inbound"):  # a marker may have gone back
                    fresh.setdefault(self._key(f"{name}:{thread}"), []).append(new)
        for key, members in fresh.items():
            for first in range(0, len(members), MEMBERS_MAX):
                words: list[Word] = []
                for member in members[first : first + MEMBERS_MAX]:
                    words += (0, member)
                self._do("ZADD", key, *words)

    def _thread(self, record: ThreadRecord, landing: Landing) -> None:
        stored = self.threads[record.id] = record.stored()
        self._fill("threads", record.id, stored)
        if record.read_up_to and record.id in landing.marked:
            self._do("ZREMRANGEBYLEX", self._key(f"inbound:{record.id}"), "-", f"[{record.read_up_to}")
        if record.last_activity_ms is not None:
            self._fill("conversations", record.last_activity_ms, record.id)
            if record.id in landing.renamed:
                self._fill("search", record.id, searchable(record))
        elif record.erased_ms or record.unread_ms or record.revision > 1:  # it may have been shown
            self._hide(record.id)


def _places(rows: Rows, read_up_to: str) -> list[tuple[str, str | None, str | None]]:
    """The indexes of a thread in which a row stood or stands, and where."""
    was, now = _stands(rows.before, read_up_to), _stands(rows.after, read_up_to)
    return [(name, was.get(name), now.get(name)) for name in (now if was.keys() <= now.keys() else {**was, **now})]


def _stands(record: MessageRecord | None, read_up_to: str) -> dict[str, str]:
    if record is None or record.said is None:
        return {}
    if not record.is_row:
        return {"asides": record.sort_key}  # a reaction of ours, which would not be found otherwise
    if not record.counts_as_unread or (arrival := record.arrival_key) <= read_up_to:
        return {"index": record.sort_key}
    return {"index": record.sort_key, "inbound": arrival}
