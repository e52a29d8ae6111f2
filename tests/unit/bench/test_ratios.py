"""What the figure of a comparison promises."""

from random import Random

import pytest

from bench.ratios import estimate, ratios


def test_a_ratio_is_of_one_round() -> None:
    """A round in which everything is slow is as good as any other."""
    assert [2.0, 2.0] == ratios([2000, 20], [1000, 10])


def test_rounds_that_agree_leave_no_doubt() -> None:
    """Then the interval is the value."""
    told = estimate([2.0] * 7)

    assert (2.0, 2.0, 2.0) == (told.median, told.low, told.high)


def test_one_round_gone_wrong_moves_the_median_little() -> None:
    """A pause of the machine must not decide."""
    assert 2.0 == estimate([2.0, 2.1, 1.9, 2.0, 2.05, 1.95, 40.0]).median


def test_the_interval_covers_what_is_true_about_as_often_as_it_says() -> None:
    """Of many experiments with a known truth; the bootstrap is a little too sure of few rounds."""
    luck = Random(7)
    told = [estimate([luck.gauss(2, 0.2) for _ in range(9)]) for _ in range(60)]

    assert 0.85 <= sum(each.low <= 2 <= each.high for each in told) / len(told)


def test_the_same_rounds_tell_the_same_interval() -> None:
    """A report can be made again."""
    assert estimate([1.0, 2.0, 3.0]) == estimate([1.0, 2.0, 3.0])


def test_without_rounds_there_is_no_figure() -> None:
    """Rather than a nought."""
    with pytest.raises(ValueError, match="no rounds"):
        estimate([])
