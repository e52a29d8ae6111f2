"""Which way a send goes: at once, or into the crowd of its own number, so that very many never stand before others."""

from typing import cast

from redis.commands.core import AsyncScript

from shared import tracing
from shared.broker import traced
from shared.broker.door import Headers, Publishes
from shared.contract import commands
from shared.contract.commands import SendMessage
from shared.contract.ids import NumberId, WorkspaceId, tag
from shared.redis import Redis
from shared.topology import COMMANDS, CROWDED

# So many of a number may be on the straight way: two seconds of its rate, and no more than a sender has room for in
# hand, because what finds no room there comes back again and again.
TOGETHER_MAX = 150
# An hour longer than a send may wait for anything: what is noted for longer has been forgotten on its way.
KEPT_MS = 25 * 3600 * 1000

# A number's sends that have been asked for and have not ended, each under its time, as one of three kinds:
#   in the crowd and not seen by a sender: below 0
#   on the straight way and not seen by a sender: as it is
#   seen by a sender, which has given it its place in its conversation: beyond SEEN
SEEN = 10**14

_TIME = "local time = redis.call('TIME') local now = time[1] * 1000 + math.floor(time[2] / 1000)\n"

# KEYS: pending. ARGV: send, at_ms, together_max, kept_ms. Answers whether it goes into the crowd, and whether it is
# new. Once one is in the crowd all others follow it until the crowd has been seen, because none may overtake it.
CHOOSE_LUA = (
    """
local function choose(pending, send, at_ms, together_max, kept_ms)
  """
    + _TIME
    + """
  local function text(number) return string.format('%.0f', number) end
  local old = now - kept_ms
  redis.call('ZREMRANGEBYSCORE', pending, text(-old), text(old))
  redis.call('ZREMRANGEBYSCORE', pending, SEEN, text(SEEN + old))
  local own = tonumber(redis.call('ZSCORE', pending, send) or 0)
  if own < 0 then return {1, 0} end
  if own > 0 and own < SEEN then return {0, 0} end
  local is_full = redis.call('ZCARD', pending) >= tonumber(together_max)
  local crowd = (is_full or redis.call('ZCOUNT', pending, '-inf', '(0') > 0) and 1 or 0
  if own == 0 then redis.call('ZADD', pending, text(crowd == 1 and -at_ms or at_ms), send) end
  redis.call('PEXPIRE', pending, kept_ms)
  return {crowd, own == 0 and 1 or 0}
end
"""
).replace("SEEN", str(SEEN))

_CHOOSE = CHOOSE_LUA + "return choose(KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4])"

# Lua for the sender's scripts: `must_wait` tells whether others of the number that were asked for before, on the
# straight way, have still to be seen; `is_late` takes those for lost. `see` notes that this one has its place.
SEE_LUA = """
local function must_wait(pending, send, at_ms, is_late)
  local own = redis.call('ZSCORE', pending, send)
  if not own or tonumber(own) >= 0 then return false end
  if is_late then redis.call('ZREMRANGEBYSCORE', pending, '(0', at_ms) end
  return redis.call('ZCOUNT', pending, '(0', at_ms) > 0
end
local function see(pending, send, at_ms)
  redis.call('ZADD', pending, 'XX', string.format('%.0f', SEEN + at_ms), send)
end
""".replace("SEEN", str(SEEN))


def pending_key(workspace_id: WorkspaceId, number_id: NumberId) -> str:
    """The sends of a number that have been asked for and have not ended."""
    return f"{tag(workspace_id, number_id)}:send:pending"


# Whether it goes into the crowd, and whether it is new: as the script answers.
Way = tuple[int, int]


class Ways:
    """Publishes sends, each on its way."""

    def __init__(self, redis: Redis, broker: Publishes, *, together_max: int = TOGETHER_MAX) -> None:
        self._redis = redis
        self._broker = broker
        self._together_max = together_max
        self._choose: AsyncScript = redis.register_script(_CHOOSE)

    async def publish(self, command: SendMessage, headers: Headers | None = None, *, body: bytes | None = None) -> None:
        """Return once the broker has it; `body` is the command as it was encoded before."""
        key = pending_key(command.workspace_id, command.number_id)
        answer = await self._choose([key], [command.message_id, command.at_ms, self._together_max, KEPT_MS])
        await self.follow(cast("Way", tuple(answer)), command, headers, body=body)

    async def follow(
        self, way: Way, command: SendMessage, headers: Headers | None = None, *, body: bytes | None = None
    ) -> None:
        """The same for a send of which the way has been chosen."""
        crowd, is_new = way
        exchange, told = CROWDED if crowd else COMMANDS, body or commands.encode(command)
        try:
            if tracing.on:
                begun = tracing.beginning(command.workspace_id, command.number_id, command.message_id)
                await traced.publish(self._broker, exchange, told, (begun,), headers)
            else:
                await self._broker.publish(exchange, told, headers)
        except BaseException:
            if is_new:
                # Whoever asked has to ask again; until then nobody waits for it.
                key = pending_key(command.workspace_id, command.number_id)
                await self._redis.zrem(key, command.message_id)
            raise
