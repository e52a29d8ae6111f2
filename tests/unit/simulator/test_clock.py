"""The clock that can be wound."""

import time

import pytest

from simulator.clock import Clock


def test_winding_moves_now_and_reset_puts_it_right() -> None:
    """A day forward is a day forward; reset is real time."""
    clock = Clock()
    clock.wind(86_400)

    assert 86_400 == pytest.approx(clock.now() - time.time(), abs=1)
    clock.reset()
    assert 0 == pytest.approx(clock.now() - time.time(), abs=1)


def test_time_never_goes_back() -> None:
    """What was dated cannot become the future."""
    with pytest.raises(ValueError, match="forward"):
        Clock().wind(-1)


def test_rate_limits_do_not_follow_the_winding() -> None:
    """Winding a day forward does not refill anyone's burst."""
    clock = Clock()
    before = clock.monotonic()
    clock.wind(86_400)

    assert clock.monotonic() - before < 1
