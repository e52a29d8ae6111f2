"""Gives each send a slot of its own, so that neither a number nor a customer pair gets more than Meta allows."""

from dataclasses import dataclass
from typing import Literal

from services.sender import keys
from services.sender.scripts import NOW, Script, Scripts
from shared.contract.commands import SendMessage
from shared.contract.ids import NumberId

# Two sends may come this much closer than their slots are, because timers are not exact; it is what a second may hold
# too much, together with the one more that fits into a second which begins at the right moment, and so is taken off.
CLOSER_MS = 10
USED = 0.985
NEAR_MS = 20  # a slot as near as this is used up when it is asked for, and waited for without asking again
SLOTS_MAX = 50_000  # of one number; what is further behind gets its slot later
KEPT_MS = 24 * 3600 * 1000  # as long as a send may wait

# A slot says when a send is to come; whether it then goes is decided by when the last ones went (`gone`), so that
# nothing that comes late, early or twice can ever exceed the rate.
#
# Slots are kept in the number's own time, which stands still while nobody may send: `shift` is how far it is behind.
#   A new send gets the slot after the last one.
#   One that is due and finds that others have just gone (somebody came late) gets a slot in front of those that are not
#   due yet, behind others of its kind; those not due yet move back by one step, which `pushed` adds up.
#   A hold moves all back.
# The server's clock decides, so that senders whose clocks differ agree.
#
# KEYS: clock, slots, slots in front, pair. ARGV: send, now (empty: the server's), step_ms, pair_step_ms, pair_burst,
# closer_ms, near_ms, slots_max, kept_ms, whether it may go. Answers what it waits for and how many milliseconds.
_SLOT = Script(
    NOW
    + """
local now, step, pair_step, closer = now_ms(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[6])
local near = now + tonumber(ARGV[7])
local clock, saved = {}, redis.call('HMGET', KEYS[1], 'shift', 'pushed', 'next', 'front', 'held', 'gone')
for n, name in ipairs({'shift', 'pushed', 'next', 'front', 'held', 'gone'}) do clock[name] = tonumber(saved[n] or 0) end
local function text(ms) return string.format('%.3f', ms) end
local line, back = KEYS[3], clock.shift
local slot = redis.call('ZSCORE', line, ARGV[1])
if not slot then
  line, back = KEYS[2], clock.shift + clock.pushed
  slot = redis.call('ZSCORE', line, ARGV[1])
end
local at
if slot then
  at = tonumber(slot) + back
  if at <= near and (math.max(at, now) < clock.gone - closer or now < clock.held) then
    redis.call('ZREM', line, ARGV[1])
    line, back = KEYS[3], clock.shift
    at = math.max(now, clock.gone, clock.front, clock.held)
    clock.front = at + step
    clock.pushed = clock.pushed + step
  end
else
  local pair = tonumber(redis.call('GET', KEYS[4]) or 0)
  local free = pair - (tonumber(ARGV[5]) - 1) * pair_step
  if free > now then return {'pair', math.ceil(free - now)} end
  redis.call('ZREMRANGEBYSCORE', line, '-inf', text(now - back - tonumber(ARGV[9])))
  at = math.max(clock.next + back, now, clock.gone, clock.front, clock.held)
  if redis.call('ZCARD', line) >= tonumber(ARGV[8]) then return {'full', math.ceil((at - now) / 2)} end
  clock.next = at - back + step
  pair = math.max(pair, at) + pair_step
  redis.call('SET', KEYS[4], text(pair), 'PX', math.max(1, math.ceil(pair - now)))
end
local may_go = at <= near and ARGV[10] == '1'
if may_go then
  redis.call('ZREM', line, ARGV[1])
  clock.gone = math.max(clock.gone, at, now) + step
else
  redis.call('ZADD', line, text(at - back), ARGV[1])
  redis.call('PEXPIRE', line, ARGV[9])
end
local fields = {}
for name, value in pairs(clock) do fields[#fields + 1], fields[#fields + 2] = name, text(value) end
redis.call('HSET', KEYS[1], unpack(fields))
redis.call('PEXPIRE', KEYS[1], ARGV[9])
return {may_go and 'go' or 'number', math.max(0, math.ceil(at - now))}
"""
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


@dataclass(frozen=True, slots=True)
class Pause:
    """What a send waits for, and how long; after the wait of a `go` it goes without asking again."""

    by: Literal["go", "number", "pair", "full"]
    wait_ms: int = 0


class Pace:
    """One slot for each send and attempt."""

    def __init__(self, scripts: Scripts, rates: Rates) -> None:
        self._scripts = scripts
        self._rates = rates

    async def slot(
        self, command: SendMessage, attempt: int, *, may_go: bool = True, now_ms: float | None = None
    ) -> Pause:
        """Where this attempt stands now; once it may go, its slot is used up."""
        by, wait_ms = await self._scripts.run(
            _SLOT,
            keys.pace(command.number_id, command.address),
            (
                f"{command.workspace_id}:{command.message_id}:{attempt}",
                "" if now_ms is None else now_ms,
                self._rates.step_ms,
                self._rates.pair_step_s * 1000,
                self._rates.pair_burst,
                CLOSER_MS,
                NEAR_MS,
                SLOTS_MAX,
                KEPT_MS,
                int(may_go),
            ),
        )
        return Pause(by.decode(), wait_ms)

    async def hold(self, number_id: NumberId, for_s: float, *, now_ms: float | None = None, gap_s: float = 0.0) -> None:
        """Nobody sends for this number for so long; holds that overlap do not add up, and a gap lies between two."""
        arguments = (for_s * 1000, "" if now_ms is None else now_ms, KEPT_MS, gap_s * 1000)
        await self._scripts.run(_HOLD, (keys.clock(number_id),), arguments)
