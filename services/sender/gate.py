"""The last door before a call: what was told to go at some time goes then, and no closer together than is allowed."""

import asyncio
import time
from collections import OrderedDict, deque

from services.sender.pace import Rates
from shared.contract.ids import NumberId

NUMBERS_MAX = 1000  # remembered; of those beyond, pacing by slots alone decides


class Gate:
    """When this process has called last for each number: a slot is when to go, but a loop that stops may be late."""

    def __init__(self, rates: Rates) -> None:
        self._within = rates.within
        # Halfway between a second and the window of the slots, which the loop has been late for already.
        self._window_s = (rates.window_ms / 1000 + rates.within / rates.per_s) / 2
        self._went: OrderedDict[NumberId, deque[float]] = OrderedDict()

    async def passed(self, number_id: NumberId, due_s: float) -> None:
        """Return at that time, or when so many have not passed within a second."""
        if (wait_s := due_s - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(wait_s)
        went = self._went.get(number_id)
        if went is None:
            went = self._went[number_id] = deque(maxlen=self._within)
            if len(self._went) > NUMBERS_MAX:
                self._went.popitem(last=False)
        # Not the loop's time, which stands still while it has much to do at once.
        now_s = time.monotonic()
        room_s = went[0] + self._window_s if len(went) == self._within else now_s
        went.append(max(now_s, room_s, went[-1] if went else 0.0))
        if room_s > now_s:
            await asyncio.sleep(room_s - now_s)
