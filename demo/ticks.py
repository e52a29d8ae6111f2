"""How far a message has got, as WhatsApp draws it. Pure."""

MARKS = {
    "queued": ("◷", "dim"),
    "unknown": ("?", "yellow"),
    "accepted": ("✓", "dim"),
    "sent": ("✓", "white"),
    "failed": ("✗", "bold red"),
    "delivered": ("✓✓", "white"),
    "read": ("✓✓", "bold bright_blue"),
    "played": ("✓✓", "bold bright_blue"),
}


def mark(status: str | None) -> str:
    """The sign alone."""
    return MARKS.get(status or "", ("", ""))[0]


def style(status: str | None) -> str:
    """Its colour, in rich's words."""
    return MARKS.get(status or "", ("", ""))[1]
