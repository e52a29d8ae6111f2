"""Answers that were made before, each with what tells whether it is still so: remembered for a minute or two."""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

# Some hundred snapshots or pages, with the rows that they were made of.
BYTES_MAX = 16 * 1024 * 1024
# As with single rows: nobody's words stay in memory for long after the last who looked at them.
TURN_S = 60.0

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Finished(Generic[K, V]):
    """Two generations: what nobody has asked for since the younger began goes with the older.

    Whether an answer is still so is asked of the store each time; here it is only at hand.
    """

    def __init__(
        self,
        bytes_max: int = BYTES_MAX,
        turn_s: float = TURN_S,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bytes_max = bytes_max // 2
        self._turn_s = turn_s
        self._clock_s = clock_s
        self._young: dict[K, tuple[V, int]] = {}
        self._old: dict[K, tuple[V, int]] = {}
        self._bytes = 0  # of the younger
        self._turned_s = clock_s()

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._young.keys() | self._old.keys())

    def find(self, key: K) -> V | None:
        """What was kept last."""
        if self._clock_s() - self._turned_s > self._turn_s:
            self._turn()
        found = self._young.get(key)
        if found is None and (found := self._old.get(key)) is not None:
            self.keep(key, *found)
        return None if found is None else found[0]

    def keep(self, key: K, answer: V, length: int) -> None:
        """In place of what was kept before; of so many bytes, about."""
        if self._bytes + length > self._bytes_max:
            self._turn()
        replaced = self._young.get(key)
        self._bytes += length - (replaced[1] if replaced is not None else 0)
        self._young[key] = (answer, length)
        self._old.pop(key, None)

    def _turn(self) -> None:
        # Two turns that are due at once leave nothing.
        idle = self._clock_s() - self._turned_s > 2 * self._turn_s
        self._old, self._young, self._bytes = {} if idle else self._young, {}, 0
        self._turned_s = self._clock_s()
