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

# KEYS: lane, due. ARGV: send, at_ms, overdue_ms, entries_max, kept_ms, now (empty: the server's).
# Answers how many are in front and in how many milliseconds the first of them is due.
_ENTER = Script(
    NOW
    + """
local now = now_ms(ARGV[6])
local lost = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now - ARGV[3]), 'LIMIT', 0, 100)
for _, send in ipairs(lost) do
  redis.call('ZREM', KEYS[1], send)
  redis.call('ZREM', KEYS[2], send)
end
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  -- Those asked for in the same millisecond stand in the order of their arrival.
  local place = tonumber(ARGV[2])
  local last = redis.call('ZREVRANGEBYSCORE', KEYS[1], string.format('(%.0f', place + 1), ARGV[2],
    'WITHSCORES', 'LIMIT', 0, 1)
  if last[2] then place = math.min(tonumber(last[2]) + 1 / 1024, place + 1023 / 1024) end
  redis.call('ZADD', KEYS[1], string.format('%.10f', place), ARGV[1])
  if redis.call('ZCARD', KEYS[1]) > tonumber(ARGV[4]) then
    local out = redis.call('ZPOPMAX', KEYS[1])[1]
    redis.call('ZREM', KEYS[2], out)
  end
end
local ahead = redis.call('ZRANK', KEYS[1], ARGV[1])
if not ahead then return {tonumber(ARGV[4]), 0} end
redis.call('ZADD', KEYS[2], string.format('%.0f', now), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
local first = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
return {ahead, math.max(0, math.floor((redis.call('ZSCORE', KEYS[2], first) or now) - now))}
"""
)

# KEYS: lane, due. ARGV: send, due_in_ms.
_TOUCH = Script(
    NOW
    + """
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[2], string.format('%.0f', now_ms() + ARGV[2]), ARGV[1])
return 1
"""
)

# KEYS: lane, due. ARGV: send.
_LEAVE = Script("redis.call('ZREM', KEYS[2], ARGV[1]) return redis.call('ZREM', KEYS[1], ARGV[1])")


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
        arguments = (command.message_id, command.at_ms, OVERDUE_MS, ENTRIES_MAX, KEPT_MS, now)
        ahead, head_ms = await self._scripts.run(_ENTER, keys.lane(command), arguments)
        return Position(ahead, head_ms / 1000)

    async def touch(self, command: SendMessage, back_in_s: float) -> None:
        """Say when this send will be back, so that it is not taken for lost."""
        await self._scripts.run(_TOUCH, keys.lane(command), (command.message_id, int(back_in_s * 1000)))

    async def leave(self, command: SendMessage) -> None:
        """Make way for the next."""
        await self._scripts.run(_LEAVE, keys.lane(command), (command.message_id,))
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
