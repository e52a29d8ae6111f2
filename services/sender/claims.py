"""The right to call Graph for one message: taken directly before the call, settled after it, kept for 8 days."""

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from services.sender import keys
from services.sender.scripts import NOW, Each, Script, Scripts
from shared.attempts import INTERRUPTED, KEPT_DAYS, NOTE_LUA, UNSAID
from shared.contract.commands import SendMessage
from shared.contract.ids import MessageId

# As long as the api knows the message's id: the same id may be published until then.
KEPT_MS = KEPT_DAYS * 24 * 3600 * 1000
UNANSWERED_MAX = 1000  # more than one process has in hand
BEGUN_MAX = 10_000  # calls remembered: more than are made while a broker that is away holds their deliveries

State = Literal["calling", "refused", "accepted", "failed", "unknown"]
Final = Literal["accepted", "failed", "unknown"]

# A store's history is the name that Redis gives to a line of writes; a promoted replica goes on under another name, and
# may lack the last writes of the server that it took over from. When it did so is not known, but not later than the
# first look at any claim of the number that meets another name: so each look compares. The store's age is counted from
# the first look of all.
_NOTED = """
local function history(told, which)
  return string.match(told, which .. ':(%x+)') or ''
end
local function noted(key, now)
  local told = redis.call('INFO', 'replication')
  local own = history(told, 'master_replid')
  local born, before, lost = string.match(redis.call('GET', key) or '', '^(%d+) ?(%x*) ?(%d*)')
  born, before, lost = tonumber(born) or now, before or '', tonumber(lost) or 0
  if before ~= own then
    if before ~= '' and string.find(history(told, 'master_replid2'), '[^0]') then lost = now end
    redis.call('SET', key, string.format('%.0f %s %.0f', born, own, lost))
  end
  return born, lost
end
"""

# `noted` comes before it: whoever looks at a claim compares the histories.
READ = (
    _NOTED
    + """
local function read(key, now)
  local claim = redis.call('HMGET', key, 'state', 'attempt', 'since', 'retry', 'event')
  if not claim[1] then return {} end
  return {claim[1], tonumber(claim[2]), math.floor(now - claim[3]), math.floor((claim[4] or now) - now), claim[5] or ''}
end
"""
)

# KEYS: claim, born.
_READ = Script(NOW + READ + "local now = now_ms() noted(KEYS[2], math.floor(now)) return read(KEYS[1], now)")

# Of each, KEYS: claim, lane, erased. ARGV: send, token, at_ms. Shared, KEYS: any of the number. ARGV: kept_ms. The same
# token again is the same taking, whose answer was lost.
_TAKE = Each(
    NOW
    + """
local since = string.format('%.0f', now_ms())
local function one(k, a)
  local key, send, token = KEYS[k + 1], ARGV[a + 1], ARGV[a + 2]
  local claim = redis.call('HMGET', key, 'state', 'attempt', 'token')
  if tonumber(redis.call('GET', KEYS[k + 3]) or -1) >= tonumber(ARGV[a + 3]) then return {'erased', 0} end
  if claim[1] == 'calling' and claim[3] == token then return {'taken', tonumber(claim[2])} end
  if claim[1] and claim[1] ~= 'refused' then return {'held', 0} end
  local first = redis.call('ZRANGE', KEYS[k + 2], 0, 0)[1]
  if first and first ~= send then return {'behind', 0} end
  local attempt = (tonumber(claim[2]) or 0) + 1
  redis.call('HSET', key, 'state', 'calling', 'attempt', attempt, 'token', token, 'since', since)
  if claim[1] then redis.call('HDEL', key, 'retry') end
  redis.call('PEXPIRE', key, ARGV[1])
  return {'taken', attempt}
end
""",
    shared=(1, 1),
    own=(3, 3),
)

