"""Times leave as RFC 3339 UTC with milliseconds."""

from hypothesis import given
from hypothesis import strategies as st

from shared.contract.chat import Contact, Conversation
from shared.contract.clock import rfc3339
from shared.contract.ids import ContactId, NumberId


def test_a_time_is_utc_with_exactly_three_digits_of_milliseconds() -> None:
    """A browser parses it as it is, whatever its own time zone."""
    assert "2026-11-22T15:08:55.007Z" == rfc3339(1_795_360_135_007)


@given(st.lists(st.integers(0, 4_102_444_800_000), min_size=2, max_size=2))
def test_times_sort_as_text_as_they_sort_as_numbers(times: list[int]) -> None:
    """Whoever sorts the strings gets the order of the moments."""
    assert sorted(times) == sorted(times, key=rfc3339)


def test_a_time_is_a_number_in_python_and_a_string_in_json() -> None:
    """Nobody inside does arithmetic on text."""
    conversation = Conversation(
        number_id=NumberId("1"), contact_id=ContactId("2"), contact=Contact(), last_activity_at=0, unread=0
    )

    assert 0 == conversation.model_dump()["last_activity_at"]
    assert b'"last_activity_at":"1970-01-01T00:00:00.000Z"' in conversation.json_bytes()
