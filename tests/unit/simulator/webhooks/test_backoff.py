"""When a webhook is sent again."""

from simulator.tuning import Tuning
from simulator.webhooks import backoff

TUNING = Tuning(retry_delay_s=1, retry_factor=2, retry_delay_s_max=60, retry_for_s=1_000)


def test_pauses_double_up_to_the_greatest() -> None:
    """1, 2, 4 ... 60, 60."""
    assert [1, 2, 4, 8, 16, 32, 60, 60] == [backoff.pause_s(n, TUNING, luck=0.5) for n in range(1, 9)]
    assert 60 == backoff.pause_s(10_000, TUNING, luck=0.5)


def test_luck_spreads_a_pause_by_a_tenth() -> None:
    """So that bodies refused together do not come back together."""
    assert (0.9, 1.1) == (backoff.pause_s(1, TUNING, 0.0), backoff.pause_s(1, TUNING, 1.0))


def test_giving_up_comes_at_the_set_age() -> None:
    """Seven days at Meta."""
    assert not backoff.gives_up(999, TUNING)
    assert backoff.gives_up(1_000, TUNING)
