"""The events that the sender publishes, made from commands and verdicts. Pure."""

from services.sender.verdict import Verdict
from shared.contract import events
from shared.contract.commands import SendMessage
from shared.contract.errors import GraphError
from shared.contract.events import NumberRefused, SendAccepted, SendFailed, SendUncertain
from shared.contract.ids import NumberId, Wamid, WorkspaceId


def accepted(command: SendMessage, verdict: Verdict, wamid: Wamid, now_ms: int) -> bytes:
    """Graph took it, and may have told us who the contact is."""
    return events.encode(
        SendAccepted(
            workspace_id=command.workspace_id,
            number_id=command.number_id,
            received_ms=now_ms,
            at_ms=now_ms,
            message_id=command.message_id,
            wamid=wamid,
            contact=verdict.contact,
        )
    )


def failed(command: SendMessage, error: GraphError, now_ms: int) -> bytes:
    """It will never be sent."""
    return events.encode(
        SendFailed(
            workspace_id=command.workspace_id,
            number_id=command.number_id,
            received_ms=now_ms,
            at_ms=now_ms,
            message_id=command.message_id,
            error=error,
        )
    )


def uncertain(command: SendMessage, error: GraphError | None, now_ms: int) -> bytes:
    """It may have been sent."""
    return events.encode(
        SendUncertain(
            workspace_id=command.workspace_id,
            number_id=command.number_id,
            received_ms=now_ms,
            at_ms=now_ms,
            message_id=command.message_id,
            error=error,
        )
    )


def refused(workspace_id: WorkspaceId, number_id: NumberId, version: int, error: GraphError, now_ms: int) -> bytes:
    """Every send of the number waits."""
    return events.encode(
        NumberRefused(
            workspace_id=workspace_id,
            number_id=number_id,
            received_ms=now_ms,
            at_ms=now_ms,
            credential_version=version,
            error=error,
        )
    )
