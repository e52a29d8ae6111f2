"""What a watcher is told of changes."""

from collections import Counter
from typing import Any

from demo.happenings import happenings, summary
from demo.state import State


def message(**more: Any) -> dict[str, Any]:
    """A message of a customer."""
    return {
        "id": "m1",
        "contact_id": "ada",
        "direction": "inbound",
        "origin": "customer",
        "sent_at": "2026-01-01T10:00:00.000Z",
        "received_at": "2026-01-01T10:00:00.000Z",
        "content": {"type": "text", "text": {"body": "Hello"}},
        **more,
    }


def answer(**more: Any) -> dict[str, Any]:
    """A message of an agent."""
    return message(direction="outbound", origin="agent", agent={"id": "s", "name": "Ben"}, **more)


def change(value: dict[str, Any], kind: str = "message") -> dict[str, Any]:
    """As the feed brings it."""
    return {"cursor": "c", "kind": kind, "value": value}


def held(*messages: dict[str, Any]) -> State:
    """A state that holds these."""
    state = State()
    state.begin({"cursor": "c", "number": {"state": "connected"}, "conversations": []})
    state.hold("ada", list(messages))
    return state


def told(state: State, *changes: dict[str, Any]) -> list[str]:
    """The lines."""
    return [each.text for each in happenings(state, changes)]


def test_a_message_is_told_with_the_name_that_comes_in_the_same_frame() -> None:
    """The conversation of somebody new follows its first message."""
    conversation = {"contact_id": "ada", "contact": {"name": "Ada L."}}

    assert ["← Ada L.: Hello"] == told(held(), change(message()), change(conversation, "conversation"))


def test_each_step_of_a_status_is_told_once() -> None:
    """Queued is the answer itself; a value that comes again is no news."""
    assert ["→ Ben to ada: Hello"] == told(held(), change(answer(status="queued")))
    sent, read = answer(status="sent"), answer(status="read")
    assert ["✓ sent · ada: Hello", "✓✓ read · ada: Hello"] == told(
        held(answer(status="queued")), change(sent), change(sent), change(read)
    )


def test_a_failure_is_told_with_its_reason() -> None:
    """In our words, which a newcomer understands."""
    failed = answer(status="failed", error={"explanation": "Too late."})

    assert ["✗ failed · ada: Hello (Too late.)"] == told(held(answer(status="queued")), change(failed))


def test_reactions_edits_and_revokes_are_told() -> None:
    """By whom, and about what."""
    reaction = {"by": "ada", "emoji": "👍"}
    ours = {"by": "business", "emoji": "🙏"}
    edited = message(edited_at="2026-01-01T10:01:00.000Z")
    revoked = message(revoked_at="2026-01-01T10:01:00.000Z")

    assert ["👍 ada reacted to “Hello”"] == told(held(message()), change(message(reactions=[reaction])))
    assert ["🙏 we reacted to “Hello”"] == told(
        held(message(reactions=[reaction])), change(message(reactions=[reaction, ours]))
    )
    assert ["✎ ada changed it to: Hello"] == told(held(message()), change(edited))
    assert ["⌫ ada took a message back"] == told(held(message()), change(revoked))


def test_a_number_is_told_when_its_state_changes() -> None:
    """And not when something else about it does."""
    assert ["the number is now token_refused"] == told(held(), change({"state": "token_refused"}, "number"))
    assert [] == told(held(), change({"state": "connected"}, "number"))


def test_the_summary_counts() -> None:
    """What went in and out, and how far it got."""
    line = summary(Counter({"in": 3, "out": 2, "delivered": 1}), 20.2)

    assert line.startswith("3 messages came in, 2 answers went out, 1 delivered, 0 read")
    assert line.endswith("in 20 s")
