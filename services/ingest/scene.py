"""One value being told as events: what every event of it carries, and how a part that cannot be told is set aside."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from services.ingest.document import Fields, Json
from services.ingest.parts import Unreadable
from services.ingest.payload import Change, objects
from shared.contract.events import Event, PartUnrecognised, Signature
from shared.contract.ids import NumberId, WorkspaceId


@dataclass(slots=True)
class Body:
    """What all events of one webhook body share; `position` keeps the order in which Meta listed things."""

    workspace_id: WorkspaceId
    received_ms: int
    position: int = 0


@dataclass(slots=True)
class Scene:
    """The events of one change so far."""

    body: Body
    change: Change
    signature: Signature
    events: list[Event] = field(default_factory=list)
    display_number: str | None = None  # of the business, as Meta writes it

    @property
    def number_id(self) -> NumberId:
        """The number that the change is about."""
        return self.change.number_id

    @property
    def received_ms(self) -> int:
        """When the body was received."""
        return self.body.received_ms

    def tell(self, kind: type[Event], **facts: Any) -> None:
        """Add one event; ValidationError when the facts do not make one."""
        body = self.body
        facts["workspace_id"] = body.workspace_id
        facts["number_id"] = self.change.number_id
        facts["received_ms"] = body.received_ms
        facts["position"] = body.position
        facts["signature"] = self.signature
        event: Event = kind.__pydantic_validator__.validate_python(facts)
        body.position += 1
        self.events.append(event)

    def set_aside(self, reason: str, raw: Json) -> None:
        """Keep a part that cannot be read, for counting and for a person."""
        self.tell(PartUnrecognised, field=self.change.field, reason=reason, raw=raw)

    def each(self, listed: list[Json], name: str, tell: Callable[[Fields], None]) -> None:
        """Tell every part of a list by itself: all of it or none, and never its neighbours' loss."""
        parts, strays = objects(listed)
        if strays:
            self.set_aside(f"{name}: not an object", strays)
        for part in parts:
            told = len(self.events)
            try:
                tell(part)
            except Exception as error:
                del self.events[told:]
                self.set_aside(_reason(error), part)


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return _first(error)
    if isinstance(error, Unreadable):
        return str(error)
    # A mistake of ours must not make Meta send the whole body again for a week.
    return f"unexpected: {type(error).__name__}"


def _first(error: ValidationError) -> str:
    complaint = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(map(str, complaint['loc']))}: {complaint['msg']}"[:200]
