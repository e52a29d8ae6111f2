"""Names of things: opaque strings that the type checker keeps apart."""

from typing import NewType

WorkspaceId = NewType("WorkspaceId", str)
NumberId = NewType("NumberId", str)  # Meta's phone_number_id
ContactId = NewType("ContactId", str)  # the newest BSUID when one is known, else the wa_id; derived, never a key
MessageId = NewType("MessageId", str)  # the browser's UUID for what is sent here, the wamid otherwise
Wamid = NewType("Wamid", str)
ThreadId = NewType("ThreadId", str)  # internal; every identifier of the contact is an alias of it
AgentId = NewType("AgentId", str)  # the id of the session that acted

NUMBER_ID_PATTERN = r"^[0-9A-Za-z_-]{1,64}$"


def tag(workspace_id: WorkspaceId, number_id: NumberId) -> str:
    """The hash tag that every key of a number in a workspace carries, so that they share one cluster slot."""
    return f"{{{workspace_id}:{number_id}}}"
