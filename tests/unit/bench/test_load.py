"""What is promised of what a generator tells."""

from bench.histogram import Histogram
from bench.load import Load, Told


def test_a_rate_is_of_what_was_answered() -> None:
    """Refusals are quick, and count for nothing."""
    times = Histogram.of([1000] * 80).as_json()
    told = Told(count=100, took_s=2, refused=list(range(20)), codes={200: 80, 503: 20}, latency=times, lag={})

    assert 80 == told.answered
    assert 40 == told.per_s
    assert [1.0, 1.0] == [round(ms, 2) for ms in told.quantiles_ms(0.5, 0.99)]


def test_a_load_is_the_same_in_the_generators_process() -> None:
    """It travels as one line."""
    load = Load(port=1, path="/webhooks/k", first=7, count=9, connections=3, per_s=3_300)

    assert load == Load.model_validate_json(load.model_dump_json())
    assert "\n" not in load.model_dump_json()
