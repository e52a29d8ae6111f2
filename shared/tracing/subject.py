"""The trace that an event or a command belongs to, told from what it is about: nobody has to carry it along.

Everything about one message is one trace, and whoever knows the message's id knows where the trace begins: the status
that Meta reports an hour later too. The hash is keyed, because a wamid holds a phone. Pure.
"""

import hmac
from typing import NamedTuple

from shared.contract.commands import Command, SendMessage
from shared.contract.events import (
    Event,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
    MessageRevoked,
    ReactionReceived,
    SendAccepted,
    SendFailed,
    SendUncertain,
    StatusReported,
)
from shared.contract.ids import MessageId, NumberId, WorkspaceId
from shared.tracing.context import Context

RATIO_ALL = 1 << 64


class Place(NamedTuple):
    """The work that brought a fact, and what that work follows from, if it is known to be in the same trace."""

    context: Context
    parent: Context | None


class Subjects:
    """Finds places by a key of the installation; so many of `RATIO_ALL` traces are sampled, everywhere the same."""

    def __init__(self, key: bytes, sampled: int = RATIO_ALL) -> None:
        self._key = hmac.digest(key, b"cloud-inbox trace", "sha256")
        self._sampled = sampled

    def samples(self, trace_id: int) -> bool:
        """As OpenTelemetry's own sampler by trace id decides it."""
        return trace_id & (RATIO_ALL - 1) < self._sampled

    def beginning(self, workspace_id: WorkspaceId, number_id: NumberId, message_id: MessageId) -> Context:
        """Where the trace of a message begins that is sent here."""
        return self._found(workspace_id, number_id, message_id, 0)

    def arrival(self, workspace_id: WorkspaceId, number_id: NumberId, message: str, received_ms: int) -> Context:
        """The webhook that told of a message at this moment."""
        return self._found(workspace_id, number_id, message, received_ms)

    def place(self, fact: Event | Command) -> Place | None:
        """Of a fact; None for what is about no message."""
        ids = (fact.workspace_id, fact.number_id)
        match fact:
            case SendMessage() | SendAccepted() | SendFailed() | SendUncertain():
                return Place(self._found(*ids, fact.message_id, 0), None)
            case StatusReported(message_id=str() as sent):
                return Place(self._found(*ids, sent, fact.received_ms), self._found(*ids, sent, 0))
            case ReactionReceived() | MessageEdited() | MessageRevoked():
                return Place(self._found(*ids, fact.target, fact.received_ms), None)
            case MessageReceived() | MessageEchoed() | StatusReported():
                return Place(self._found(*ids, fact.wamid, fact.received_ms), None)
        return None

    def _found(self, workspace_id: WorkspaceId, number_id: NumberId, name: str, at_ms: int) -> Context:
        told = f"{workspace_id}:{number_id}:{name}".encode(errors="replace")
        digest = hmac.digest(self._key, told, "sha256")
        trace_id = int.from_bytes(digest[:16]) or 1
        span_id = (int.from_bytes(digest[16:24]) ^ at_ms) or 1
        return Context(trace_id, span_id, self.samples(trace_id))
