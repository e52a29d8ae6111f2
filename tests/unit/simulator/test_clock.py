"""The clock that can be wound."""

import time

import pytest

from simulator.clock import Clock


def test_winding_moves_now_and_reset_puts_it_right() -> None:
    """A day forward is a day forward; reset is real time."""
    clock = Clock()
    clock.wind(86_400)

    assert 86_400 == pytest.approx(clock.now() - time.time(), abs=3_600)
    clock.reset()
    assert 0 == pytest.approx(clock.now() - time.time(), abs=3_600)


def test_time_never_goes_back() -> None:
    """What was dated cannot become the future."""
    with pytest.raises(ValueError, match="forward"):
        Clock().wind(-1)


def test_rate_limits_do_not_follow_the_winding() -> None:
    """Winding a day forward does not refill anyone's burst."""
    clock = Clock()
    before = clock.monotonic()
    clock.wind(86_400)

    assert clock.monotonic() - before < 3_600


def test_webhooks_are_dated_with_real_time_unless_they_are_to_follow() -> None:
    """What a product dates by its own clock stays in order with what the simulator says."""
    clock = Clock()
    clock.wind(86_400)
    now = clock.now()

    assert time.time() == pytest.approx(clock.dated(now, "real"), abs=3_600)
    assert int(now) == clock.dated(now, "wound")
