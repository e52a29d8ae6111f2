"""What was read a moment ago: a small bounded memory that forgets within a second, and at once what we wrote."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from typing import Generic, TypeVar

from shared.single_flight import SingleFlight

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

# Settings are in force everywhere within a second; the rest of it is left for the read itself.
REMEMBERED_S = 0.9
# Of its time; what is wanted after that is read anew while it is still good, so that who wants it need not wait.
AGING = 0.5


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
        self._reads = SingleFlight[K, V | None]()

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

    def at_hand(self, key: K, ask: Callable[[], Awaitable[V | None]]) -> V | None:
        """The same for who cannot wait; what is about to be forgotten is asked for again meanwhile."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        age_s = self._clock_s() - entry[0]
        if age_s >= self._remembered_s:
            return None
        if age_s >= self._remembered_s * AGING:
            self._reads.begin(key, partial(self._asked, key, ask))
        return entry[1]

    async def read(self, key: K, ask: Callable[[], Awaitable[V | None]]) -> V | None:
        """The value, asked for unless it is remembered; who wants it meanwhile waits for the same answer."""
        known = self.get(key)
        if known is not None:
            return known
        asked = partial(self._asked, key, ask)
        if key in self._reads:
            found = await self._reads.join(key, asked)
            if found is not None:
                return found
        # What that read has not found may have been written since it began: ask again, or wait for one who does.
        return await self._reads.join(key, asked)

    def keep(self, key: K, value: V, began_s: float) -> None:
        """Remember what a read that began then has found."""
        if began_s <= self._dropped_s:
            return  # it may have read what a write of ours has replaced meanwhile
        known = self._entries.get(key)
        if known is not None and known[0] > began_s:
            return  # a later read was faster
        self._entries[key] = (began_s, value)
        self._entries.move_to_end(key)
        if len(self._entries) > self._length_max:
            self._entries.popitem(last=False)

    def drop(self, key: K) -> None:
        """Forget a key that was written."""
        self._dropped_s = self._clock_s()
        self.forget(key)

    def forget(self, key: K) -> None:
        """Let the next who wants it ask, and not wait for who has asked before."""
        self._entries.pop(key, None)
        self._reads.forget(key)

    async def _asked(self, key: K, ask: Callable[[], Awaitable[V | None]]) -> V | None:
        began_s = self.now_s()
        found = await ask()
        if found is not None:
            self.keep(key, found, began_s)
        return found
