"""Publishes one by one, and refuses at once while RabbitMQ is silent: who waits in vain should be few."""

import asyncio

from shared.broker.door import BrokerUnavailable, Headers, Publishes
from shared.broker.lateness import LATE_S, Lateness
from shared.topology import Exchange

# Twenty seconds of the busiest number, each a few kilobytes with its request: what is beyond is asked for again.
IN_HAND_MAX = 2_000


class Fuse:
    """A broker that blocks whoever publishes answers nobody, and each who waits costs memory until it gives up."""

    def __init__(self, broker: Publishes, *, late_s: float = LATE_S, in_hand_max: int = IN_HAND_MAX) -> None:
        self._broker = broker
        self._in_hand_max = in_hand_max
        self._in_hand = Lateness[object](late_s)

    async def publish(self, exchange: Exchange, body: bytes, headers: Headers | None = None) -> None:
        """Return once confirmed; raise BrokerUnavailable when that is not known, and soon."""
        now_s = asyncio.get_running_loop().time()
        if self._in_hand.is_silent(now_s) or len(self._in_hand) >= self._in_hand_max:
            raise BrokerUnavailable("a confirm is late")
        ticket = object()
        self._in_hand.begin(ticket, now_s)
        try:
            await self._broker.publish(exchange, body, headers)
        except BrokerUnavailable:
            self._in_hand.failing = True
            raise
        else:
            self._in_hand.failing = False
        finally:
            self._in_hand.end(ticket)
