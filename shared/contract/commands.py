"""What somebody asks for: imperative, may be refused or fail. A command is also a fact: "an agent asked for this"."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from shared.contract.content import Content
from shared.contract.ids import AgentId, ContactId, MessageId, NumberId, Wamid, WorkspaceId

# The header of a command that is published again because its message was asked for again: the first may be under way.
REPEATED = "repeated"
# The header of one whose first asking is known from the archive alone, after Redis was lost: what became of it is not.
RECALLED = "recalled"


class Agent(BaseModel):
    """Who answered: the session's id and the name it gave."""

    model_config = ConfigDict(frozen=True)

    id: AgentId
    name: str | None = None


class Address(BaseModel):
    """Where Graph sends to: a phone with `+`, else a BSUID (META 4.1: `to` wins over `recipient`)."""

    model_config = ConfigDict(frozen=True)

    to: str | None = None
    recipient: str | None = None


class Command(BaseModel):
    """What every command carries; `at_ms` is when it was asked."""

    model_config = ConfigDict(frozen=True)

    workspace_id: WorkspaceId
    number_id: NumberId
    at_ms: int


class SendMessage(Command):
    """Send this content once; `message_id` is the browser's and travels in biz_opaque_callback_data.

    The api resolves wamids and the address, so that the sender needs no chat state: `context_wamid` for a reply,
    `target_wamid` for a reaction (`target_message_id` is the same message under our own id).
    """

    type: Literal["message.send"] = "message.send"
    message_id: MessageId
    contact_id: ContactId
    lane: str = Field(description="names the conversation for ordering; stable while identities change")
    address: Address
    content: Content
    context_message_id: MessageId | None = None
    context_wamid: Wamid | None = None
    target_message_id: MessageId | None = None
    target_wamid: Wamid | None = None
    agent: Agent | None = None


class MarkRead(Command):
    """The agents have read up to a message; `up_to` is its arrival key, `wamid` what Meta is told when asked to."""

    type: Literal["conversation.read"] = "conversation.read"
    contact_id: ContactId
    up_to: str = Field(description="arrival key of the message: see shared.contract.order")
    wamid: Wamid | None = None
    tell_meta: bool = False


class MarkUnread(Command):
    """An agent wants the conversation to stand out again."""

    type: Literal["conversation.unread"] = "conversation.unread"
    contact_id: ContactId


class CredentialsChanged(Command):
    """The number has new credentials: what was parked for the old ones may go now."""

    type: Literal["number.credentials_changed"] = "number.credentials_changed"
    credential_version: int


AnyCommand = Annotated[SendMessage | MarkRead | MarkUnread | CredentialsChanged, Field(discriminator="type")]

_ADAPTER: TypeAdapter[AnyCommand] = TypeAdapter(AnyCommand)


def encode(command: Command) -> bytes:
    """One command as one line of JSON."""
    return command.model_dump_json(exclude_none=True).encode()


def decode(line: bytes) -> AnyCommand:
    """The command of one line; ValidationError when it is none of ours."""
    return _ADAPTER.validate_json(line)
