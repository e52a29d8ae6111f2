"""How many bytes of bodies may be in hand at once, so that a flood meets a 503 and not the end of the memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from services.ingest import metrics

# A request costs memory of its own beside its body: connection buffers, a task, the parsed values.
REQUEST_BYTES = 16 * 1024


class Full(Exception):
    """Too much is in hand: whoever asks must ask again."""


class Room:
    """A count of bytes with a limit."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._taken = 0
        metrics.ROOM_BYTES_MAX.set(bytes_max)
        metrics.ROOM_BYTES.set_function(lambda: self._taken)  # when Prometheus asks, and not for each webhook

    def takes(self, length: int) -> bool:
        """Whether there is room for a body of this length, which is then taken until it is given back."""
        cost = length + REQUEST_BYTES
        if self._taken + cost > self._bytes_max:
            return False
        self._taken += cost
        return True

    def give_back(self, length: int) -> None:
        """A body of this length is no longer in hand."""
        self._taken -= length + REQUEST_BYTES

    @contextmanager
    def taking(self, length: int) -> Iterator[None]:
        """Take room for a body of this length until left; raises Full."""
        if not self.takes(length):
            raise Full
        try:
            yield
        finally:
            self.give_back(length)
