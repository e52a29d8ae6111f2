"""A browser's state: a snapshot, and changes that are assigned to it."""

from datetime import UTC, datetime
from typing import Any

from demo.state import State


def conversation(contact_id: str, at: str = "2026-01-01T10:00:00.000Z", **more: Any) -> dict[str, Any]:
    """A conversation as the API shows it."""
    return {"contact_id": contact_id, "last_activity_at": at, "unread": 0, **more}


def message(message_id: str, contact_id: str = "ada", at: str = "2026-01-01T10:00:00.000Z") -> dict[str, Any]:
    """A message as the API shows it."""
    return {"id": message_id, "contact_id": contact_id, "sent_at": at, "received_at": at}


def change(kind: str, value: dict[str, Any], cursor: str = "c2") -> dict[str, Any]:
    """A change as the feed brings it."""
    return {"cursor": cursor, "kind": kind, "value": value}


def begun(**more: Any) -> State:
    """A state that begins with one conversation."""
    state = State(**more)
    state.begin({"cursor": "c1", "number": {"state": "connected"}, "conversations": [conversation("ada")]})
    return state


def test_a_change_takes_the_place_of_what_was_held() -> None:
    """Of each kind; the cursor moves along."""
    state = begun()
    state.apply(change("message", message("m1")))
    state.apply(change("conversation", conversation("ada", unread=1)))
    state.apply(change("number", {"state": "token_refused"}, "c9"))

    assert message("m1") == state.message("ada", "m1")
    assert 1 == state.conversations["ada"]["unread"]
    assert "token_refused" == state.number["state"]
    assert "c9" == state.cursor


def test_what_is_removed_is_gone() -> None:
    """A message, a conversation, a number with all it held."""
    state = begun()
    state.apply(change("message", message("m1")))
    state.apply(change("removed", {"of": "message", "number_id": "1", "contact_id": "ada", "id": "m1"}))
    assert state.message("ada", "m1") is None

    state.apply(change("removed", {"of": "conversation", "number_id": "1", "contact_id": "ada"}))
    assert {} == state.conversations

    state.apply(change("conversation", conversation("ben")))
    state.apply(change("removed", {"of": "number", "number_id": "1"}))
    assert {} == state.conversations


def test_a_contact_with_a_new_id_keeps_what_was_said() -> None:
    """The messages held are relabelled, those that came under the new id stay."""
    state = begun()
    state.apply(change("message", message("m1")))
    state.apply(change("message", message("m2", "US.1")))
    state.apply(change("conversation", conversation("US.1", aliases=["ada"])))
    moved = {"of": "conversation", "number_id": "1", "contact_id": "ada", "replaced_by": "US.1"}
    state.apply(change("removed", moved))

    assert ["US.1"] == list(state.conversations)
    assert {"m1": "US.1", "m2": "US.1"} == {each["id"]: each["contact_id"] for each in state.thread("US.1")}


def test_the_list_is_newest_first_and_a_thread_oldest_first() -> None:
    """As every inbox shows them."""
    state = begun()
    state.apply(change("conversation", conversation("ben", "2026-01-01T11:00:00.000Z")))
    state.hold("ada", [message("late", at="2026-01-01T12:00:00.000Z"), message("early")])

    assert ["ben", "ada"] == [each["contact_id"] for each in state.latest()]
    assert ["early", "late"] == [each["id"] for each in state.thread("ada")]


def test_a_page_never_replaces_what_a_change_has_brought() -> None:
    """The page may be older."""
    state = begun()
    state.apply(change("message", message("m1") | {"status": "read"}))
    state.hold("ada", [message("m1") | {"status": "sent"}])

    held = state.message("ada", "m1")
    assert held is not None
    assert "read" == held["status"]


def test_only_the_newest_of_a_long_conversation_are_held() -> None:
    """The bound is per conversation."""
    state = begun(messages_max=2)
    for hour in (12, 10, 11):
        state.apply(change("message", message(f"at {hour}", at=f"2026-01-01T{hour}:00:00.000Z")))

    assert ["at 11", "at 12"] == [each["id"] for each in state.thread("ada")]


def test_what_came_since_a_moment_is_told_as_changes() -> None:
    """Oldest first."""
    state = begun()
    state.hold("ada", [message(f"at {hour}", at=f"2026-01-01T{hour}:00:00.000Z") for hour in (10, 12, 11)])

    recent = state.since(datetime(2026, 1, 1, 11, tzinfo=UTC))

    assert ["at 11", "at 12"] == [each["value"]["id"] for each in recent]
