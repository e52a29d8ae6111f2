"""The only door to OpenTelemetry: what was done is told as spans when it is over, and off it costs one look at `on`.

Whoever has something to tell asks `if tracing.on` first, begins a `Work` and ends it. Before a process is told where to
send traces to, nothing of OpenTelemetry is loaded.
"""

import random
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import structlog

from shared.contract.commands import Command
from shared.contract.events import Event
from shared.contract.ids import MessageId, NumberId, WorkspaceId
from shared.tracing import subject, work
from shared.tracing.context import HEADER, Context, read
from shared.tracing.subject import RATIO_ALL, Place, Subjects
from shared.tracing.work import SHARED_MAX, Facts, Span, Teller, Work, following

log = structlog.get_logger(__name__)

on = False
_teller: Teller
_subjects: Subjects
_system = ""


def begun(parents: Iterable[Context | None], began_ns: int = 0) -> Work:
    """Work that follows from these, in the trace of each, from now or from then on."""
    return Work(_teller, following(parents), began_ns)


def begun_at(places: Iterable[Place], began_ns: int = 0) -> Work:
    """Work whose places are known, such as a webhook's, now or then; those of one trace are one."""
    stands: dict[int, Place] = {}
    for place in places:
        if place.context.is_sampled and len(stands) < SHARED_MAX:
            stands.setdefault(place.context.trace_id, place)
    return Work(_teller, stands.values(), began_ns)


def place(fact: Event | Command) -> Place | None:
    """The work that brought a fact; None for what is about no message."""
    return _subjects.place(fact)


def places(facts: Iterable[Event]) -> list[Place]:
    """Of what one webhook told: of the first messages, and if it was about none, a trace of its own."""
    found: list[Place] = []
    for fact in facts:
        if (stands := _subjects.place(fact)) is not None:
            found.append(stands)
            if len(found) == SHARED_MAX:
                break
    return found or [alone()]


def alone() -> Place:
    """The beginning of a trace that is about no message."""
    trace_id = random.getrandbits(128) or 1
    return Place(Context(trace_id, random.getrandbits(64) or 1, _subjects.samples(trace_id)), None)


def beginning(workspace_id: WorkspaceId, number_id: NumberId, message_id: MessageId) -> Context:
    """Where the trace of a message begins that is sent here."""
    return _subjects.beginning(workspace_id, number_id, message_id)


def arrival(workspace_id: WorkspaceId, number_id: NumberId, message: str, received_ms: int) -> Context:
    """The webhook that told of a message at this moment."""
    return _subjects.arrival(workspace_id, number_id, message, received_ms)


def trace_id(workspace_id: WorkspaceId, number_id: NumberId, message_id: MessageId) -> str | None:
    """By which the trace of a message is found; None where none is told."""
    found = _subjects.beginning(workspace_id, number_id, message_id) if on else None
    return f"{found.trace_id:032x}" if found is not None and found.is_sampled else None


def messaging(operation: str, destination: str, **more: str | int) -> Facts:
    """What is said of a broker message, by OpenTelemetry's names."""
    kind = "send" if operation == "publish" else "process"
    return {
        "messaging.system": _system,
        "messaging.operation.name": operation,
        "messaging.operation.type": kind,
        "messaging.destination.name": destination,
        **more,
    }


@asynccontextmanager
async def telling(url: str | None, *, service: str, key: bytes, ratio: float, system: str) -> AsyncIterator[None]:
    """Tell spans to a collector while entered, if there is an address; what is untold at the end goes in a moment."""
    if url is None:
        yield
        return
    try:
        from shared.tracing.otel import Collector
    except ImportError:
        log.warning("traces.not_installed", extra="tracing")
        yield
        return
    collector = Collector(url, service)
    open_door(collector, Subjects(key, round(ratio * RATIO_ALL)), system)
    try:
        yield
    finally:
        close_door()
        await collector.close()


def open_door(teller: Teller, subjects: Subjects, system: str) -> None:
    """From now on spans go there; for tests, and for `telling`."""
    global on, _teller, _subjects, _system
    _teller, _subjects, _system, on = teller, subjects, system, True


def close_door() -> None:
    """Nothing is told any more; what is in hand may end."""
    global on  # noqa: PLW0603
    on = False


__all__ = [
    "HEADER",
    "SHARED_MAX",
    "Context",
    "Facts",
    "Place",
    "Span",
    "Teller",
    "Work",
    "alone",
    "arrival",
    "beginning",
    "begun",
    "begun_at",
    "close_door",
    "messaging",
    "open_door",
    "place",
    "places",
    "read",
    "subject",
    "telling",
    "trace_id",
    "work",
]
