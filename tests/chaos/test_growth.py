"""The soak tells a leak from everything else that memory does."""

from collections.abc import Callable
from random import Random

import pytest

from tests.chaos.growth import READINGS_MIN, Reading, growth_mib

SPAN_S = 600
LEAK_MIB_PER_S = 0.02  # 250 bytes for each of 80 messages a second


def held(mib: Callable[[int], float]) -> list[Reading]:
    """One reading a second of a process that has 80 MiB and this."""
    chance = Random("noise")
    return [Reading(at_s, 80 + mib(at_s) + chance.uniform(0, 3)) for at_s in range(SPAN_S)]


@pytest.mark.parametrize(
    "harmless",
    [
        lambda at_s: 0.0,
        lambda at_s: min(at_s, 200) * 0.2,  # caches that fill
        lambda at_s: at_s % 60 * 0.1,  # garbage that is collected once a minute
        lambda at_s: 50.0 if at_s % 10 == 9 else 0.0,  # bursts
        lambda at_s: 0.0 if at_s < 450 else -5.0,  # something was given back
    ],
    ids=("nothing", "warm-up", "saw", "bursts", "less"),
)
def test_what_comes_and_goes_is_no_growth(harmless: Callable[[int], float]) -> None:
    """Nor is what a process takes while it warms up."""
    assert growth_mib(held(harmless)) < 2


@pytest.mark.parametrize("saw_mib", [0.0, 0.1])
def test_a_small_leak_is_growth(saw_mib: float) -> None:
    """Also under garbage that comes and goes, and most of what leaked after the warm-up is counted."""
    found = growth_mib(held(lambda at_s: LEAK_MIB_PER_S * at_s + at_s % 60 * saw_mib))
    assert found > LEAK_MIB_PER_S * SPAN_S * 0.4


def test_a_step_in_the_middle_is_growth() -> None:
    """What is taken once and never given back may be taken again."""
    assert growth_mib(held(lambda at_s: 20.0 if at_s > 400 else 0.0)) > 18


def test_too_few_readings_tell_nothing() -> None:
    """And are not taken for a proof."""
    with pytest.raises(AssertionError):
        growth_mib([Reading(float(at_s), 80) for at_s in range(READINGS_MIN - 1)])
