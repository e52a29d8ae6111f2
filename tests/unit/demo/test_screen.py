"""The whole screen."""

import io

from rich.console import Console

from demo.screen import Screen
from demo.state import State


def test_it_shows_where_things_are_and_what_happens() -> None:
    """Header, chats, conversation and events on one page."""
    console = Console(width=100, height=30, file=io.StringIO(), record=True)
    state = State()
    state.begin({"cursor": "c", "number": {"verified_name": "Bakery"}, "conversations": []})
    screen = Screen(console, ["open http://127.0.0.1:8080"], state)
    screen.tell("← Ada: Hello")

    console.print(screen.drawn(None, False))
    text = console.export_text()

    assert "Bakery" in text
    assert "http://127.0.0.1:8080" in text
    assert "← Ada: Hello" in text
    assert 30 == len(text.splitlines())
