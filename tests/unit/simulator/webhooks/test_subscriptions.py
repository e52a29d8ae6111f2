"""Which apps an account sends to."""

import pytest

from simulator.webhooks.subscriptions import OTHERS_MAX, Subscriptions


def test_our_app_is_subscribed_until_it_is_taken_off() -> None:
    """Each account for itself."""
    subscriptions = Subscriptions()
    subscriptions.subscribe("1", False)

    assert (False, True) == (subscriptions.ours("1"), subscriptions.ours("2"))
    subscriptions.subscribe("1")
    assert subscriptions.ours("1")


def test_other_apps_are_bounded() -> None:
    """And replaced as a whole."""
    subscriptions = Subscriptions()
    subscriptions.let_others("1", ("A", "B"))
    subscriptions.let_others("1", ("C",))

    assert ("C",) == subscriptions.others("1")
    assert () == subscriptions.others("2")
    with pytest.raises(ValueError, match="no more than"):
        subscriptions.let_others("1", ("A",) * (OTHERS_MAX + 1))
