"""What happened: facts in the past tense, frozen. Any order and any repeats of them lead to the same chat state.

Times are milliseconds since 1970. `received_ms` is when ingest (or the sender) took the fact in; within one webhook
body `position` keeps the order in which Meta listed things.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from shared.contract.content import Content
from shared.contract.errors import GraphError
from shared.contract.ids import MessageId, NumberId, Wamid, WorkspaceId
from shared.contract.status import Status

Signature = Literal["verified", "unsigned", "unchecked"]


class Identity(BaseModel):
    """What one webhook or answer said of a contact: identifiers, any of which may be missing, and attributes."""

    model_config = ConfigDict(frozen=True)

    user_id: str | None = None  # BSUID, such as US.13491208655302741918
    parent_user_id: str | None = None
    wa_id: str | None = None  # phone digits; absent for people with usernames
    name: str | None = None
    username: str | None = None

    @property
    def identifiers(self) -> tuple[str, ...]:
        """What names this contact, most specific first."""
        return tuple(filter(None, (self.user_id, self.parent_user_id, self.wa_id)))


class Context(BaseModel):
    """What a message answers or forwards; the message it names may be unknown to us."""

    model_config = ConfigDict(frozen=True)

    message_id: str | None = None
    forwarded: bool | None = None
    frequently_forwarded: bool | None = None
    referred_product: dict[str, JsonValue] | None = None


class Event(BaseModel):
    """What every event carries."""

    model_config = ConfigDict(frozen=True)

    workspace_id: WorkspaceId
    number_id: NumberId
    received_ms: int
    position: int = 0
    signature: Signature = "verified"


class MessageReceived(Event):
    """A contact wrote; `history` came with a coexistence import, `standby` while another app owned the thread."""

    type: Literal["message.received"] = "message.received"
    wamid: Wamid
    contact: Identity
    sent_ms: int
    content: Content
    context: Context | None = None
    history: bool = False
    standby: bool = False
    raw: dict[str, JsonValue] | None = Field(default=None, description="fields of the message without a name here")


class MessageEchoed(Event):
    """The business wrote, but not through us: on the WhatsApp Business app, or through another app."""

    type: Literal["message.echoed"] = "message.echoed"
    wamid: Wamid
    contact: Identity
    sent_ms: int
    content: Content
    origin: Literal["phone_app", "api"] = "phone_app"
    context: Context | None = None
    status: Status | None = None  # history_context.status, where a history import tells it
    history: bool = False
    standby: bool = False
    raw: dict[str, JsonValue] | None = None


class StatusReported(Event):
    """WhatsApp says how far an outbound message has got; `message_id` is what we put in biz_opaque_callback_data."""

    type: Literal["status.reported"] = "status.reported"
    wamid: Wamid
    message_id: MessageId | None = None
    status: Status
    at_ms: int
    contact: Identity = Identity()
    error: GraphError | None = None
    raw: dict[str, JsonValue] | None = Field(default=None, description="pricing, conversation and the like")


class ReactionReceived(Event):
    """A reaction on `target` was set, or taken back when `emoji` is empty. `by_contact` False: by the business."""

    type: Literal["reaction.received"] = "reaction.received"
    wamid: Wamid
    target: Wamid
    contact: Identity
    by_contact: bool = True
    emoji: str = ""
    at_ms: int
    standby: bool = False


class MessageEdited(Event):
    """The author changed what `target` says."""

    type: Literal["message.edited"] = "message.edited"
    wamid: Wamid
    target: Wamid
    contact: Identity
    content: Content
    at_ms: int


class MessageRevoked(Event):
    """The author took `target` back."""

    type: Literal["message.revoked"] = "message.revoked"
    wamid: Wamid
    target: Wamid
    contact: Identity
    at_ms: int


class ContactIdentified(Event):
    """Identifiers of a contact were learned or changed; `previous` names the same person before."""

    type: Literal["contact.identified"] = "contact.identified"
    contact: Identity
    previous: Identity | None = None
    at_ms: int


class AccountReported(Event):
    """A webhook field about the account or the number rather than a conversation, kept as it came."""

    type: Literal["account.reported"] = "account.reported"
    field: str
    account_id: str | None = None
    value: JsonValue


class PartUnrecognised(Event):
    """One part of a webhook that could not be read: kept raw and counted, so that its neighbours need not suffer."""

    type: Literal["part.unrecognised"] = "part.unrecognised"
    field: str
    reason: str
    raw: JsonValue


class SendAccepted(Event):
    """Graph took the message: it has a wamid, and perhaps told us who the contact is."""

    type: Literal["send.accepted"] = "send.accepted"
    message_id: MessageId
    wamid: Wamid
    contact: Identity
    at_ms: int


class SendFailed(Event):
    """Graph surely refused the message for good, or we gave up before handing it over."""

    type: Literal["send.failed"] = "send.failed"
    message_id: MessageId
    error: GraphError
    at_ms: int


class SendUncertain(Event):
    """Nobody knows whether Graph took the message: its status webhook may tell, else a person decides."""

    type: Literal["send.uncertain"] = "send.uncertain"
    message_id: MessageId
    error: GraphError | None = None
    at_ms: int


class NumberRefused(Event):
    """Graph refused this number's token or account; sends wait until newer credentials arrive."""

    type: Literal["number.refused"] = "number.refused"
    credential_version: int
    error: GraphError
    at_ms: int


