"""Gives each send a slot of its own, so that neither a number nor a customer pair gets more than Meta allows."""

from dataclasses import dataclass
from typing import Literal

from services.sender import keys
from services.sender.scripts import NOW, Each, Script, Scripts
from shared.contract.commands import SendMessage
from shared.contract.ids import NumberId

# A number's slots are this much of its rate. What they leave off is for calls whose way is shorter by a hundredth of a
# second than it was for those of a second before (the window is longer than a second by nine tenths of it), and for
# what was late.
USED = 0.986
LONGER = 0.9
NEAR_MS = 20  # a slot as near as this is used up when it is asked for, and waited for without asking again
SLOTS_MAX = 50_000  # of one number; what is further behind gets its slot later
KEPT_MS = 24 * 3600 * 1000  # as long as a send may wait

# A slot says when a send is to come. Whether it then goes is decided by when the last ones went: no more than the rate
# allows in any window of a second, so that nothing that comes late, early or twice can ever exceed it, and what a stop
# of some hundredths of a second has held up goes at once, as long as the window has room.
#
# Slots are kept in the number's own time, which stands still while nobody may send: `shift` is how far it is behind.
#   A new send gets the slot after the last one.
#   One that is due and finds the window full (many came late) waits until it has room, in front of those that are not
#   due yet; if there are very many, a little after the others of its kind.
#   A hold moves all back.
# The server's clock decides, so that senders whose clocks differ agree.
#
# Shared, KEYS: clock, slots, slots in front, when the last ones went. ARGV: now (empty: the server's), step_ms,
# pair_step_ms, pair_burst, window_ms, how many may go within it, near_ms, slots_max, kept_ms, whether they may go.
# Of each, KEYS: pair. ARGV: send. Answers what it waits for and how many milliseconds.
_SLOT = Each(
    NOW
    + """
local now, step, pair_step, window = now_ms(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[5])
local most, near = tonumber(ARGV[6]), now + tonumber(ARGV[7])
local clock, saved = {}, redis.call('HMGET', KEYS[1], 'shift', 'next', 'front', 'held', 'gone')
for n, name in ipairs({'shift', 'next', 'front', 'held', 'gone'}) do clock[name] = tonumber(saved[n] or 0) end
local function text(ms) return string.format('%.3f', ms) end
local within = redis.call('LLEN', KEYS[4])
local function room()
  if within < most then return 0 end
  return tonumber(redis.call('LINDEX', KEYS[4], most - 1)) + window
end
local function go(at)
  clock.gone = math.max(clock.gone, at, now) + step
  -- Who goes at once may be earlier than who was told to go in a moment: never noted so, or the window were too short.
  within = redis.call('LPUSH', KEYS[4], text(math.max(at, now, tonumber(redis.call('LINDEX', KEYS[4], 0) or 0))))
  if within > most then
    redis.call('LTRIM', KEYS[4], 0, most - 1)
    within = most
  end
end
local function one(k, a)
  local send, line, back = ARGV[a + 1], KEYS[3], clock.shift
  local slot = redis.call('ZSCORE', line, send)
  if not slot then
    line = KEYS[2]
    slot = redis.call('ZSCORE', line, send)
  end
  local at
  if slot then
    at = tonumber(slot) + back
    if at <= near and (math.max(at, now) < room() or now < clock.held) then
      redis.call('ZREM', line, send)
      slot, line = nil, KEYS[3]
      at = math.max(now, room(), clock.front, clock.held)
      clock.front = at + step / 4
    end
  else
    local pair = tonumber(redis.call('GET', KEYS[k + 1]) or 0)
    local free = pair - (tonumber(ARGV[4]) - 1) * pair_step
    if free > now then return {'pair', math.ceil(free - now)} end
    at = math.max(clock.next + back, now, clock.gone, room(), clock.front, clock.held)
    if redis.call('ZCARD', line) >= tonumber(ARGV[8]) then
      redis.call('ZREMRANGEBYSCORE', line, '-inf', text(now - back - tonumber(ARGV[9])))
      if redis.call('ZCARD', line) >= tonumber(ARGV[8]) then return {'full', math.ceil((at - now) / 2)} end
    end
    clock.next = at - back + step
    pair = math.max(pair, at) + pair_step
    redis.call('SET', KEYS[k + 1], text(pair), 'PX', math.max(1, math.ceil(pair - now)))
  end
  if at <= near and ARGV[10] == '1' then
    if slot then redis.call('ZREM', line, send) end
    go(at)
    return {'go', math.max(0, math.ceil(at - now))}
  end
  redis.call('ZADD', line, text(at - back), send)
  redis.call('PEXPIRE', line, ARGV[9])
  return {'number', math.max(0, math.ceil(at - now))}
end
""",
    shared=(4, 10),
    own=(1, 1),
    after="""
local fields = {}
for name, value in pairs(clock) do fields[#fields + 1], fields[#fields + 2] = name, text(value) end
redis.call('HSET', KEYS[1], unpack(fields))
redis.call('PEXPIRE', KEYS[1], ARGV[9])
redis.call('PEXPIRE', KEYS[4], ARGV[9])
""",
)

