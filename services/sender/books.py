"""What all senders of an installation keep together in Redis, opened as one."""

from dataclasses import dataclass
from typing import Self

from services.sender.claims import Claims
from services.sender.lanes import Lanes
from services.sender.pace import Pace, Rates
from services.sender.parking import Parking
from services.sender.scripts import Scripts
from shared.redis import Redis

# Claims gather behind four waits for the disk: with `appendfsync everysec` each takes about a tenth of a second.
DURABLE_IN_FLIGHT_MAX = 4


@dataclass(frozen=True, slots=True)
class Books:
    """Order, rate, rights and what waits for credentials."""

    lanes: Lanes
    pace: Pace
    claims: Claims
    parking: Parking

    @classmethod
    def opened(cls, redis: Redis, rates: Rates, namespace: str) -> Self:
        """All four on one store; what they ask in one turn of the loop travels together."""
        scripts = Scripts(redis)
        durable = Scripts(redis, in_flight_max=DURABLE_IN_FLIGHT_MAX, durable=True)
        return cls(Lanes(scripts), Pace(scripts, rates), Claims(scripts, durable), Parking(scripts, namespace))
