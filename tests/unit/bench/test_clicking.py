"""What is promised of the figures of a click."""

from bench.clicking import told_of
from bench.result import Turn


def test_the_median_of_each_process_is_told_and_the_most_that_others_used() -> None:
    """What one odd turn shows is no figure."""
    turns = [
        Turn(
            side="ours",
            per_s=100,
            counted=1,
            refused=0,
            took_s=1,
            cpu_us={"ours": spent_us},
            cores={"foreign": foreign},
            p50_ms=1,
            p99_ms=2,
        )
        for spent_us, foreign in ((400, 0.1), (500, 0.9), (9_000, 0.2))
    ]
    assert "ours 500 us" in told_of(turns)
    assert "others used 0.90 cores" in told_of(turns)
