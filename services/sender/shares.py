"""How much of this process one number may keep busy, so that a slow or busy one never stands in another's way."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from shared.contract.ids import NumberId


class Shares:
    """Counts what waits or calls here, by number."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._busy: Counter[NumberId] = Counter()

    def has_room(self, number_id: NumberId) -> bool:
        """Whether one more may wait or call."""
        return self._busy[number_id] < self._most

    @contextmanager
    def taken(self, number_id: NumberId) -> Iterator[None]:
        """Count one more while the block runs."""
        self._busy[number_id] += 1
        try:
            yield
        finally:
            self._busy[number_id] -= 1
            if not self._busy[number_id]:
                del self._busy[number_id]
