"""Chat state in words."""

from datetime import UTC, datetime

from demo import wording

NOW = datetime(2026, 1, 2, 10, 0, 0, tzinfo=UTC)


def test_a_contact_is_called_by_the_best_name_there_is() -> None:
    """Name, username, phone, id."""
    assert "Ada" == wording.name({"contact": {"name": "Ada", "phone": "+1"}}, "x")
    assert "@ada" == wording.name({"contact": {"username": "ada", "phone": "+1"}}, "x")
    assert "+1" == wording.name({"contact": {"phone": "+1"}}, "x")
    assert "x" == wording.name(None, "x")


def test_a_message_is_one_line() -> None:
    """Line breaks become blanks, what is too long is cut off, what is no text has a placeholder."""
    assert "a b" == wording.words({"content": {"type": "text", "text": {"body": "a\n b"}}})
    assert "abc…" == wording.words({"content": {"type": "text", "text": {"body": "abcdefgh"}}}, 4)
    assert "[image]" == wording.words({"content": {"type": "image"}, "placeholder": "[image]"})


def test_a_time_of_another_day_shows_the_day() -> None:
    """Of today it is the time."""
    assert ":" in wording.clock("2026-01-02T10:00:00.000Z", NOW)
    assert "20 Dec" == wording.clock("2025-12-20T12:00:00.000Z", NOW)


def test_the_reply_window_counts_down_and_closes() -> None:
    """A customer who has never written has no window."""
    assert "reply window 23:59:30" == wording.window({"window_expires_at": "2026-01-03T09:59:30.000Z"}, NOW)
    assert "closed" in wording.window({"window_expires_at": "2026-01-02T09:59:30.000Z"}, NOW)
    assert "closed" in wording.window({}, NOW)
    assert wording.left_s({}, NOW) is None
