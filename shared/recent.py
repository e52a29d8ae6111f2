"""What was read a moment ago: a small bounded memory that forgets within a second, and at once what we wrote."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

# Settings are in force everywhere within a second; the rest of it is left for the read itself.
REMEMBERED_S = 0.9


class Recent(Generic[K, V]):
    """Values by key, each good until `remembered_s` after its read *began*; the oldest goes when it is full.

    Only what exists belongs here: a remembered "no such" would hide what another process has just written.
    """

    def __init__(
        self, length_max: int, remembered_s: float = REMEMBERED_S, clock_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._length_max = length_max
        self._remembered_s = remembered_s
        self._clock_s = clock_s
        self._entries: OrderedDict[K, tuple[float, V]] = OrderedDict()
        self._dropped_s = float("-inf")

    def now_s(self) -> float:
        """When a read begins: give it to `keep`."""
        return self._clock_s()

    def get(self, key: K) -> V | None:
        """The value, unless it is unknown or too old."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        began_s, value = entry
        if self._clock_s() - began_s < self._remembered_s:
            return value
        del self._entries[key]
        return None

    def keep(self, key: K, value: V, began_s: float) -> None:
        """Remember what a read that began then has found."""
        if began_s <= self._dropped_s:
            return  # it may have read what a write of ours has replaced meanwhile
        self._entries[key] = (began_s, value)
        self._entries.move_to_end(key)
        if len(self._entries) > self._length_max:
            self._entries.popitem(last=False)

    def drop(self, key: K) -> None:
        """Forget a key that was written."""
        self._dropped_s = self._clock_s()
        self._entries.pop(key, None)
