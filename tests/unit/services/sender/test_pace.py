"""The arithmetic of pacing: no second ever holds more than Meta allows, and nobody is forgotten."""

import heapq
import math
from bisect import bisect_left

from hypothesis import given, settings
from hypothesis import strategies as st

from services.sender.pace import Rates
from tests.unit.services.sender.pace_model import PaceModel

rates = st.sampled_from([2.0, 20.0, 80.0, 1000.0])
arrivals = st.lists(st.integers(min_value=0, max_value=3000), min_size=1, max_size=150)
# How much later than told a send comes back: a timer, the broker, a stop of the sender.
latenesses = st.lists(st.sampled_from([0, 0, 1, 5, 9, 40, 450, 5000]), min_size=1, max_size=40)
holds = st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 3000)), max_size=3)


def alone(per_s: float) -> Rates:
    """Without a limit for pairs."""
    return Rates(per_s, pair_step_s=0.0, pair_burst=1000)


def went(model: PaceModel, arrived: list[int], late: list[int], held: list[tuple[int, int]]) -> list[float]:
    """When each send went, given when it arrived, how late it comes back each time, and the holds."""
    agenda: list[tuple[float, int, str]] = [(at, n, f"s{n}") for n, at in enumerate(arrived)]
    agenda += [(at, -1 - n, f"hold {for_ms}") for n, (at, for_ms) in enumerate(held)]
    heapq.heapify(agenda)
    times: list[float] = []
    looks = 0
    while agenda:
        now, n, what = heapq.heappop(agenda)
        if n < 0:
            model.hold(int(what.split()[1]), now)
            continue
        by, wait_ms = model.slot(what, f"p{n}", now)
        if by == "go":
            times.append(now + wait_ms)
            continue
        looks += 1
        assert looks < 200 * len(arrived), "somebody comes back for ever"
        heapq.heappush(agenda, (now + wait_ms + late[looks % len(late)], n, what))
    return times


def most_in_a_second(times: list[float]) -> int:
    """The largest number of sends in any second, wherever it begins."""
    times = sorted(times)
    return max(bisect_left(times, at + 1000) - n for n, at in enumerate(times))


@settings(max_examples=300)
@given(rates, arrivals, latenesses, holds)
def test_no_second_holds_more_than_the_rate(
    per_s: float, arrived: list[int], late: list[int], held: list[tuple[int, int]]
) -> None:
    """However many come at once, however late they come back, and whenever the number is held."""
    times = went(PaceModel(alone(per_s)), arrived, late, held)
    assert len(arrived) == len(times)
    assert most_in_a_second(times) <= per_s


@given(st.integers(min_value=100, max_value=400))
def test_a_backlog_leaves_at_nearly_the_whole_rate(count: int) -> None:
    """Punctual sends use at least 98 % of what Meta allows."""
    times = went(PaceModel(alone(80.0)), [0] * count, [0], [])
    assert (count - 1) / (max(times) / 1000) >= 0.98 * 80


def test_a_late_one_goes_first_and_costs_the_others_nothing() -> None:
    """Who missed its slot goes at once while the second has room for it, and nobody else loses their place."""
    model = PaceModel(alone(10.0))
    step = model.rates.step_ms
    told = [model.slot(f"s{n}", f"p{n}", 0.0) for n in range(5)]
    assert [("go", 0), *(("number", math.ceil(n * step)) for n in range(1, 5))] == told
    assert ("go", 0) == model.slot("s1", "p1", 3 * step - 20)
    assert ("go", 0) == model.slot("s2", "p2", 3 * step - 20)
    assert ("go", 0) == model.slot("s3", "p3", 3 * step)


def test_a_late_one_that_finds_the_second_full_waits_for_room() -> None:
    """It goes as soon as the first of those that filled it is a second ago."""
    model = PaceModel(alone(2.0))
    for n in range(5):
        model.slot(f"s{n}", f"p{n}", 0.0)
    assert [("go", 0), ("go", 0)] == [model.slot(f"s{n}", f"p{n}", 2500.0) for n in (1, 2)]
    by, wait_ms = model.slot("s3", "p3", 2500.0)
    assert ("number", math.ceil(model.rates.window_ms)) == (by, wait_ms)
    assert ("go", 0) == model.slot("s3", "p3", 2500.0 + wait_ms)


def test_a_stop_of_a_moment_costs_no_more_than_it_took() -> None:
    """What a sender could not do for a twentieth of a second is done at once then: the rate is kept."""
    late = [0] * 39 + [50]
    times = went(PaceModel(alone(80.0)), [0] * 800, late, [])
    assert (800 - 1) / (max(times) / 1000) >= 0.98 * 80


def test_a_number_whose_senders_are_always_late_still_sends_at_its_rate() -> None:
    """Lateness costs its own length once, not a place in the line for ever."""
    times = went(PaceModel(alone(80.0)), [0] * 400, [450], [])
    assert max(times) <= 400 / (0.97 * 80) * 1000 + 2000


def test_one_customer_gets_a_burst_and_then_one_in_six_seconds() -> None:
    """Meta's pair limit: 45 at once, the next after 6 s; another customer notices nothing."""
    model = PaceModel(Rates(1000.0))
    now = 0.0
    for n in range(45):
        by, wait_ms = model.slot(f"s{n}", "ada", now)
        assert "go" == by
        now += wait_ms
    by, wait_ms = model.slot("s45", "ada", now)
    assert ("pair", True) == (by, 5900 <= wait_ms <= 6000)
    assert "go" == model.slot("other", "bob", now)[0]


def test_overlapping_holds_do_not_add_up() -> None:
    """Eighty refusals in one breath hold the number once."""
    model = PaceModel(alone(80.0))
    for n in range(80):
        model.hold(5000, float(n))
    assert ("number", 5000) == model.slot("s", "p", 79.0)
