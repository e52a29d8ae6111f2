"""Chat state as a browser sees it (HTTP and feed alike); internal records never leave the api."""

from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, SerializerFunctionWrapHandler, model_serializer

from shared.contract.clock import Timestamp
from shared.contract.commands import Agent
from shared.contract.content import Content
from shared.contract.errors import GraphError
from shared.contract.events import Context
from shared.contract.ids import ContactId, MessageId, NumberId, Wamid
from shared.contract.status import Status

Direction = Literal["inbound", "outbound"]
Origin = Literal["customer", "agent", "phone_app", "api"]
NumberState = Literal["connected", "token_refused", "disconnected"]


class View(BaseModel):
    """A whole value, never a difference: what is absent is not there."""

    model_config = ConfigDict(frozen=True)

    def json_bytes(self) -> bytes:
        """As JSON, without what is absent."""
        return self.model_dump_json(exclude_none=True).encode()


class Complete(View):
    """A view of which some fields are always there, null where there is nothing."""

    always: ClassVar[tuple[str, ...]] = ()

    @model_serializer(mode="wrap")
    def _complete(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {**dict.fromkeys(self.always), **handler(self)}


class Secret(View):
    """That a secret is stored, and enough of it to recognise it: never the secret."""

    set: bool
    fingerprint: str | None = None


class Gaps(View):
    """Signs that something is missing here, of the last 7 days; each goes when what was missing comes.

    A message counts once it has been missing for a quarter of an hour; of each kind at most 1,000 are remembered.
    """

    unknown_statuses: int = Field(
        default=0, description="messages sent from here that WhatsApp tells of, not held here"
    )
    elsewhere_statuses: int = Field(default=0, description="messages that another app sent on this number")
    unseen_quotes: int = Field(default=0, description="messages that somebody answered and that never came here")
    unseen_targets: int = Field(
        default=0, description="messages with a reaction, edit or deletion that never came here"
    )
    latest_at: Timestamp | None = Field(default=None, description="when the latest of them was noticed")
    silent_since: Timestamp | None = Field(
        default=None, description="the last webhook of a number that has been silent for longer than it ever is"
    )


class Number(Complete):
    """A business number and how it is doing."""

    always = ("display_number", "verified_name", "last_webhook_at", "token_checked_at")

    id: NumberId
    display_number: str | None = None
    verified_name: str | None = None
    state: NumberState
    enabled: bool = True
    send_read_receipts: bool = False
    retention_days: int | None = None
    quality_rating: str | None = None
    last_webhook_at: Timestamp | None = None
    token_checked_at: Timestamp | None = None
    access_token: Secret = Secret(set=False)
    app_secret: Secret = Secret(set=False)
    verify_token: Secret = Secret(set=False)
    error: GraphError | None = Field(default=None, description="why the token was refused")
    unrecognised: int = Field(default=0, description="parts of webhooks kept raw because they could not be read")
    gaps: Gaps | None = Field(default=None, description="what is missing here; absent while nothing seems to be")


class Contact(View):
    """Who writes; any of it may be unknown."""

    name: str | None = None
    phone: str | None = Field(default=None, description="digits with a leading +")
    username: str | None = None


class Preview(View):
    """The last message, in one line."""

    direction: Direction
    text: str
    type: str
    status: Status | None = None
    message_id: MessageId


class Conversation(View):
    """One contact with one number."""

    number_id: NumberId
    contact_id: ContactId
    aliases: list[ContactId] = []
    contact: Contact
    last_activity_at: Timestamp
    preview: Preview | None = None
    unread: int
    marked_unread: bool = False
    window_expires_at: Timestamp | None = None
    last_inbound_at: Timestamp | None = None


class MessageReaction(View):
    """An emoji on a message; `by` is a contact id, or `business`."""

    by: str
    emoji: str
    at: Timestamp
    status: Status | None = None
    error: GraphError | None = None


class Message(View):
    """One thing said, either way."""

    id: MessageId
    number_id: NumberId
    contact_id: ContactId
    wamid: Wamid | None = None
    direction: Direction
    origin: Origin
    agent: Agent | None = None
    sent_at: Timestamp
    received_at: Timestamp
    position: int | None = Field(default=None, description="in its webhook's body; orders what is otherwise equal")
    content: Content
    context: Context | None = None
    status: Status | None = None
    status_at: dict[Status, Timestamp] | None = None
    error: GraphError | None = None
    placeholder: str | None = None
    reactions: list[MessageReaction] | None = None
    edited_at: Timestamp | None = None
    revoked_at: Timestamp | None = None
    history: bool | None = None
    standby: bool | None = None
    unsigned: bool | None = None
    raw: dict[str, JsonValue] | None = None


class Snapshot(Complete):
    """Chat state with the cursor it is good from; `next` is where the list of conversations goes on."""

    always = ("next",)

    cursor: str
    number: Number
    conversations: list[Conversation]
    next: str | None = None


class ConversationPage(Complete):
    """Conversations, newest activity first."""

    always = ("next",)

    conversations: list[Conversation]
    next: str | None = None


class MessagePage(Complete):
    """Messages of a conversation, newest first."""

    always = ("next",)

    messages: list[Message]
    next: str | None = None
