"""The parts of the screen."""

import io
from datetime import UTC, datetime
from typing import Any

from rich.console import Console, RenderableType

from demo import panels
from demo.state import State

NOW = datetime(2026, 1, 1, 10, 30, tzinfo=UTC)


def drawn(what: RenderableType) -> str:
    """As text, without colours."""
    console = Console(width=60, record=True, file=io.StringIO())
    console.print(what)
    return console.export_text()


def state(**more: Any) -> State:
    """One conversation with a question and an answer."""
    found = State()
    conversation = {
        "contact_id": "ada",
        "contact": {"name": "Ada", "phone": "+441"},
        "last_activity_at": "2026-01-01T10:00:00.000Z",
        "unread": 2,
        "preview": {"direction": "outbound", "text": "Yes, we do", "status": "read"},
        "window_expires_at": "2026-01-02T10:00:00.000Z",
        **more,
    }
    found.begin({"cursor": "c", "number": {}, "conversations": [conversation]})
    said = {"contact_id": "ada", "sent_at": "2026-01-01T10:00:00.000Z", "received_at": "2026-01-01T10:00:00.000Z"}
    question = {"id": "1", "direction": "inbound", "content": {"type": "text", "text": {"body": "Open today?"}}}
    answer = {"id": "2", "direction": "outbound", "content": {"type": "text", "text": {"body": "Yes, we do"}}}
    reactions = {"reactions": [{"by": "business", "emoji": "❤"}]}
    found.hold("ada", [said | question | reactions, said | answer | {"status": "read", "context": {"message_id": "1"}}])
    return found


def test_the_chat_list_shows_who_and_what_and_how_much_is_unread() -> None:
    """The preview of an answer carries its ticks."""
    text = drawn(panels.chat_list(state(), "ada", NOW, 10))

    assert "Ada" in text
    assert "✓✓ Yes, we do" in text
    assert " 2 " in text


def test_the_open_conversation_shows_ticks_reactions_replies_and_the_window() -> None:
    """And that the agent is typing."""
    text = drawn(panels.conversation(state(), "ada", True, NOW, 10))

    assert "Open today? ❤" in text
    assert "↩ Yes, we do" in text
    assert "✓✓" in text
    assert "typing" in text
    assert "reply window 23:30:00" in text


def test_without_an_open_conversation_it_says_so() -> None:
    """Nobody has written yet."""
    assert "waiting" in drawn(panels.conversation(State(), None, False, NOW, 10))


def test_of_the_events_the_newest_fit() -> None:
    """The others have scrolled away."""
    text = drawn(panels.events(["first", "second", "third"], 2))

    assert "first" not in text
    assert text.index("second") < text.index("third")
