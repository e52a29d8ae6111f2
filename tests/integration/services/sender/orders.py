"""Commands for tests of one book at a time, in a workspace that nobody else uses."""

import secrets
from typing import Any

from shared.contract.commands import SendMessage


def workspace() -> dict[str, str]:
    """A workspace and a number of one's own."""
    return {"workspace_id": f"w{secrets.token_hex(6)}", "number_id": str(secrets.randbelow(10**15))}


def order(ids: dict[str, str], name: str, **given: Any) -> SendMessage:
    """A command to send a text, called `name`."""
    fields = {
        **ids,
        "at_ms": 1_000,
        "message_id": name,
        "contact_id": "c",
        "lane": "ada",
        "address": {"to": "+4915112345678"},
        "content": {"type": "text", "text": {"body": name}},
        **given,
    }
    return SendMessage.model_validate(fields)
