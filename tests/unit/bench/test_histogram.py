"""What a histogram of times promises: precision, and never a time shorter than it was."""

from hypothesis import given
from hypothesis import strategies as st

from bench.histogram import Histogram, bucket_of, highest_of

TIMES_US = st.integers(0, 4 * 3600 * 1_000_000)


@given(TIMES_US)
def test_a_time_is_known_to_one_part_in_a_thousand_and_never_told_shorter(us: int) -> None:
    """From a microsecond to hours."""
    told = highest_of(bucket_of(us))

    assert us <= told <= us + us / 1000


@given(TIMES_US)
def test_buckets_follow_one_another_without_a_gap(us: int) -> None:
    """A longer time is never in an earlier bucket, and each begins where the one before has ended."""
    assert bucket_of(highest_of(bucket_of(us)) + 1) == bucket_of(us) + 1


def test_quantiles_are_those_of_the_times_themselves() -> None:
    """Of a hundred times the fiftieth and the ninety-ninth; the last is the slowest."""
    histogram = Histogram.of(us * 1000 for us in range(1, 101))

    assert [50, 99, 100] == [round(histogram.quantile_ms(q)) for q in (0.5, 0.99, 1.0)]


def test_the_quantile_of_one_time_is_that_time() -> None:
    """However small the part that is asked for."""
    assert [7.0] * 2 == [round(Histogram.of([7000]).quantile_ms(q), 2) for q in (0.001, 1.0)]


@given(st.lists(TIMES_US, min_size=1), st.lists(TIMES_US))
def test_two_histograms_add_up_to_that_of_all_times(some: list[int], more: list[int]) -> None:
    """Rounds are put together without the times themselves."""
    assert Histogram.of([*some, *more]).as_json() == (Histogram.of(some) + Histogram.of(more)).as_json()


@given(st.lists(TIMES_US, min_size=1))
def test_what_is_kept_is_the_same_when_read_again(times_us: list[int]) -> None:
    """Also the curve, which ends with everything."""
    histogram = Histogram.of(times_us)
    again = Histogram.from_json(histogram.as_json())

    assert histogram.curve() == again.curve()
    assert 1.0 == again.curve()[-1][0]
    assert len(times_us) == again.count
