"""How long frames gather."""

import pytest

from services.push.cork import CORKED_S_MAX, Cork


def test_a_lone_change_does_not_wait() -> None:
    """Nor one that comes long after the last."""
    cork = Cork()
    assert 0 == cork.wait_s(100.0)
    cork.written(100.0, 100.001)
    assert 0 == cork.wait_s(101.0)


def test_what_comes_right_after_a_write_waits_as_long_as_that_took() -> None:
    """So at least half of the time is left for everything else; and nobody waits for longer than the bound."""
    cork = Cork()
    cork.written(100.0, 100.001)
    assert pytest.approx(0.0005) == cork.wait_s(100.0015)
    cork.written(200.0, 209.0)
    assert pytest.approx(CORKED_S_MAX) == cork.wait_s(209.0)
