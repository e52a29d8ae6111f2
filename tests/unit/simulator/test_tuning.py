"""The dials."""

import pytest
from pydantic import ValidationError

from simulator.tuning import Tuning


def test_the_defaults_are_metas_documented_limits() -> None:
    """80 a second, one per six seconds and pair with a burst of 45, seven days of retries."""
    tuning = Tuning()

    assert (80, 6.0, 45) == (tuning.throughput_per_s, tuning.pair_interval_s, tuning.pair_burst)
    assert 7 * 86_400 == tuning.retry_for_s


def test_a_dial_cannot_be_turned_too_far() -> None:
    """A body never holds more than 1,000 updates."""
    tuning = Tuning()
    with pytest.raises(ValidationError, match="batch_max"):
        tuning.batch_max = 1_001


def test_there_is_no_dial_of_another_name() -> None:
    """A typing error is noticed."""
    with pytest.raises(ValidationError, match="sped"):
        Tuning.model_validate({"sped": 3})
