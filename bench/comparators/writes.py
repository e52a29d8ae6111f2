"""The writes of one message into a chat state that can be listed, searched and followed: what any projector makes."""

import os
from typing import Any

from shared.contract.events import MessageReceived

PREFIX = os.environ.get("PREFIX", "")  # of the keys: fresh ones at each start


def messages(prefix: str) -> str:
    """The key of the hash that holds the rows."""
    return f"{prefix}:messages"


def of(fact: MessageReceived) -> list[tuple[Any, ...]]:
    """Row, order, unread, conversation, list, search, two changes, and the word that something has changed."""
    contact = fact.contact.user_id or fact.contact.wa_id or ""
    row = fact.model_dump_json(exclude_none=True)
    order = f"{fact.sent_ms:013d}.{fact.received_ms:013d}.{fact.wamid}"
    conversation = fact.contact.model_dump_json(exclude_none=True)
    return [
        ("HSET", messages(PREFIX), fact.wamid, row),
        ("ZADD", f"{PREFIX}:index:{contact}", 0, order),
        ("ZADD", f"{PREFIX}:inbound:{contact}", 0, order),
        ("HSET", f"{PREFIX}:threads", contact, conversation),
        ("ZADD", f"{PREFIX}:conversations", fact.sent_ms, contact),
        ("HSET", f"{PREFIX}:search", contact, f"{fact.contact.name} {fact.contact.wa_id}"),
        ("XADD", f"{PREFIX}:feed", "*", "c", row),
        ("XADD", f"{PREFIX}:feed", "*", "c", conversation),
        ("PUBLISH", f"{PREFIX}:feed", fact.wamid),
    ]
