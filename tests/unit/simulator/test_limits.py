"""Meta's speed limits."""

from simulator.limits import Bucket


def test_a_pair_has_a_burst_of_45_and_then_one_every_six_seconds() -> None:
    """The 46th message at once is refused; six seconds later one fits."""
    pair = Bucket()

    assert [True] * 45 + [False] == [pair.take(0.0, 6.0, 45) for _ in range(46)]
    assert pair.take(6.0, 6.0, 45)
    assert not pair.take(6.0, 6.0, 45)


def test_a_refused_message_costs_nothing() -> None:
    """Trying in vain does not push the next slot away."""
    pair = Bucket()
    pair.take(0.0, 6.0, 1)
    for _ in range(10):
        assert not pair.take(1.0, 6.0, 1)

    assert pair.take(6.0, 6.0, 1)


def test_what_comes_in_counts_towards_what_may_go_out() -> None:
    """Inbound is never refused, but it takes its share of the throughput."""
    number = Bucket()
    for _ in range(80):
        number.count(0.0, 1 / 80)

    assert not number.take(0.0, 1 / 80, 80)
    assert number.take(0.1, 1 / 80, 80)


def test_idle_time_is_not_saved_up() -> None:
    """An hour of silence gives one burst, not many."""
    pair = Bucket()

    assert 45 == sum(pair.take(3600.0, 6.0, 45) for _ in range(100))