# KEYS: clock. ARGV: for_ms, now (empty: the server's), kept_ms, and how long it has to go after a hold.
_HOLD = Script(
    NOW
    + """
local now = now_ms(ARGV[2])
local until_ms = now + tonumber(ARGV[1])
local clock = redis.call('HMGET', KEYS[1], 'shift', 'front', 'held')
local shift, front, held = tonumber(clock[1] or 0), tonumber(clock[2] or 0), tonumber(clock[3] or 0)
if until_ms <= held or (tonumber(ARGV[4]) > 0 and now < held + ARGV[4]) then return 0 end
shift = shift + until_ms - math.max(now, held)
redis.call('HSET', KEYS[1], 'shift', string.format('%.3f', shift), 'held', string.format('%.3f', until_ms),
  'front', string.format('%.3f', math.max(front, until_ms)))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""
)


@dataclass(frozen=True, slots=True)
class Rates:
    """What Meta allows (META 6): so many a second for a number, and to one customer one in 6 s after a burst of 45."""

    per_s: float = 80.0
    pair_step_s: float = 6.0
    pair_burst: int = 45

    @property
    def step_ms(self) -> float:
        """Between two sends of a number."""
        return 1000 / (self.per_s * USED)

    @property
    def within(self) -> int:
        """So many may go in a window: as many as in a second, where it is one at least."""
        return max(1, int(self.per_s))

    @property
    def window_ms(self) -> float:
        """A second, and a little more: for rates below one in a second as long as one of them takes."""
        second_ms = self.within * 1000 / self.per_s
        return second_ms + LONGER * (self.within * self.step_ms - second_ms)


@dataclass(frozen=True, slots=True)
class Pause:
    """What a send waits for, and how long; after the wait of a `go` it goes without asking again."""

    by: Literal["go", "number", "pair", "full"]
    wait_ms: int = 0


class Pace:
    """One slot for each send and attempt."""

    def __init__(self, scripts: Scripts, rates: Rates) -> None:
        self._scripts = scripts
        self._limits = (
            rates.step_ms,
            rates.pair_step_s * 1000,
            rates.pair_burst,
            rates.window_ms,
            rates.within,
            NEAR_MS,
            SLOTS_MAX,
            KEPT_MS,
        )

    async def slot(
        self, command: SendMessage, attempt: int, *, may_go: bool = True, now_ms: float | None = None
    ) -> Pause:
        """Where this attempt stands now; once it may go, its slot is used up."""
        shared, pair = keys.pace(command.number_id, command.address)
        by, wait_ms = await self._scripts.run_one(
            _SLOT,
            shared,
            ("" if now_ms is None else now_ms, *self._limits, int(may_go)),
            ((pair,), (f"{command.workspace_id}:{command.message_id}:{attempt}",)),
        )
        return Pause(by.decode(), wait_ms)

    async def hold(self, number_id: NumberId, for_s: float, *, now_ms: float | None = None, gap_s: float = 0.0) -> None:
        """Nobody sends for this number for so long; holds that overlap do not add up, and a gap lies between two."""
        arguments = (for_s * 1000, "" if now_ms is None else now_ms, KEPT_MS, gap_s * 1000)
        await self._scripts.run(_HOLD, (keys.clock(number_id),), arguments)
