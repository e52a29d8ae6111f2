"""Keeps the order within a conversation: its sends stand in a lane, and only the first may go."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from services.sender import keys
from services.sender.scripts import NOW, Script, Scripts
from shared.contract.commands import SendMessage

# An entry whose owner is overdue for this long is taken for lost: long enough for a backlog in the queue and a restart
# of the sender, short enough that a dead letter does not silence a customer.
OVERDUE_MS = 5 * 60 * 1000
ENTRIES_MAX = 1000  # those behind are let in as others leave
KEPT_MS = 2 * 24 * 3600 * 1000

# Answers how many are in front and in how many milliseconds the first of them is due.
ENTER = """
local function enter(lane, due, send, at_ms, now)
  local function text(number) return string.format('%.0f', number) end
  local lost = redis.call('ZRANGEBYSCORE', due, '-inf', text(now - OVERDUE_MS), 'LIMIT', 0, 100)
  for _, gone in ipairs(lost) do
    redis.call('ZREM', lane, gone)
    redis.call('ZREM', due, gone)
  end
  if not redis.call('ZSCORE', lane, send) then
    -- Those asked for in the same millisecond stand in the order of their arrival.
    local place = tonumber(at_ms)
    local last = redis.call('ZREVRANGEBYSCORE', lane, '(' .. text(place + 1), at_ms, 'WITHSCORES', 'LIMIT', 0, 1)
    if last[2] then place = math.min(tonumber(last[2]) + 1 / 1024, place + 1023 / 1024) end
    redis.call('ZADD', lane, string.format('%.10f', place), send)
    if redis.call('ZCARD', lane) > ENTRIES_MAX then redis.call('ZREM', due, redis.call('ZPOPMAX', lane)[1]) end
  end
  local ahead = redis.call('ZRANK', lane, send)
  if not ahead then return {ENTRIES_MAX, 0} end
  redis.call('ZADD', due, text(now), send)
  redis.call('PEXPIRE', lane, KEPT_MS)
  redis.call('PEXPIRE', due, KEPT_MS)
  if ahead == 0 then return {0, 0} end
  local first = redis.call('ZRANGE', lane, 0, 0)[1]
  return {ahead, math.max(0, math.floor((redis.call('ZSCORE', due, first) or now) - now))}
end
"""
for _name, _limit in (("OVERDUE_MS", OVERDUE_MS), ("ENTRIES_MAX", ENTRIES_MAX), ("KEPT_MS", KEPT_MS)):
    ENTER = ENTER.replace(_name, str(_limit))

# KEYS: lane, due. ARGV: send, at_ms, now (empty: the server's).
_ENTER = Script(NOW + ENTER + "return enter(KEYS[1], KEYS[2], ARGV[1], ARGV[2], now_ms(ARGV[3]))")

# KEYS: lane, due. ARGV: send, due_in_ms.
_TOUCH = Script(
    NOW
    + """
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[2], string.format('%.0f', now_ms() + ARGV[2]), ARGV[1])
return 1
"""
)

# KEYS: lane, due, pending. ARGV: send.
_LEAVE = Script("for _, key in ipairs(KEYS) do redis.call('ZREM', key, ARGV[1]) end")


@dataclass(frozen=True, slots=True)
class Position:
    """How many stand in front, and when the first of them is expected."""

    ahead: int
    head_s: float


class Lanes:
    """The lanes in Redis, and who of this process waits at which."""

    def __init__(self, scripts: Scripts) -> None:
        self._scripts = scripts
        self._waiting: dict[str, list[tuple[int, asyncio.Event]]] = {}

    async def enter(self, command: SendMessage, *, now_ms: int | None = None) -> Position:
        """Stand in the lane, or go on standing there, in the order of asking."""
        now = "" if now_ms is None else now_ms
        ahead, head_ms = await self._scripts.run(_ENTER, keys.lane(command), (command.message_id, command.at_ms, now))
        return Position(ahead, head_ms / 1000)

    async def touch(self, command: SendMessage, back_in_s: float) -> None:
        """Say when this send will be back, so that it is not taken for lost."""
        await self._scripts.run(_TOUCH, keys.lane(command), (command.message_id, int(back_in_s * 1000)))

    async def leave(self, command: SendMessage) -> None:
        """Make way for the next: it has ended."""
        await self._scripts.run(_LEAVE, (*keys.lane(command), keys.pending(command)), (command.message_id,))
        self.wake(command)

    def wake(self, command: SendMessage) -> None:
        """Somebody has left: the one of this process who stands nearest looks again."""
        waiting = self._waiting.get(keys.lane(command)[0])
        if waiting:
            min(waiting, key=lambda waiter: waiter[0])[1].set()

    @contextmanager
    def waiting(self, command: SendMessage, ahead: int) -> Iterator[asyncio.Event]:
        """An event that is set when it is worth looking again."""
        key, waiter = keys.lane(command)[0], (ahead, asyncio.Event())
        waiters = self._waiting.setdefault(key, [])
        waiters.append(waiter)
        try:
            yield waiter[1]
        finally:
            waiters.remove(waiter)
            if not waiters:
                del self._waiting[key]
