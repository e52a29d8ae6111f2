"""A seed decides what happens when."""

from collections import Counter
from itertools import combinations

from tests.chaos.fault import Fault, every_fault
from tests.chaos.plan import DEALT_S, ROUND, SHARES_MIN, dealt, planned, shares

FAULTS = list(every_fault().values())


def hands(first: int) -> list[list[str]]:
    """What each run of a round has."""
    return [[step.fault.name for step in dealt(seed, FAULTS)] for seed in range(first, first + ROUND)]


def test_the_same_seed_is_the_same_plan_and_another_is_another() -> None:
    """Order, moments and luck."""
    for plan in (planned, dealt):
        assert plan(7, FAULTS) == plan(7, FAULTS)
        assert plan(7, FAULTS) != plan(8, FAULTS)


def test_every_fault_comes_as_often_as_the_table_says() -> None:
    """Or as often as was asked for."""
    names = [step.fault.name for step in planned(7, FAULTS)]
    assert {fault.name: fault.times for fault in FAULTS} == {name: names.count(name) for name in names}
    assert sorted(each.name for each in FAULTS) == sorted(step.fault.name for step in planned(7, FAULTS, times=1))


def test_a_round_of_seeds_has_every_fault_seven_times_at_least_and_those_that_kill_most_of_all() -> None:
    """In every round, whichever seed it begins with."""
    for first in (0, 20, 300):
        times = Counter(name for hand in hands(first) for name in hand)
        assert {fault.name: shares(fault) for fault in FAULTS} == times
        assert SHARES_MIN <= min(times.values())
        most = [name for name, count in times.items() if count == max(times.values())]
        assert {f"kill -9: {each}" for each in ("ingest", "api", "projector", "push", "sender")} <= set(most)


def test_no_run_of_a_round_is_longer_than_another_or_has_a_fault_twice() -> None:
    """Less than half of the table, as even as it can be dealt out."""
    lengths = [len(hand) for hand in hands(40)]
    assert max(lengths) - min(lengths) <= 1
    assert all(len(hand) == len(set(hand)) for hand in hands(40))


def test_company_and_order_vary_within_a_round_and_between_rounds() -> None:
    """Two faults that always came together, or one that always came last, would hide what they do otherwise."""
    pairs = Counter(pair for first in (0, 20, 40) for hand in hands(first) for pair in combinations(sorted(hand), 2))
    assert len(FAULTS) * (len(FAULTS) - 1) / 2 * 0.9 < len(pairs)
    early = {name for hand in hands(0) for name in hand[: len(hand) // 2]}
    late = {name for hand in hands(0) for name in hand[len(hand) // 2 :]}
    assert early == late == {fault.name for fault in FAULTS}
    assert hands(0) != hands(20)


def test_a_fault_of_a_dealt_run_lasts_as_long_as_the_seed_says() -> None:
    """Now less than the deadlines of whoever waits for it, now more."""
    spans = [step.span_s for seed in range(ROUND) for step in dealt(seed, FAULTS)]
    assert DEALT_S[0] <= min(spans) < 4.5
    assert 7.5 < max(spans) <= DEALT_S[1]


def test_a_fault_that_is_wanted_more_often_than_there_are_runs_is_in_each() -> None:
    """And no more than once."""

    async def cause(_: object) -> None:
        """Nothing."""

    often = Fault("often", cause, times=50)
    assert all("often" in [step.fault.name for step in dealt(seed, [often, *FAULTS])] for seed in range(ROUND))
