"""Webhook bodies told as events, for the tests of this folder."""

from typing import Any, TypeVar

from services.ingest import payload
from services.ingest.scene import Body
from services.ingest.translate import translate
from shared.contract import events
from shared.contract.events import Event, PartUnrecognised
from shared.contract.ids import WorkspaceId
from tests.payloads import bodies

RECEIVED_MS = 1_785_000_100_000

E = TypeVar("E", bound=Event)


def tell(document: dict[str, Any]) -> list[Event]:
    """The events of a document, each proved to survive the way through the broker."""
    body = Body(WorkspaceId("w"), RECEIVED_MS)
    told = [event for change in payload.changes(document) for event in translate(change, "verified", body)]
    # Compared as they are written: a null in a field that we do not know is the same as none.
    assert [events.encode(event) for event in told] == [
        events.encode(events.decode(events.encode(event))) for event in told
    ]
    assert sorted(event.position for event in told) == [event.position for event in told]
    return told


def of_value(field: str = "messages", **lists: Any) -> list[Event]:
    """The events of one value of the usual number."""
    return tell(bodies.envelope(bodies.change(bodies.value(**lists), field)))


def only(kind: type[E], told: list[Event]) -> E:
    """The one event there is, which is of this kind."""
    assert [kind.__name__] == [type(event).__name__ for event in told], told
    (event,) = told
    assert isinstance(event, kind)
    return event


def wamids(told: list[Event]) -> list[str]:
    """The wamids of the events that have one, in order."""
    return [event.wamid for event in told if hasattr(event, "wamid")]


def reasons(told: list[Event]) -> list[str]:
    """Why parts could not be read."""
    return [event.reason for event in told if isinstance(event, PartUnrecognised)]
