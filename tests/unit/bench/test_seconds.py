"""What is promised of the sums over times."""

from bench.seconds import busiest, per_s


def test_the_busiest_second_may_begin_anywhere() -> None:
    """Not only where a clock says so."""
    assert 3 == busiest([900_000, 1_100_000, 1_899_999, 2_500_000])


def test_a_second_ends_before_the_next_begins() -> None:
    """What comes a whole second later belongs to the next."""
    assert 1 == busiest([0, 1_000_000, 2_000_000])
    assert 0 == busiest([])


def test_a_rate_is_from_the_first_to_the_last() -> None:
    """Of both ends only one counts, as with posts of a fence."""
    assert 10.0 == per_s([100_000 * n for n in range(11)])
