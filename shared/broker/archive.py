"""What a broker with an archive promises: all that was published, week by week, to be read again from any place."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from shared.week import Week


@dataclass(frozen=True, slots=True)
class Archived:
    """One body as it was published, and its place in its week."""

    offset: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Extent:
    """What a week holds now: from `first` up to `end`, which is not in it."""

    first: int
    end: int


class Replay(Protocol):
    """One reading of a week; what has been taken but not followed by another `take` comes again to the next reading."""

    async def take(self) -> Sequence[Archived]:
        """The next bodies, in order and at least one; BrokerUnavailable when none come."""


class Archive(Protocol):
    """Every event and command, beside the queues that carry them: a publish is confirmed when it is here too."""

    async def add(self, body: bytes) -> None:
        """Keep something that goes to no queue, confirmed; raise BrokerUnavailable otherwise."""

    async def weeks(self) -> Sequence[Week]:
        """The weeks there are, oldest first."""

    async def extent(self, week: Week) -> Extent:
        """What is in a week at this moment."""

    def reading(self, week: Week, offset: int) -> AbstractAsyncContextManager[Replay]:
        """Read a week from an offset on, while others go on writing to it."""