# Of each, KEYS: claim, lane, due, erased. ARGV: send, token, state, retry_in_ms, event, attempt, at_ms, answer.
# Shared, KEYS: pending. ARGV: kept_ms. Whoever was in mid-call knows best, even when somebody has meanwhile declared
# the outcome unknown, or a failover has lost the claim.
_SETTLE = Each(
    NOW
    + NOTE_LUA
    + """
local now = now_ms()
local function one(k, a)
  local key, send, state = KEYS[k + 1], ARGV[a + 1], ARGV[a + 3]
  local claim = redis.call('HMGET', key, 'state', 'token', 'since')
  if claim[1] and claim[2] ~= ARGV[a + 2] then return 0 end
  -- What became of an erased customer's message is kept by nobody.
  local is_erased = tonumber(redis.call('GET', KEYS[k + 4]) or -1) >= tonumber(ARGV[a + 7])
  redis.call('HSET', key, 'state', state, 'attempt', ARGV[a + 6], 'since', string.format('%.0f', now))
  redis.call('HDEL', key, 'token', 'event')
  redis.call('PEXPIRE', key, ARGV[1])
  if not is_erased then
    local began = claim[1] == 'calling' and claim[3] or '-'
    note_attempt(key, string.format('%s %s %.0f %s', ARGV[a + 6], began, now, ARGV[a + 8]))
  end
  if state == 'refused' then
    redis.call('HSET', key, 'retry', string.format('%.0f', now + ARGV[a + 4]))
    return 1
  end
  if not is_erased then redis.call('HSET', key, 'event', ARGV[a + 5]) end
  redis.call('ZREM', KEYS[k + 2], send)
  redis.call('ZREM', KEYS[k + 3], send)
  redis.call('ZREM', KEYS[1], send)
  return 1
end
""",
    shared=(1, 1),
    own=(4, 8),
)

# KEYS: claim. ARGV: state it must be in (empty: none, or refused), new state, event, kept_ms, and what to say of a call
# that was left behind.
_CONCLUDE = Script(
    NOW
    + NOTE_LUA
    + """
local claim = redis.call('HMGET', KEYS[1], 'state', 'event', 'attempt', 'since')
local state = claim[1] or ''
if state == ARGV[1] or (ARGV[1] == '' and state == 'refused') then
  if state == 'calling' then
    note_attempt(KEYS[1], string.format('%s %s %.0f %s', claim[3], claim[4], now_ms(), ARGV[5]))
  end
  redis.call('HSET', KEYS[1], 'state', ARGV[2], 'event', ARGV[3], 'since', string.format('%.0f', now_ms()))
  redis.call('HSETNX', KEYS[1], 'attempt', 0)
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  return ARGV[3]
end
return claim[2] or ''
"""
)

# KEYS: born. ARGV: whether the uptime counts. Answers since when the store has surely lost nothing, and the same
# without its birth.
_SINCE = Script(
    NOW
    + _NOTED
    + """
local now = math.floor(now_ms())
local born, lost = noted(KEYS[1], now)
if ARGV[1] == '1' then
  local uptime = string.match(redis.call('INFO', 'server'), 'uptime_in_seconds:(%d+)')
  lost = math.max(lost, now - 1000 * (uptime or 0))
end
return {math.floor(math.max(born, lost)), math.floor(lost)}
"""
)


@dataclass(frozen=True, slots=True)
class Claim:
    """How far a message has got: `event` is what was published of an end, `retry_in_s` belongs to a refusal."""

    state: State
    attempt: int
    age_s: float
    retry_in_s: float
    event: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """The right to call now, as attempt number so and so."""

    attempt: int
    token: str


