"""How much of this process one number may keep busy, so that a slow or busy one never stands in another's way."""

import asyncio
from collections import Counter

from shared.contract.ids import NumberId


class Shares:
    """Counts what waits or calls here, by number."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._busy: Counter[NumberId] = Counter()

    def has_room(self, number_id: NumberId) -> bool:
        """Whether one more may wait or call."""
        return self._busy[number_id] < self._most

    def taken(self, number_id: NumberId) -> "_Share":
        """Count one more while the block runs."""
        return _Share(self._busy, number_id)


class Turns:
    """As shares, with a wait for room: first come, first served, by number."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._turns: dict[NumberId, asyncio.Semaphore] = {}
        self._concerned: Counter[NumberId] = Counter()

    def taken(self, number_id: NumberId) -> "_Turn":
        """Run the block once there is room."""
        return _Turn(self._turns, self._concerned, number_id, self._most)


class _Share:
    # A class and no generator: one is entered for each send.
    __slots__ = ("_busy", "_number_id")

    def __init__(self, busy: Counter[NumberId], number_id: NumberId) -> None:
        self._busy = busy
        self._number_id = number_id

    async def __aenter__(self) -> None:
        self._busy[self._number_id] += 1

    async def __aexit__(self, *_: object) -> None:
        self._busy[self._number_id] -= 1
        if not self._busy[self._number_id]:
            del self._busy[self._number_id]


class _Turn(_Share):
    __slots__ = ("_semaphore", "_turns")

    def __init__(
        self,
        turns: dict[NumberId, asyncio.Semaphore],
        concerned: Counter[NumberId],
        number_id: NumberId,
        most: int,
    ) -> None:
        super().__init__(concerned, number_id)
        self._turns = turns
        self._semaphore = turns.get(number_id) or turns.setdefault(number_id, asyncio.Semaphore(most))

    async def __aenter__(self) -> None:
        await super().__aenter__()
        try:
            await self._semaphore.acquire()
        except BaseException:
            await self._left()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._semaphore.release()
        await self._left()

    async def _left(self) -> None:
        await super().__aexit__()
        if self._number_id not in self._busy:
            del self._turns[self._number_id]
