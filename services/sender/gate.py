"""The last door before a call: what was told to go at some time goes then, and no closer together than is allowed.

Who waits leaves in ticks, a few together: the loop turns once for all of them, and all that follows goes together too.
"""

import asyncio
import heapq
import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from services.sender.pace import Rates
from shared.contract.ids import NumberId

NUMBERS_MAX = 1000  # remembered; of those beyond, pacing by slots alone decides
TICK_S = 0.025  # about: a send is dearer the fewer leave together
EARLY_S = 0.002
# In a tick so many times what belongs into it: a burst would be written late, and so would all behind it.
CATCHING_UP = 2


def tick_s(window_s: float) -> float:
    """How far ticks are apart: a window ends a little before one, or who waits for that would lose most of a tick."""
    return (window_s + EARLY_S) / max(1, round(window_s / TICK_S))


@dataclass(slots=True)
class _Way:
    """One number's: when the last ones went, and who waits, by when they are due; no more than are in hand."""

    went: deque[float]
    waiting: list[tuple[float, int, "asyncio.Future[None]"]] = field(default_factory=list)


class Gate:
    """When this process has called last for each number: a slot is when to go, but a loop that stops may be late."""

    def __init__(self, rates: Rates, clock_s: Callable[[], float] = time.monotonic) -> None:
        # Not the loop's time, which stands still while it has much to do at once.
        self._clock_s = clock_s
        self._within = rates.within
        self._window_s = rates.window_ms / 1000
        self._tick_s = tick_s(self._window_s)
        self._in_tick = max(1, math.ceil(CATCHING_UP * rates.per_s * self._tick_s))
        self._ways: OrderedDict[NumberId, _Way] = OrderedDict()
        self._crowded: dict[NumberId, _Way] = {}
        self._arrived = count()
        self._ticking: asyncio.TimerHandle | None = None

    async def passed(self, number_id: NumberId, due_s: float) -> None:
        """Return at that time, or when so many have not passed within a second."""
        way = self._crowded.get(number_id) or self._way(number_id)
        now_s = self._clock_s()
        if not way.waiting and max(due_s, self._room_s(way)) <= now_s:
            way.went.append(now_s)
            return
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        heapq.heappush(way.waiting, (due_s, next(self._arrived), woken))
        self._crowded[number_id] = way
        if self._ticking is None:
            self._ticking = self._next_tick(loop)
        await woken

    def _next_tick(self, loop: asyncio.AbstractEventLoop) -> asyncio.TimerHandle:
        return loop.call_at((loop.time() // self._tick_s + 1) * self._tick_s, self._tick)

    def _way(self, number_id: NumberId) -> _Way:
        way = self._ways.get(number_id)
        if way is None:
            way = self._ways[number_id] = _Way(deque(maxlen=self._within))
            if len(self._ways) > NUMBERS_MAX:
                self._ways.popitem(last=False)
        return way

    def _room_s(self, way: _Way) -> float:
        """When one more may go."""
        went = way.went
        room_s = went[0] + self._window_s if len(went) == self._within else 0.0
        return max(room_s, went[-self._in_tick] + self._tick_s) if len(went) >= self._in_tick else room_s

    def _tick(self) -> None:
        for number_id, way in list(self._crowded.items()):
            waiting, now_s = way.waiting, self._clock_s()
            while waiting and (waiting[0][2].done() or max(waiting[0][0], self._room_s(way)) <= now_s):
                woken = heapq.heappop(waiting)[2]
                if not woken.done():
                    way.went.append(now_s)
                    woken.set_result(None)
            if not waiting:
                del self._crowded[number_id]
        self._ticking = self._next_tick(asyncio.get_running_loop()) if self._crowded else None
