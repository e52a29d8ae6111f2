"""A cursor taken apart: the entry of a feed that it names, and the mark of the history it belongs to."""

import re
from typing import NamedTuple

from shared.contract.feed import Cursor

_SHAPE = re.compile(r"(\d{1,20})-(\d{1,20})\.([A-Za-z0-9]{1,32})", re.ASCII)
_UINT64_MAX = 2**64 - 1


class BadCursor(ValueError):
    """Text that no feed ever gave out: a mistake of whoever sent it, not an old cursor."""


class Position(NamedTuple):
    """Ordered within one history; `0-0` is a feed's start."""

    at_ms: int
    sequence: int
    nonce: str

    @property
    def entry_id(self) -> str:
        """As Redis writes it."""
        return f"{self.at_ms}-{self.sequence}"

    @property
    def is_start(self) -> bool:
        """Whether it names the start of a feed and no entry."""
        return self.at_ms == 0 and self.sequence == 0

    def is_before(self, other: "Position") -> bool:
        """Whether it lies earlier, if both belong to one history."""
        return (self.at_ms, self.sequence) < (other.at_ms, other.sequence)


def position(cursor: Cursor) -> Position:
    """What a cursor names; raises BadCursor."""
    shape = _SHAPE.fullmatch(cursor)
    if shape is None:
        raise BadCursor("not a cursor of any feed")
    at_ms, sequence = int(shape[1]), int(shape[2])
    if at_ms > _UINT64_MAX or sequence > _UINT64_MAX:
        raise BadCursor("not a cursor of any feed")
    return Position(at_ms, sequence, shape[3])


def cursor_at(entry_id: bytes, nonce: bytes) -> Cursor:
    """The cursor that names an entry."""
    return (entry_id + b"." + nonce).decode()
