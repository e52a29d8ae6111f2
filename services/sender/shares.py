"""How much of this process one number may keep busy, so that a slow or busy one never stands in another's way."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.contract.ids import NumberId


class Shares:
    """Counts what waits or calls here, by number."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._busy: Counter[NumberId] = Counter()

    def has_room(self, number_id: NumberId) -> bool:
        """Whether one more may wait or call."""
        return self._busy[number_id] < self._most

    @asynccontextmanager
    async def taken(self, number_id: NumberId) -> AsyncIterator[None]:
        """Count one more while the block runs."""
        self._busy[number_id] += 1
        try:
            yield
        finally:
            self._busy[number_id] -= 1
            if not self._busy[number_id]:
                del self._busy[number_id]


class Turns:
    """As shares, with a wait for room: first come, first served, by number."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._turns: dict[NumberId, asyncio.Semaphore] = {}
        self._concerned: Counter[NumberId] = Counter()

    @asynccontextmanager
    async def taken(self, number_id: NumberId) -> AsyncIterator[None]:
        """Run the block once there is room."""
        turns = self._turns.setdefault(number_id, asyncio.Semaphore(self._most))
        self._concerned[number_id] += 1
        try:
            async with turns:
                yield
        finally:
            self._concerned[number_id] -= 1
            if not self._concerned[number_id]:
                del self._concerned[number_id], self._turns[number_id]
