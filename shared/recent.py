"""What was read a moment ago: a small bounded memory that forgets within a second, and at once what we wrote."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

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
        self._reading: dict[K, asyncio.Task[V | None]] = {}

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
        if age_s >= self._remembered_s * AGING and key not in self._reading:
            self._read(key, ask)
        return entry[1]

    async def read(self, key: K, ask: Callable[[], Awaitable[V | None]]) -> V | None:
        """The value, asked for unless it is remembered; who wants it meanwhile waits for the same answer."""
        known = self.get(key)
        if known is not None:
            return known
        begun = self._reading.get(key)
        if begun is not None:
            found = await asyncio.shield(begun)
            if found is not None:
                return found
        # What that read has not found may have been written since it began: ask again, or wait for one who does.
        return await asyncio.shield(self._reading.get(key) or self._read(key, ask))

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
        self._reading.pop(key, None)

    def _read(self, key: K, ask: Callable[[], Awaitable[V | None]]) -> "asyncio.Task[V | None]":
        reading = self._reading[key] = asyncio.get_running_loop().create_task(self._asked(key, ask))
        reading.add_done_callback(lambda _: self._is_read(key, reading))
        return reading

    async def _asked(self, key: K, ask: Callable[[], Awaitable[V | None]]) -> V | None:
        began_s = self.now_s()
        found = await ask()
        if found is not None:
            self.keep(key, found, began_s)
        return found

    def _is_read(self, key: K, reading: "asyncio.Task[V | None]") -> None:
        if self._reading.get(key) is reading:
            del self._reading[key]
        if not reading.cancelled():
            reading.exception()  # who waits gets it; nobody may have waited
