"""Which message ids have been asked for, and with what: the same id twice is the same message, or a mistake."""

import hashlib
from typing import cast

from pydantic import BaseModel, ConfigDict

from shared.contract.commands import Agent
from shared.contract.ids import MessageId, NumberId, WorkspaceId, tag
from shared.redis import Redis

# A day longer than a send may wait for anything, and than Meta repeats a webhook.
KEPT_S = 8 * 24 * 3600


class Entry(BaseModel):
    """The first request with an id. Whoever repeats it gets this time and this agent, so that nothing changes."""

    model_config = ConfigDict(frozen=True)

    said: str  # a hash of content and context: the words themselves are not kept here
    lane: str
    contact_id: str
    at_ms: int
    agent: Agent

    def same_request(self, other: "Entry") -> bool:
        """Whether both ask for the same message; a contact is the same by its name or by its lane, as ids change."""
        return self.said == other.said and (self.lane == other.lane or self.contact_id == other.contact_id)


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
        key = f"{tag(workspace_id, number_id)}:request:{message_id}"
        stored = cast("bytes | None", await self._redis.set(key, entry.model_dump_json(), nx=True, ex=KEPT_S, get=True))
        return Entry.model_validate_json(stored) if stored is not None else entry
