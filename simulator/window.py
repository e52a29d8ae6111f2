"""The 24 hours after a customer's last message in which free-form answers may be sent (messages/send-messages)."""

WINDOW_S = 24 * 3600.0
# Meta needs no window for these.
OUTSIDE = frozenset({"template"})


def is_open(last_inbound_at: float | None, now: float) -> bool:
    """Counted from the timestamp of the customer's message, not from its arrival."""
    return last_inbound_at is not None and now - last_inbound_at < WINDOW_S


def allows(content_type: str, last_inbound_at: float | None, now: float) -> bool:
    """Whether this type may be sent now."""
    return content_type in OUTSIDE or is_open(last_inbound_at, now)
