"""The two orders of messages, as strings that sort: how a conversation reads, and how messages arrived."""


def sort_key(sent_ms: int, received_ms: int, position: int, message_id: str) -> str:
    """Where a message stands in its conversation: (sent_at, received_at, position in the body, id)."""
    return f"{sent_ms:012x}{received_ms:012x}{position:05x}{message_id}"


def received_of(arrival: str) -> int:
    """When the message of an arrival key was received; 0 for none."""
    return int(arrival[:12], 16) if arrival else 0


def arrival_key(received_ms: int, position: int, message_id: str) -> str:
    """When a message arrived, for unread: what arrived after the read marker counts."""
    return f"{received_ms:012x}{position:05x}{message_id}"
