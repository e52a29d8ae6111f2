"""The 24 hours."""

from simulator import window


def test_the_window_is_open_for_exactly_24_hours() -> None:
    """From the customer's timestamp; closed at the last second."""
    assert window.is_open(0.0, 24 * 3600 - 0.001)
    assert not window.is_open(0.0, 24 * 3600)
    assert not window.is_open(None, 0.0)


def test_templates_need_no_window() -> None:
    """They are how a conversation is reopened."""
    assert window.allows("template", None, 0.0)
    assert not window.allows("text", None, 0.0)
