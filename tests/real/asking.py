"""What an agent's browser asks of a conversation: paths and bodies."""

import uuid
from typing import Any

from tests.real.inbox import Caller, Inbox

WA_ID = "15550001111"


def conversation(api: Inbox, wa_id: str = WA_ID) -> str:
    """The path of a conversation."""
    return f"/v1/numbers/{api.simulator.settings.phone_number_id}/conversations/{wa_id}"


def text(body: str, **more: Any) -> dict[str, Any]:
    """A text to send, with an id of its own."""
    return {"id": str(uuid.uuid4()), "content": {"type": "text", "text": {"body": body}}, **more}


def reaction(message_id: str, emoji: str = "👍") -> dict[str, Any]:
    """A reaction to send."""
    content = {"type": "reaction", "reaction": {"message_id": message_id, "emoji": emoji}}
    return {"id": str(uuid.uuid4()), "content": content}


async def known(api: Inbox, agent: Caller, message_id: str) -> bool:
    """Whether the conversation shows the message."""
    page = (await agent.ask("GET", conversation(api) + "/messages")).json
    return any(each["id"] == message_id for each in page["messages"])


async def unread_is(api: Inbox, agent: Caller, count: int) -> bool:
    """Whether the conversation shows so many unread messages."""
    return bool(count == (await agent.ask("GET", conversation(api))).json["unread"])
