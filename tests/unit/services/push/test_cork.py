"""How long frames gather."""

import pytest

from services.push.cork import AT_ONCE_S, CORKED_S_MAX, Cork


def test_a_lone_change_does_not_wait() -> None:
    """Nor one that comes long after the last."""
    cork = Cork()
    assert 0 == cork.wait_s(100.0)
    cork.written(100.0, 100.001)
    assert 0 == cork.wait_s(101.0)


def test_what_came_during_a_write_waits_as_long_as_that_took() -> None:
    """More will come, and leave with it; and nobody waits for longer than the bound."""
    cork = Cork()
    cork.written(100.0, 100.001)
    assert pytest.approx(0.0009) == cork.wait_s(100.0011)
    cork.written(200.0, 209.0)
    assert pytest.approx(CORKED_S_MAX) == cork.wait_s(209.0)


def test_a_change_that_follows_the_last_in_step_does_not_wait() -> None:
    """It was made after everybody had heard that: holding it would only make both late."""
    cork = Cork()
    cork.written(200.0, 200.005)
    assert 0 == cork.wait_s(200.005 + 1.01 * AT_ONCE_S)
    assert 0 < cork.wait_s(200.005 + 0.99 * AT_ONCE_S)
