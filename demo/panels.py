"""The parts of the screen: chat list, open conversation, events. Pure: a state and a time become what rich draws."""

from collections.abc import Sequence
from datetime import datetime

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from demo import ticks, wording
from demo.state import State, Value

BORDER = "grey39"


def chat_list(state: State, opened: str | None, now: datetime, rows_max: int) -> Panel:
    """Name, time, preview with its ticks, unread."""
    table = Table(box=None, show_header=False, expand=True, padding=(0, 1))
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    table.add_column(width=6, justify="right", no_wrap=True)
    for conversation in state.latest()[: max(1, rows_max // 2)]:
        table.add_row(*_row(conversation, conversation["contact_id"] == opened, now))
    return Panel(table, title="chats", border_style=BORDER, box=box.ROUNDED)


def _row(conversation: Value, is_open: bool, now: datetime) -> tuple[RenderableType, RenderableType]:
    unread = conversation["unread"]
    name = Text(wording.name(conversation, conversation["contact_id"]), style="bold" if unread else "")
    if is_open:
        name.stylize("reverse")
    line = Text(style="dim")
    if preview := conversation.get("preview"):
        status = preview.get("status")
        if preview["direction"] == "outbound":
            line.append(f"{ticks.mark(status)} ", ticks.style(status))
        line.append(" ".join(preview["text"].split()))
    badge = Text(f" {unread} ", style="bold black on green") if unread else Text("")
    at = Text(wording.clock(conversation["last_activity_at"], now), style="green" if unread else "dim")
    # Each of the two lines may be cut off, but neither may wrap into the other.
    for text in (name, line):
        text.no_wrap, text.overflow = True, "ellipsis"
    return Group(name, line), Group(at, badge)


def conversation(state: State, opened: str | None, typing: bool, now: datetime, rows_max: int) -> Panel:
    """The newest messages with their ticks, and the countdown of the reply window."""
    shown = state.conversations.get(opened or "")
    if shown is None:
        return Panel(Text("waiting for somebody to write…", style="dim"), border_style=BORDER, box=box.ROUNDED)
    lines = [_bubble(message, now) for message in state.thread(shown["contact_id"])[-max(1, rows_max) :]]
    if typing:
        lines.append(Text("typing…", style="italic dim", justify="right"))
    contact = shown.get("contact", {})
    title = Text(wording.name(shown, shown["contact_id"]), style="bold")
    title.append(f"  {contact.get('phone') or ''}", "dim")
    is_open = wording.left_s(shown, now)
    subtitle = Text(wording.window(shown, now), style="green" if is_open else "red")
    return Panel(
        Group(*lines[-max(1, rows_max) :]), title=title, subtitle=subtitle, border_style=BORDER, box=box.ROUNDED
    )


def _bubble(message: Value, now: datetime) -> Text:
    outbound = message["direction"] == "outbound"
    status = message.get("status")
    line = Text(justify="right" if outbound else "left", no_wrap=True, overflow="ellipsis")
    if message.get("context", {}).get("message_id"):
        line.append("↩ ", "dim")
    line.append(wording.words(message, 200), "bright_green" if outbound else "")
    for reaction in message.get("reactions") or []:
        line.append(f" {reaction['emoji']}")
    line.append(f"  {wording.clock(message['sent_at'], now)}", "dim")
    if outbound:
        line.append(f" {ticks.mark(status)}", ticks.style(status))
    return line


def events(lines: Sequence[str], rows_max: int) -> Panel:
    """What has happened, newest last."""
    shown = [Text(line, no_wrap=True, overflow="ellipsis") for line in lines[-max(1, rows_max) :]]
    return Panel(Group(*shown), title="as it happens", border_style=BORDER, box=box.ROUNDED)
