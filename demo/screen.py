"""The living inbox in a terminal, drawn from the state a few times a second."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.layout import Layout
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

from demo import panels, wording
from demo.state import State

DRAWN_EVERY_S = 0.25
EVENTS_KEPT_MAX = 100
EVENT_ROWS = 9
HEADER_ROWS = 5
BORDER_ROWS = 2


class Screen:
    """A header, the chat list beside the open conversation, and the events."""

    def __init__(self, console: Console, header: Sequence[str], state: State) -> None:
        self._console = console
        self._header = header
        self._state = state
        self._events: deque[str] = deque(maxlen=EVENTS_KEPT_MAX)

    def tell(self, line: str) -> None:
        """One more event."""
        self._events.append(f"{wording.now().astimezone():%H:%M:%S}  {line}")

    async def run(self, opened: Callable[[], tuple[str | None, bool]]) -> None:
        """Draw until cancelled; the terminal is then as it was before."""
        with Live(console=self._console, screen=True, auto_refresh=False) as live:
            while True:
                live.update(self.drawn(*opened()), refresh=True)
                await asyncio.sleep(DRAWN_EVERY_S)

    def drawn(self, opened: str | None, typing: bool) -> Layout:
        """One picture."""
        rows = self._console.height - HEADER_ROWS - EVENT_ROWS - BORDER_ROWS
        now = wording.now()
        number = self._state.number
        title = f"Cloud Inbox demo · {number.get('verified_name', '')} {number.get('display_number', '')}"
        whole, middle = Layout(), Layout(name="middle")
        middle.split_row(
            Layout(panels.chat_list(self._state, opened, now, rows), ratio=2),
            Layout(panels.conversation(self._state, opened, typing, now, rows), ratio=3),
        )
        header = Text("\n".join(self._header), no_wrap=True, overflow="ellipsis")
        whole.split_column(
            Layout(Panel(header, title=title, subtitle="Ctrl-C ends", border_style="green"), size=HEADER_ROWS),
            middle,
            Layout(panels.events(list(self._events), EVENT_ROWS - BORDER_ROWS), size=EVENT_ROWS),
        )
        return whole
