"""What is promised of the words for how much of Meta's top tier was sustained."""

import pytest

from bench.result import Turn
from bench.stages.g16_tier import _sustained
from bench.tier import Step, Window

TURN = Turn(side="ours", per_s=1, counted=1, refused=0, took_s=1, cpu_us={}, cores={})


def _step(finished: list[int], backlog: int, share: float = 1.0) -> Step:
    windows = [Window(TURN, 1_300, done, 0, backlog, 0, 1) for done in finished]
    return Step(share, windows, [], [], 0, 0)


def test_what_waits_is_told_as_time_at_the_rate_that_was_asked() -> None:
    """Half of the rate takes twice as long."""
    assert 2.0 == _step([1_300], 2_600).waiting_s
    assert 4.0 == _step([1_300], 2_600, 0.5).waiting_s


@pytest.mark.parametrize(
    ("finished", "backlog", "sustained"),
    [([1_300, 1_290, 1_310], 1_300, True), ([1_300, 900, 900], 1_300, False), ([1_300], 13_000, False)],
)
def test_a_share_is_sustained_when_as_much_ends_as_begins_and_little_waits(
    finished: list[int], backlog: int, *, sustained: bool
) -> None:
    """One without the other could hide a backlog: one that grows, or one that was there before."""
    assert sustained == _sustained(_step(finished, backlog))
