"""What both brokers promise: the AMQP one and the embedded one are held to it by the same tests."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol, Self

from shared.broker.archive import Archive
from shared.topology import Exchange, Queue

Headers = Mapping[str, str | int]

ID_LENGTH = 12  # of a dead letter's name: enough to tell some million apart


class BrokerUnavailable(Exception):
    """The broker did not confirm: the publish may or may not arrive, so whoever asked must be able to ask again."""


class Retry(Exception):
    """The handler wants this delivery again after `after_s`, with `headers` laid over its present ones.

    It waits in the broker, in the largest wait step that does not overshoot, and so survives any restart.
    """

    def __init__(self, after_s: float, headers: Headers | None = None) -> None:
        super().__init__(f"again in {after_s:.1f} s")
        self.after_s = after_s
        self.headers = headers or {}


class Reject(Exception):
    """Nobody will ever be able to handle this delivery: it goes to the dead letters with the reason."""


@dataclass(frozen=True, slots=True)
class Poison:
    """One line of a batch that cannot be handled: it alone becomes a dead letter, its neighbours live on."""

    body: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One broker message being handled. `attempt` counts deliveries from 1; a crash of a reader counts too."""

    body: bytes
    headers: Headers = field(default_factory=dict)
    attempt: int = 1

    @property
    def redelivered(self) -> bool:
        """Whether somebody may already have begun on it."""
        return self.attempt > 1


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What nobody could handle, with what is known about why; the body is private and is never logged."""

    body: bytes
    headers: Headers
    reason: str
    attempts: int
    buried_at_ms: int

    @property
    def id(self) -> str:
        """What a person calls it by: it is the same at every look, and tells nothing of what is inside."""
        return hashlib.sha256(f"{self.buried_at_ms} ".encode() + self.body).hexdigest()[:ID_LENGTH]


@dataclass(frozen=True, slots=True)
class DeadQueue:
    """How many dead letters there are, and when the oldest of them was buried."""

    count: int
    oldest_ms: int | None


Handler = Callable[[Delivery], Awaitable[None]]
BatchHandler = Callable[[Sequence[Delivery]], Awaitable[Sequence[Poison]]]


class Publishes(Protocol):
    """Whoever only publishes needs no more of a broker."""

    async def publish(self, exchange: Exchange, body: bytes, headers: Headers | None = None) -> None:
        """Return once every bound queue has the message on disk; raise BrokerUnavailable otherwise."""


class Broker(Protocol):
    """Connects in the background and for ever; until it has, publishing raises and readers wait.

    Enter it before its readers and leave it after them.
    """

    @property
    def archive(self) -> Archive | None:
        """All that was published, for a rebuild; the embedded broker has none."""

    async def __aenter__(self) -> Self:
        """Return at once; the connection follows."""

    async def __aexit__(self, *_: object) -> None:
        """Close what is open."""

    async def publish(self, exchange: Exchange, body: bytes, headers: Headers | None = None) -> None:
        """Return once every bound queue has the message on disk; raise BrokerUnavailable otherwise."""

    async def bury(self, queue_name: str, body: bytes, reason: str) -> None:
        """Put a body among the dead letters of that name (`PROJECTOR.dead`, `PARKED_DEAD`), confirmed."""

    def consuming(self, queue: Queue, handle: Handler, *, concurrency: int) -> AbstractAsyncContextManager[None]:
        """Hand over up to `concurrency` deliveries at once, each settled by how `handle` ends.

        A body of several lines is handed over line by line, each a delivery of its own.
        Returns: ack. Retry: waits in the broker, then comes again. Reject or any other exception that is not an
        outage: dead letter. An outage of the store or the broker (see `is_outage`) holds the delivery and calls
        `handle` again with back-off, for ever. On leaving the context: no new deliveries, those in hand are finished.
        """

    def consuming_batches(
        self, queue: Queue, handle: BatchHandler, *, deliveries_max: int, at_once: int = 1
    ) -> AbstractAsyncContextManager[None]:
        """As `consuming`, with whatever has gathered, up to `deliveries_max`, in one call; `at_once` calls at a time.

        What `handle` returns is buried, then all are acknowledged. If it raises for a batch of several, each delivery
        is tried alone, so that only the culprit becomes a dead letter.
        """

    async def ready(self) -> None:
        """Return when the broker answers now, raise BrokerUnavailable when it does not."""

    async def backlog(self, queue_name: str) -> int:
        """How many deliveries wait in a queue or among dead letters of that name."""

    async def dead_count(self, queue_name: str) -> DeadQueue:
        """How many dead letters of that name there are, at a bounded cost; of very many the oldest is a guess."""

    async def dead_letters(self, queue_name: str, count: int) -> Sequence[DeadLetter]:
        """The oldest `count` dead letters of that name, left where they are."""

    async def replay(self, queue_name: str, count: int, only: str | None = None) -> int:
        """Give the oldest `count` dead letters, or the one of this id among them, back to their queue; how many went.

        What is buried again meanwhile comes after them, so that nothing is replayed twice by one call.
        """

    async def drop(self, queue_name: str, count: int, only: str | None = None) -> int:
        """Forget the oldest `count` dead letters, or the one of this id among them; how many went."""
