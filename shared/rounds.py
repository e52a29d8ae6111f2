"""Who is to be looked up again: all that were wanted since the last time, together. Pure."""

from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Rounds(Generic[K]):
    """A round is due so long after the first of it was wanted; it is told to whoever wants one then."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._wanted: set[K] = set()  # no more than are remembered
        self._since_s = 0.0

    def want(self, key: K, now_s: float) -> set[K]:
        """Those of the round that is due now, with this one; as a rule none."""
        if not self._wanted:
            self._since_s = now_s
        self._wanted.add(key)
        if now_s - self._since_s < self._every_s:
            return set()
        due, self._wanted = self._wanted, set()
        return due
