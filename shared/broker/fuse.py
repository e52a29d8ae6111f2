"""Publishes one by one, and refuses at once while RabbitMQ is silent: who waits in vain should be few."""

import asyncio

from shared.broker.door import BrokerUnavailable, Headers, Publishes
from shared.topology import Exchange

LATE_S = 1.0  # with an older publish unconfirmed, more of them would only wait behind it
# After a failure one goes ahead, to find out whether the broker is back; who comes so soon after it goes along.
AHEAD_S = 0.1
# Twenty seconds of the busiest number, each a few kilobytes with its request: what is beyond is asked for again.
IN_HAND_MAX = 2_000


class Fuse:
    """A broker that blocks whoever publishes answers nobody, and each who waits costs memory until it gives up."""

    def __init__(self, broker: Publishes, *, late_s: float = LATE_S, in_hand_max: int = IN_HAND_MAX) -> None:
        self._broker = broker
        self._late_s = late_s
        self._in_hand_max = in_hand_max
        self._in_hand: dict[object, float] = {}  # oldest first, with the time each began
        self._failing = False

    async def publish(self, exchange: Exchange, body: bytes, headers: Headers | None = None) -> None:
        """Return once confirmed; raise BrokerUnavailable when that is not known, and soon."""
        now_s = asyncio.get_running_loop().time()
        oldest_s = next(iter(self._in_hand.values()), now_s)
        if now_s - oldest_s > (AHEAD_S if self._failing else self._late_s) or len(self._in_hand) >= self._in_hand_max:
            raise BrokerUnavailable("a confirm is late")
        ticket = object()
        self._in_hand[ticket] = now_s
        try:
            await self._broker.publish(exchange, body, headers)
        except BrokerUnavailable:
            self._failing = True
            raise
        else:
            self._failing = False
        finally:
            del self._in_hand[ticket]
