"""Tells when a broker is silent: with a publish unconfirmed for long, more of them would only wait behind it."""

from typing import Generic, TypeVar

LATE_S = 1.0
# The same after a failure, while one goes ahead to find out whether the broker is back: who comes so soon goes along.
AHEAD_S = 0.1

Publish = TypeVar("Publish")


class Lateness(Generic[Publish]):
    """What has been published and is not confirmed yet. Pure: seconds of any clock that does not go back."""

    def __init__(self, late_s: float = LATE_S, ahead_s: float = AHEAD_S) -> None:
        self._late_s = late_s
        self._ahead_s = ahead_s
        self._begun_s: dict[Publish, float] = {}  # oldest first
        self.failing = False

    def __len__(self) -> int:
        """How many are in flight."""
        return len(self._begun_s)

    def begin(self, publish: Publish, now_s: float) -> None:
        """It is on its way."""
        self._begun_s[publish] = now_s

    def end(self, publish: Publish) -> None:
        """It has been answered, or given up."""
        del self._begun_s[publish]

    def is_silent(self, now_s: float) -> bool:
        """Whether the oldest of them waits for too long."""
        oldest_s = next(iter(self._begun_s.values()), now_s)
        return now_s - oldest_s > (self._ahead_s if self.failing else self._late_s)
