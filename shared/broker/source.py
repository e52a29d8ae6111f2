"""What a reader needs of a broker: deliveries that came over one connection, and the ways to settle them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.broker.door import Delivery, Headers, Poison


class SourceOver(Exception):
    """The connection under a delivery is gone: the broker gives it again, so nothing more is done about it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery in hand; `receipt` is the broker's own name for it."""

    delivery: Delivery
    receipt: int | bytes


class Settles(Protocol):
    """Where what was taken is settled; every method may raise SourceOver."""

    over: asyncio.Event  # set when no more will come: the connection is lost, or `stop` was called

    async def acknowledge(self, taken: Sequence[Taken]) -> None:
        """Done with these, whatever has become of those that were taken before them."""

    async def wait(self, taken: Taken, after_s: float, headers: Headers) -> None:
        """Exchange the delivery for one that comes later, with `headers` laid over its own."""

    async def bury(self, taken: Taken, reason: str) -> None:
        """Exchange the delivery for a dead letter."""


class Source(Settles, Protocol):
    """One open subscription to one queue, bounded by its prefetch; every method may raise SourceOver."""

    async def take(self, count_max: int) -> Sequence[Taken]:
        """What has arrived, in order and at least one; none once it is over."""

    async def stop(self) -> None:
        """Take no more, and give back what has not been taken."""

    async def wait_alone(self, line: Delivery, after_s: float, headers: Headers) -> None:
        """Let this line of a delivery come later, with `headers` laid over its own; the delivery is still in hand."""

    async def bury_lines(self, poisons: Sequence[Poison]) -> None:
        """Put these lines among the dead letters; their deliveries are still in hand."""
