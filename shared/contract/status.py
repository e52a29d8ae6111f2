"""How far an outbound message has got, and the one rule for merging two reports of it."""

from collections.abc import Iterable
from enum import StrEnum


class Status(StrEnum):
    """From least to most advanced; the order of the members is the order of merging."""

    QUEUED = "queued"
    UNKNOWN = "unknown"  # Graph may have accepted it: never sent again by ourselves
    ACCEPTED = "accepted"
    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"  # beats an earlier `failed`: what reached the phone has not failed
    READ = "read"
    PLAYED = "played"

    @property
    def rank(self) -> int:
        """The place in the order, from 0."""
        return _RANK[self]


_RANK = {status: rank for rank, status in enumerate(Status)}


def furthest(statuses: Iterable[Status]) -> Status | None:
    """The most advanced of them, in whichever order they arrived; None of none."""
    return max(statuses, key=_RANK.__getitem__, default=None)
