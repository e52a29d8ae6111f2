"""What the schedule of a paced load promises."""

from itertools import pairwise

import pytest

from bench.arrivals import due_s


def test_they_come_at_the_rate_that_was_asked_for() -> None:
    """On average, over a while."""
    times_s = list(due_s(33_000, 3_300, 1))

    assert pytest.approx(10, rel=0.03) == times_s[-1]


def test_they_come_as_strangers_do() -> None:
    """The gaps' spread is as large as their mean: neither a metronome nor a crowd."""
    times_s = list(due_s(20_000, 1, 2))
    gaps_s = [later - earlier for earlier, later in pairwise(times_s)]
    mean_s = sum(gaps_s) / len(gaps_s)
    spread_s = (sum((gap_s - mean_s) ** 2 for gap_s in gaps_s) / len(gaps_s)) ** 0.5

    assert min(gaps_s) >= 0
    assert pytest.approx(mean_s, rel=0.05) == spread_s


def test_a_seed_is_a_schedule() -> None:
    """Another seed is another one."""
    assert list(due_s(9, 5, 3)) == list(due_s(9, 5, 3))
    assert list(due_s(9, 5, 3)) != list(due_s(9, 5, 4))