class NumberChanged(Event):
    """Settings of the number were written; readers take the present ones from the registry."""

    type: Literal["number.changed"] = "number.changed"


class ContactErased(Event):
    """A customer was erased: what is from `at_ms` or before is dropped, in whichever order it comes.

    `names` are keyed hashes of the contact's identifiers (all of one person), `references` of message ids and wamids,
    for what names no contact. A long conversation has more than one of these events, all of one `erasure_id`.
    """

    type: Literal["contact.erased"] = "contact.erased"
    erasure_id: str
    names: tuple[str, ...]
    references: tuple[str, ...] = ()
    at_ms: int


class NumberErased(Event):
    """A whole number was erased: what is from `at_ms` or before is dropped, in whichever order it comes.

    `references` are keyed hashes of message ids and wamids; a number of many messages has more than one of these
    events, and the last of them has the latest `at_ms`.
    """

    type: Literal["number.erased"] = "number.erased"
    references: tuple[str, ...] = ()
    at_ms: int


class EventsHeld(Event):
    """One webhook body's events for a number that was not connected, with what is needed to check it later.

    `body` is the exact raw body, zlib-compressed and base64-encoded; `header` is X-Hub-Signature-256 as received.
    """

    type: Literal["events.held"] = "events.held"
    body: str
    header: str | None = None
    events: list["AnyEvent"]


class EventsReleased(Event):
    """A held body waits no longer: its events are beside this one, or it was refused. It is in the archive alone."""

    type: Literal["events.released"] = "events.released"
    digest: str


AnyEvent = Annotated[
    MessageReceived
    | MessageEchoed
    | StatusReported
    | ReactionReceived
    | MessageEdited
    | MessageRevoked
    | ContactIdentified
    | AccountReported
    | PartUnrecognised
    | SendAccepted
    | SendFailed
    | SendUncertain
    | NumberRefused
    | NumberChanged
    | ContactErased
    | NumberErased
    | EventsHeld
    | EventsReleased,
    Field(discriminator="type"),
]
EventsHeld.model_rebuild()

_ADAPTER: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)


def encode(event: Event) -> bytes:
    """One event as one line of JSON."""
    return event.__pydantic_serializer__.to_json(event, exclude_none=True)  # `model_dump_json` makes a str of it first


def decode(line: bytes) -> AnyEvent:
    """The event of one line; ValidationError when it is none of ours."""
    return _ADAPTER.validate_json(line)
