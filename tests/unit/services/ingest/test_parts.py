"""Times and contexts are read as leniently as Meta writes them."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.ingest.parts import AHEAD_S_MAX, Message, at_ms, context_of
from shared.contract.events import Context

RECEIVED_MS = 1_785_000_000_000


def told(timestamp: Any) -> int:
    """When a message with this timestamp was sent."""
    message = Message.model_validate({"id": "wamid.1", "timestamp": timestamp, "type": "text"})
    return at_ms(message.timestamp, RECEIVED_MS)


@pytest.mark.parametrize(
    ("timestamp", "expected_ms"),
    [
        ("1784999999", 1_784_999_999_000),
        (1784999999, 1_784_999_999_000),
        (1784999999.5, 1_784_999_999_500),
        ("1784999999123", 1_784_999_999_123),
        (1784999999123, 1_784_999_999_123),
        (" 1784999999 ", 1_784_999_999_000),
        ("1504902988", 1_504_902_988_000),
        (1, 1_000),
    ],
)
def test_a_time_is_read_from_text_or_number_in_seconds_or_milliseconds(timestamp: Any, expected_ms: int) -> None:
    """Meta documents strings of seconds; the others have been seen."""
    assert expected_ms == told(timestamp)


@pytest.mark.parametrize(
    "timestamp", [0, -5, "0", 1785000000 + AHEAD_S_MAX + 1, "99999999999999999999", 10**30, -1.8e305]
)
def test_an_absurd_time_is_the_time_of_receiving(timestamp: Any) -> None:
    """A message from the year 5000 would stand above all others for ever."""
    assert RECEIVED_MS == told(timestamp)


def test_a_clock_that_is_a_little_ahead_is_believed() -> None:
    """Up to a week: order within a conversation is Meta's."""
    assert RECEIVED_MS + AHEAD_S_MAX * 1000 == told(1785000000 + AHEAD_S_MAX)


@pytest.mark.parametrize("timestamp", [None, "", "yesterday", True, [], {}, "nan", "inf", 10**400])
def test_what_is_no_time_is_unreadable(timestamp: Any) -> None:
    """A message without a time has no place in a conversation."""
    with pytest.raises(ValidationError):
        told(timestamp)


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (None, None),
        ("wamid.1", None),
        ({}, None),
        ({"from": "1"}, None),
        ({"id": ""}, None),
        ({"id": 5, "forwarded": "yes"}, None),
        ({"from": "1", "id": "wamid.1"}, Context(message_id="wamid.1")),
        ({"message_id": "wamid.1"}, Context(message_id="wamid.1")),
        ({"forwarded": True}, Context(forwarded=True)),
        (
            {"id": "wamid.1", "referred_product": {"catalog_id": "2"}},
            Context(message_id="wamid.1", referred_product={"catalog_id": "2"}),
        ),
    ],
)
def test_a_context_says_what_is_answered_or_forwarded(context: Any, expected: Context | None) -> None:
    """A context of a wrong shape costs the quotation, not the message."""
    assert expected == context_of(context)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ({"type": "image"}, "image"),
        ({"location": {}}, "location"),
        ({"type": "", "text": {}}, "text"),
        ({"something": {}}, "unknown"),
    ],
)
def test_a_missing_type_is_what_the_message_holds(message: dict[str, Any], kind: str) -> None:
    """An old shape of locations names no type."""
    assert kind == Message.model_validate({"id": "wamid.1", "timestamp": 1, **message}).kind
