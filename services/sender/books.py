"""What all senders of an installation keep together in Redis, opened as one."""

from dataclasses import dataclass
from typing import Literal, Self

from services.sender import keys
from services.sender.claims import READ, Claim, Claims
from services.sender.lanes import ENTER, Lanes, Position
from services.sender.pace import Pace, Rates
from services.sender.parking import Parking
from services.sender.scripts import NOW, Script, Scripts
from shared.contract.commands import SendMessage
from shared.crowd import SEE_LUA
from shared.redis import Redis

# Claims gather behind four waits for the disk: with `appendfsync everysec` each takes about a tenth of a second.
DURABLE_IN_FLIGHT_MAX = 4

# Four looks in one, because every delivery begins with them.
# KEYS: lane, due, claim, born, refused, pending, erased. ARGV: send, at_ms, and of one out of the crowd whether it has
# waited long for those asked for before it ('' for others).
_ARRIVE = Script(
    NOW
    + ENTER
    + READ
    + SEE_LUA
    + """
if ARGV[3] ~= '' and must_wait(KEYS[6], ARGV[1], ARGV[2], ARGV[3] == '1') then return {} end
local now = now_ms()
see(KEYS[6], ARGV[1], ARGV[2])
local place = enter(KEYS[1], KEYS[2], ARGV[1], ARGV[2], now)
local refused, erased = redis.call('GET', KEYS[5]) or '', redis.call('GET', KEYS[7]) or ''
return {place[1], place[2], read(KEYS[3], KEYS[4], now), refused, erased}
"""
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
        arrival = await self._arrive(command, "")
        assert arrival is not None, "only a crowd waits for others"
        return arrival

    async def arrive_in_crowd(self, command: SendMessage, *, is_late: bool) -> Arrival | None:
        """The same, unless sends that were asked for before have still to be seen; who is late takes them for lost."""
        return await self._arrive(command, int(is_late))

    async def _arrive(self, command: SendMessage, is_late: Literal[""] | int) -> Arrival | None:
        ids = (command.workspace_id, command.number_id)
        own = (keys.claim(*ids, command.message_id), keys.born(*ids), keys.refused(*ids), keys.pending(command))
        answer = await self.scripts.run(
            _ARRIVE,
            (*keys.lane(command), *own, keys.erased(command)),
            (command.message_id, command.at_ms, is_late),
        )
        if not answer:
            return None
        ahead, head_ms, claim, refused, erased = answer
        found = self.claims.found(command, claim)
        is_erased = int(erased or -1) >= command.at_ms
        return Arrival(Position(ahead, head_ms / 1000), found, int(refused) if refused else None, is_erased)
