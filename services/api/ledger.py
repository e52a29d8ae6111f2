"""Which message ids have been asked for, and with what: the same id twice is the same message, or a mistake."""

import hashlib
from collections.abc import Collection
from typing import cast

from pydantic import BaseModel, ConfigDict, TypeAdapter

from shared.contract.commands import Agent, SendMessage
from shared.contract.content import OutboundContent
from shared.contract.ids import MessageId, NumberId, WorkspaceId, tag
from shared.redis import Redis

# A day longer than a send may wait for anything, and than Meta repeats a webhook.
KEPT_S = 8 * 24 * 3600

_OUTBOUND: TypeAdapter[OutboundContent] = TypeAdapter(OutboundContent)


class Entry(BaseModel):
    """The first request with an id. Whoever repeats it gets this time and this agent, so that nothing changes."""

    model_config = ConfigDict(frozen=True)

    said: str  # a hash of content and context: the words themselves are not kept here
    lane: str = ""  # laid beside the rest where it is found out in the same step
    contact_id: str  # any of the contact's names
    at_ms: int
    agent: Agent | None = None
    recalled: bool = False  # known from the archive alone: what became of it is not

    def is_to(self, lane: str, names: Collection[str]) -> bool:
        """Whether it went to this contact: the same by lane or by name, as either may change when identities do."""
        return self.lane == lane or self.contact_id in names

    def same_request(self, words: str, lane: str, names: Collection[str]) -> bool:
        """Whether the same message is asked for; `words` are their hash."""
        return self.said == words and self.is_to(lane, names)


def said(content: BaseModel, context_message_id: str | None) -> str:
    """The hash of what is to be sent."""
    text = f"{content.model_dump_json(exclude_none=True)}\n{context_message_id or ''}"
    return hashlib.sha256(text.encode()).hexdigest()


class Ledger:
    """The one thing that the api process writes into a number's tag beside its settings."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def first(self, workspace_id: WorkspaceId, number_id: NumberId, message_id: MessageId, entry: Entry) -> Entry:
        """The first entry under this id: the given one, or what stood there before."""
        key = request_key(workspace_id, number_id, message_id)
        stored = cast("bytes | None", await self._redis.set(key, entry.model_dump_json(), nx=True, ex=KEPT_S, get=True))
        return Entry.model_validate_json(stored) if stored is not None else entry

    async def recall(self, command: SendMessage) -> None:
        """A message that was asked for before this store began; what is known already stays."""
        entry = Entry(
            said=said(
                _OUTBOUND.validate_python(command.content.model_dump(exclude_none=True)), command.context_message_id
            ),
            lane=command.lane,
            contact_id=command.contact_id,
            at_ms=command.at_ms,
            agent=command.agent,
            recalled=True,
        )
        await self.first(command.workspace_id, command.number_id, command.message_id, entry)

    async def entry(self, workspace_id: WorkspaceId, number_id: NumberId, message_id: MessageId) -> Entry | None:
        """What was asked under this id, also while the projector has not come to it yet."""
        stored = cast("bytes | None", await self._redis.get(request_key(workspace_id, number_id, message_id)))
        return Entry.model_validate_json(stored) if stored is not None else None


def request_key(workspace_id: WorkspaceId, number_id: NumberId, message_id: MessageId) -> str:
    """Where the first request with an id is kept."""
    return f"{tag(workspace_id, number_id)}:request:{message_id}"
