"""What all senders of an installation keep together in Redis, opened as one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from services.sender import keys
from services.sender.claims import READ, Claim, Claims
from services.sender.lanes import ENTER, Lanes, Position
from services.sender.pace import Pace, Rates
from services.sender.parking import Parking
from services.sender.scripts import NOW, Each, Scripts
from shared.contract.commands import SendMessage
from shared.crowd import SEE_LUA
from shared.redis import Redis

# Claims gather behind four waits for the disk: with `appendfsync everysec` each takes about a tenth of a second.
DURABLE_IN_FLIGHT_MAX = 4

# Four looks in one, because every delivery begins with them.
# Of each, KEYS: lane, due, claim, erased. ARGV: send, at_ms. Shared, KEYS: born, refused, pending. ARGV: whether, out
# of the crowd, it has waited long for those asked for before it ('' for others). Behind one that has to wait all wait.
_ARRIVE = Each(
    NOW
    + ENTER
    + READ
    + SEE_LUA
    + """
local now, waits = now_ms(), false
noted(KEYS[1], math.floor(now))
local refused = redis.call('GET', KEYS[2]) or ''
local function one(k, a)
  local send, at_ms = ARGV[a + 1], ARGV[a + 2]
  waits = waits or (ARGV[1] ~= '' and must_wait(KEYS[3], send, at_ms, ARGV[1] == '1'))
  if waits then return {} end
  see(KEYS[3], send, at_ms)
  local place = enter(KEYS[k + 1], KEYS[k + 2], send, at_ms, now)
  return {place[1], place[2], read(KEYS[k + 3], now), refused, redis.call('GET', KEYS[k + 4]) or ''}
end
""",
    shared=(3, 1),
    own=(4, 2),
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How things stand when a delivery comes: its place, its claim, and the credentials that were refused last.

    `is_erased`: its customer has been erased since it was asked for.
    """

    position: Position
    claim: Claim | None
    refused_version: int | None
    is_erased: bool = False


@dataclass(frozen=True, slots=True)
class Books:
    """Order, rate, rights and what waits for credentials."""

    scripts: Scripts
    lanes: Lanes
    pace: Pace
    claims: Claims
    parking: Parking

    @classmethod
    def opened(cls, redis: Redis, rates: Rates, namespace: str, *, fsync: bool = True) -> Self:
        """All four on one store; what they ask in one turn of the loop travels together."""
        scripts = Scripts(redis)
        durable = Scripts(redis, in_flight_max=DURABLE_IN_FLIGHT_MAX, durable=True, fsync=fsync)
        claims, parking = Claims(scripts, durable), Parking(scripts, namespace, durable)
        return cls(scripts, Lanes(scripts), Pace(scripts, rates), claims, parking)

    async def arrive(self, command: SendMessage) -> Arrival:
        """Stand in the lane, and see what is known of the message and its number."""
        [arrival] = await self._arrive([command], "")
        assert arrival is not None, "only a crowd waits for others"
        return arrival

    async def arrive_in_crowd(self, commands: Sequence[SendMessage], *, is_late: bool) -> list[Arrival | None]:
        """The same for several of one number, in order; None from the first on that must wait for some before it.

        Who is late takes those for lost.
        """
        return await self._arrive(commands, int(is_late))

    async def _arrive(self, commands: Sequence[SendMessage], is_late: Literal[""] | int) -> list[Arrival | None]:
        first = commands[0]
        ids = (first.workspace_id, first.number_id)
        answers = await self.scripts.run_each(
            _ARRIVE,
            (keys.born(*ids), keys.refused(*ids), keys.pending(first)),
            (is_late,),
            [
                (
                    (*keys.lane(each), keys.claim(*ids, each.message_id), keys.erased(each)),
                    (each.message_id, each.at_ms),
                )
                for each in commands
            ],
        )
        return [self._found(each, answer) for each, answer in zip(commands, answers, strict=True)]

    def _found(self, command: SendMessage, answer: Sequence[Any]) -> Arrival | None:
        if not answer:
            return None
        ahead, head_ms, claim, refused, erased = answer
        found = self.claims.found(command, claim)
        is_erased = int(erased or -1) >= command.at_ms
        return Arrival(Position(ahead, head_ms / 1000), found, int(refused) if refused else None, is_erased)
