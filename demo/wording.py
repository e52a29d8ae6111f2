"""Chat state in words: names, one line of a message, times, and how long the reply window stays open. Pure."""

from datetime import UTC, datetime

from demo.state import Value

LINE_LENGTH_MAX = 70


def name(conversation: Value | None, contact_id: str) -> str:
    """What the chat list calls a contact."""
    contact = (conversation or {}).get("contact", {})
    handle = contact.get("username")
    return contact.get("name") or (f"@{handle}" if handle else None) or contact.get("phone") or contact_id


def words(message: Value, length_max: int = LINE_LENGTH_MAX) -> str:
    """What a message says, in one line."""
    content = message["content"]
    body = content.get("text", {}).get("body") if content["type"] == "text" else None
    if body is None:
        body = message.get("placeholder") or f"[{content['type']}]"
    line = " ".join(str(body).split())
    return line if len(line) <= length_max else f"{line[: length_max - 1]}…"


def clock(at: str, now: datetime) -> str:
    """The time of day on this machine; the day, when it is not today."""
    then = datetime.fromisoformat(at).astimezone()
    return then.strftime("%H:%M" if then.date() == now.astimezone().date() else "%d %b")


def left_s(conversation: Value, now: datetime) -> int | None:
    """Seconds in which free text may still be sent; none when the customer has never written."""
    expires_at = conversation.get("window_expires_at")
    if expires_at is None:
        return None
    return max(0, int((datetime.fromisoformat(expires_at) - now).total_seconds()))


def window(conversation: Value, now: datetime) -> str:
    """The countdown of the reply window."""
    seconds = left_s(conversation, now)
    if not seconds:
        return "reply window closed: WhatsApp takes templates only"
    return f"reply window {seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def now() -> datetime:
    """For whoever draws; everything else is told the time."""
    return datetime.now(UTC)
