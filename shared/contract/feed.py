"""What is pushed: changes as whole new values, and the frames of the live socket."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.contract.chat import Conversation, Message, Number, View
from shared.contract.ids import NumberId

SUBPROTOCOL = "cloud-inbox.v1"
HEARTBEAT_S = 20

CURSOR_PATTERN = r"^[A-Za-z0-9._~-]{1,128}$"
CURSOR = re.compile(CURSOR_PATTERN)
Cursor = Annotated[str, StringConstraints(pattern=CURSOR_PATTERN)]


class Removed(View):
    """Something is gone; `replaced_by` is the contact id under which a conversation lives on."""

    of: Literal["message", "conversation", "number"]
    number_id: NumberId
    contact_id: str | None = None
    id: str | None = None
    replaced_by: str | None = None


class MessageChange(View):
    """The whole message as it is now."""

    cursor: Cursor
    kind: Literal["message"] = "message"
    value: Message


class ConversationChange(View):
    """The whole conversation as it is now."""

    cursor: Cursor
    kind: Literal["conversation"] = "conversation"
    value: Conversation


class NumberChange(View):
    """The whole number as it is now."""

    cursor: Cursor
    kind: Literal["number"] = "number"
    value: Number


class RemovedChange(View):
    """Something is gone."""

    cursor: Cursor
    kind: Literal["removed"] = "removed"
    value: Removed


Change = Annotated[
    MessageChange | ConversationChange | NumberChange | RemovedChange,
    Field(discriminator="kind"),
]


class Frame(BaseModel):
    """One text frame of the live socket."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Hello(Frame):
    """The first frame of a browser: who it is, and from where in each feed; null is from now on."""

    type: Literal["hello"]
    token: str = Field(min_length=1, max_length=512)
    numbers: dict[NumberId, Cursor | None] = {}


class Subscribe(Frame):
    """More numbers."""

    type: Literal["subscribe"]
    numbers: dict[NumberId, Cursor | None]


class Unsubscribe(Frame):
    """Fewer numbers."""

    type: Literal["unsubscribe"]
    numbers: list[NumberId]


class Pong(Frame):
    """Welcome, never required."""

    type: Literal["pong"]


class Welcome(Frame):
    """The token is good."""

    type: Literal["welcome"] = "welcome"
    heartbeat_s: int = HEARTBEAT_S


class Changes(Frame):
    """Changes of one number in feed order, and the cursor after them."""

    type: Literal["changes"] = "changes"
    number_id: NumberId
    cursor: Cursor
    changes: list[Change]


class Resync(Frame):
    """The cursor is too old or not of this feed: take a snapshot."""

    type: Literal["resync"] = "resync"
    number_id: NumberId


class Ping(Frame):
    """A heartbeat that a browser's script can see."""

    type: Literal["ping"] = "ping"


FromBrowser = Annotated[Hello | Subscribe | Unsubscribe | Pong, Field(discriminator="type")]