class Claims:
    """Takes go through a door that answers when they are on disk, where the server can say so."""

    def __init__(self, scripts: Scripts, durable: Scripts) -> None:
        self._scripts = scripts
        self._durable = durable
        self._unanswered: OrderedDict[MessageId, str] = OrderedDict()
        self._begun: OrderedDict[MessageId, None] = OrderedDict()

    async def read(self, command: SendMessage) -> Claim | None:
        """The claim as it stands."""
        ids = (command.workspace_id, command.number_id)
        answer = await self._scripts.run(_READ, (keys.claim(*ids, command.message_id), keys.born(*ids)))
        return self.found(command, answer)

    def found(self, command: SendMessage, answer: Sequence[Any]) -> Claim | None:
        """What `READ` answered; a claim that we tried to take in an outage, and so never used, counts as none."""
        if not answer:
            return None
        state, attempt, age_ms, retry_in_ms, event = answer
        if state == b"calling" and command.message_id in self._unanswered:
            return None
        return Claim(state.decode(), attempt, age_ms / 1000, retry_in_ms / 1000, event)

    async def take(self, command: SendMessage) -> Taken | None:
        """Take the right to call; None when somebody else has it, or stands in front."""
        token = self._unanswered.setdefault(command.message_id, secrets.token_hex(8))
        while len(self._unanswered) > UNANSWERED_MAX:
            self._unanswered.popitem(last=False)
        own = keys.claim(command.workspace_id, command.number_id, command.message_id)
        answer = await self._durable.run_one(
            _TAKE,
            (keys.pending(command),),
            (KEPT_MS,),
            ((own, keys.lane(command)[0], keys.erased(command)), (command.message_id, token, command.at_ms)),
        )
        self._unanswered.pop(command.message_id, None)
        if answer[0] != b"taken":
            return None
        self._begun[command.message_id] = None
        while len(self._begun) > BEGUN_MAX:
            self._begun.popitem(last=False)
        return Taken(answer[1], token)

    def has_begun(self, command: SendMessage) -> bool:
        """Whether this process has called for it, whatever has become of the claim."""
        return command.message_id in self._begun

    async def settle(
        self, command: SendMessage, taken: Taken, state: Final, event: bytes, answer: str = UNSAID
    ) -> None:
        """The end of it, with what Graph answered in a line; the send leaves its lane."""
        await self._settle(command, taken, state, 0.0, event, answer)

    async def refuse(self, command: SendMessage, taken: Taken, retry_in_s: float, answer: str = UNSAID) -> None:
        """Graph surely has not taken it; there may be another attempt after so long."""
        await self._settle(command, taken, "refused", retry_in_s, b"", answer)
        self._begun.pop(command.message_id, None)

    async def conclude(self, command: SendMessage, state: Final, event: bytes, *, calling: bool = False) -> bytes:
        """An end without a call, unless it has ended or is being called; answers the event of the end that stands.

        With `calling` it is the end of a call that somebody has left behind.
        """
        own = keys.claim(command.workspace_id, command.number_id, command.message_id)
        arguments = ("calling" if calling else "", state, event, KEPT_MS, INTERRUPTED)
        stands: bytes = await self._scripts.run(_CONCLUDE, (own,), arguments)
        return stands

    async def kept_since_ms(self, command: SendMessage) -> int:
        """Since when no claim of the number can have been lost; a restart counts unless all is on disk."""
        return (await self._since(command))[0]

    async def lost_before_ms(self, command: SendMessage) -> int:
        """Claims older than this may have been lost; 0 when none can, or the store has begun anew and knows of none."""
        return (await self._since(command))[1]

    async def _since(self, command: SendMessage) -> Sequence[int]:
        born = keys.born(command.workspace_id, command.number_id)
        trusts_restart = await self._durable.fsyncs_always()
        since: list[int] = await self._scripts.run(_SINCE, (born,), (int(not trusts_restart),))
        return since

    async def _settle(
        self, command: SendMessage, taken: Taken, state: State, retry_in_s: float, event: bytes, answer: str
    ) -> None:
        own = keys.claim(command.workspace_id, command.number_id, command.message_id)
        ended = (state, int(retry_in_s * 1000), event, taken.attempt, command.at_ms, answer)
        await self._scripts.run_one(
            _SETTLE,
            (keys.pending(command),),
            (KEPT_MS,),
            ((own, *keys.lane(command), keys.erased(command)), (command.message_id, taken.token, *ended)),
        )
