"""The one decision about every delivery: acknowledge, wait, bury, or hold until an outage is over."""

import asyncio
from dataclasses import dataclass
from pathlib import PurePath

from shared.broker.door import BrokerUnavailable, Headers, Reject, Retry
from shared.redis import is_outage


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """It is done."""


@dataclass(frozen=True, slots=True)
class Wait:
    """It waits in the broker and comes again."""

    after_s: float
    headers: Headers


@dataclass(frozen=True, slots=True)
class Bury:
    """It becomes a dead letter."""

    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Something it needs is away: it stays in hand and is tried again."""

    outage: str


Verdict = Acknowledge | Wait | Bury | Hold


def verdict(error: BaseException | None) -> Verdict:
    """What happens to a delivery whose handling ended like this."""
    if error is None:
        return Acknowledge()
    leaves = _leaves(error)
    # The failures beside an outage are often its consequences, so the outage decides.
    outages = [leaf for leaf in leaves if _passes(leaf)]
    if outages:
        return Hold(type(outages[0]).__name__)
    match leaves[0]:
        case Retry() as retry:
            return Wait(retry.after_s, retry.headers)
        case Reject() as reject:
            return Bury(str(reject))
        case unexpected:
            return Bury(place(unexpected))


def place(error: BaseException) -> str:
    """The kind of an error and where it was raised: its text may quote a message, and so goes nowhere."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    if frame is None:
        return type(error).__name__
    path = PurePath(frame.tb_frame.f_code.co_filename)
    return f"{type(error).__name__} at {path.parent.name}/{path.name}:{frame.tb_lineno}"


def _leaves(error: BaseException) -> list[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        return [leaf for inner in error.exceptions for leaf in _leaves(inner)]
    return [error]


def _passes(error: BaseException) -> bool:
    # A cancellation that nobody asked for is how AMQP reports a connection that died silently.
    return isinstance(error, BrokerUnavailable | asyncio.CancelledError) or is_outage(error)
