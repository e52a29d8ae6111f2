"""What many sockets hear of one number: kept once, and of each socket only how far along it is; pure."""

from collections import Counter
from collections.abc import Iterable

from bench import wire

_CARRY = len(wire.MARK) - 1


class Track:
    """The stream of whoever is foremost; a memcmp tells that the others hear the same."""

    def __init__(self) -> None:
        self._stream = bytearray()
        self._marks = {0: 0}  # the changes that have begun, by each place where somebody has been

    def goes_on(self, at: int, piece: memoryview) -> bool:
        """Whether this, heard at this place, is what others heard there, or more than anybody has."""
        ahead = at + len(piece) - len(self._stream)
        if ahead <= 0:
            return self._stream.startswith(piece, at)
        known = len(piece) - ahead
        if known and not self._stream.startswith(piece[:known], at):
            return False
        self._stream += piece[known:]
        return True

    def begun(self, at: int, end: int) -> int:
        """How many changes begin between two places; the first is one where somebody has been before."""
        marks = self._marks
        if end not in marks:
            # A mark that was cut in two is found with its second half.
            marks[end] = marks[at] + self._stream.count(wire.MARK, max(0, at - _CARRY), end)
        return marks[end] - marks[at]

    def until(self, at: int) -> bytes:
        """What somebody has heard who is there."""
        return bytes(self._stream[:at])


class Aside:
    """The stream of a socket that hears something else than others: all of it is kept."""

    def __init__(self, before: bytes) -> None:
        self.stream = bytearray(before)

    def begun(self, piece: memoryview) -> int:
        """How many changes begin with this piece."""
        at = len(self.stream)
        self.stream += piece
        return self.stream.count(wire.MARK, max(0, at - _CARRY))


def orders(streams: Iterable[bytes]) -> list[tuple[int, list[int]]]:
    """How many heard which serials; streams that are the same to the byte are read once."""
    found: Counter[tuple[int, ...]] = Counter()
    for stream, sockets in Counter(streams).items():
        found[tuple(wire.serials(stream))] += sockets
    return [(sockets, list(order)) for order, sockets in found.items()]
