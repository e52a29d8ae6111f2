"""Meta's JSON, the inside: the shape of each part that a value lists (META: webhooks/reference/messages).

Every key but the required ones is optional, and unknown keys are kept. Where a detail has a wrong shape the part is
unreadable as a whole, except for what merely decorates a message: that goes to `raw`.
"""

import math
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from services.ingest.document import Fields, Json
from shared.contract.events import Context

AHEAD_S_MAX = 7 * 24 * 3600  # clocks are wrong by time zones or by days; what is further ahead has no time at all
_MILLISECONDS_FROM = 10**11  # as seconds this is the year 5138: such a timestamp counts milliseconds

_KINDS = (
    *("text", "image", "video", "audio", "voice", "document", "sticker", "location", "contacts", "reaction"),
    *("interactive", "button", "order", "system", "template", "unsupported", "edit", "revoke"),
)


class Unreadable(Exception):
    """A part without which nothing can be told; the text is the reason and quotes nothing of the part."""


def _seconds(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("no count of seconds")
    try:
        seconds = float(value)
    except OverflowError:
        seconds = math.inf
    if not math.isfinite(seconds):
        raise ValueError("no count of seconds")
    return seconds


Id = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
Instant = Annotated[float, BeforeValidator(_seconds)]


def at_ms(instant: float, received_ms: int) -> int:
    """When a part says it happened; an absurd time (none, or days ahead) is the time it was received."""
    told_ms = instant if instant >= _MILLISECONDS_FROM else instant * 1000  # perhaps infinite by now
    return int(told_ms) if 0 < told_ms <= received_ms + AHEAD_S_MAX * 1000 else received_ms


class Shape(BaseModel):
    """A piece of Meta's JSON, open to fields not yet known."""

    model_config = ConfigDict(frozen=True, extra="allow", coerce_numbers_to_str=True)

    @classmethod
    def read(cls, part: Json) -> Self:
        """The same as `model_validate`, which asks six more questions about how: of a busy number each one tells."""
        read: Self = cls.__pydantic_validator__.validate_python(part)
        return read

    @property
    def unknown(self) -> Fields:
        """The fields without a name here."""
        return self.__pydantic_extra__ or {}


class Profile(Shape):
    """How a contact calls itself."""

    name: str | None = None
    username: str | None = None


class Card(Shape):
    """One of a value's contacts; paired with messages and statuses by its identifiers, never by its place."""

    profile: Profile | None = None
    wa_id: str | None = None
    user_id: str | None = None
    parent_user_id: str | None = None


class Message(Shape):
    """A message in any of the lists: inbound, echoed, or of a history import."""

    id: Id
    timestamp: Instant
    type: str | None = None
    from_: str | None = Field(default=None, alias="from")
    from_user_id: str | None = None
    from_parent_user_id: str | None = None
    to: str | None = None
    to_user_id: str | None = None
    to_parent_user_id: str | None = None
    group_id: str | None = None
    context: Json = None
    history_context: Json = None

    @property
    def kind(self) -> str:
        """The type; an old shape leaves it out and has only the field named like it."""
        if self.type:
            return self.type
        return next((kind for kind in _KINDS if kind in self.unknown), "unknown")

    @property
    def history_status(self) -> str | None:
        """How far WhatsApp says an imported message had got."""
        status = self.history_context.get("status") if isinstance(self.history_context, dict) else None
        return status if isinstance(status, str) else None


class Edited(Shape):
    """What a message says now."""

    type: str | None = None
    context: Json = None


class Edit(Shape):
    """A change of what an earlier message says."""

    original_message_id: Id
    message: Edited


class Revoke(Shape):
    """An earlier message is taken back."""

    original_message_id: Id


class Reaction(Shape):
    """An emoji on an earlier message; absent or empty when it is taken back."""

    message_id: Id
    emoji: str | None = None


class System(Shape):
    """WhatsApp's notice that a contact's identity changed, in the shapes of several years."""

    type: str | None = None
    wa_id: str | None = None
    new_wa_id: str | None = None
    customer: str | None = None
    user_id: str | None = None
    parent_user_id: str | None = None
    previous_user_id: str | None = None
    previous_parent_user_id: str | None = None


class Sent(Shape):
    """An echo on standby: what another app handed to Graph, in the shape of a send request."""

    messaging_product: str | None = None
    recipient_type: str | None = None
    to: str | None = None
    recipient: str | None = None
    type: str = "text"
    context: Json = None


class StandbyEcho(Shape):
    """The envelope of such an echo."""

    id: Id
    timestamp: Instant
    message: Sent


class ErrorDetails(Shape):
    """Where newer payloads keep the details of an error."""

    details: str | None = None


class ErrorReport(Shape):
    """Meta's words about what went wrong (META 2.4); documented codes are numbers, some samples have strings."""

    code: int | str = "unknown"
    title: str | None = None
    message: str | None = None
    details: str | None = None
    error_data: ErrorDetails | None = None


class StatusReport(Shape):
    """How far a message of ours has got."""

    id: Id
    status: str
    timestamp: Instant
    type: str | None = None
    recipient_id: str | None = None
    recipient_user_id: str | None = None
    recipient_parent_user_id: str | None = None
    parent_recipient_user_id: str | None = None  # its name until May 2026
    recipient_type: str | None = None
    biz_opaque_callback_data: str | None = None
    errors: Json = None


class Turn(Shape):
    """An identifier before and after."""

    previous: str | None = None
    current: str | None = None


class IdentityUpdate(Shape):
    """An entry of user_id_update, the field that announced new identifiers before system messages did."""

    wa_id: str | None = None
    user_id: Turn | None = None
    parent_user_id: Turn | None = None
    timestamp: Instant


class SyncedContact(Shape):
    """A contact of the phone's address book."""

    full_name: str | None = None
    first_name: str | None = None
    phone_number: str | None = None
    user_id: str | None = None
    username: str | None = None


class SyncMetadata(Shape):
    """When the address book changed."""

    timestamp: Instant | None = None


class Sync(Shape):
    """One change of the phone's address book."""

    type: str | None = None
    action: str | None = None
    contact: SyncedContact = SyncedContact()
    metadata: SyncMetadata = SyncMetadata()


class Thread(Shape):
    """One conversation of a history import, named by the contact's identifier."""

    id: str | None = None
    context: Json = None
    messages: list[Json] = []


class Chunk(Shape):
    """A piece of a history import, or the reason why there is none."""

    threads: list[Json] | None = None


class Call(Shape):
    """A voice call, begun by the contact or by the business."""

    id: Id
    timestamp: Instant
    event: str | None = None
    direction: str | None = None
    from_: str | None = Field(default=None, alias="from")
    from_user_id: str | None = None
    from_parent_user_id: str | None = None


def context_of(told: Json) -> Context | None:
    """What a message answers or forwards; None when there is nothing to say or it cannot be read."""
    if not isinstance(told, dict):
        return None
    message_id = told.get("id", told.get("message_id"))
    forwarded, frequently = told.get("forwarded"), told.get("frequently_forwarded")
    product = told.get("referred_product")
    context = Context(
        message_id=message_id if isinstance(message_id, str) and message_id else None,
        forwarded=forwarded if isinstance(forwarded, bool) else None,
        frequently_forwarded=frequently if isinstance(frequently, bool) else None,
        referred_product=product if isinstance(product, dict) else None,
    )
    return None if context == _NO_CONTEXT else context


_NO_CONTEXT = Context()
