"""What is promised of the figures of a send."""

from bench.result import Turn
from bench.sending import told_of


def test_the_median_of_each_process_is_told_and_the_most_that_others_used() -> None:
    """What one odd turn shows is no figure."""
    turns = [
        Turn(
            side="bare",
            per_s=100,
            counted=1,
            refused=0,
            took_s=1,
            cpu_us={"bare": spent_us},
            cores={"foreign": foreign},
        )
        for spent_us, foreign in ((400, 0.1), (500, 0.9), (9_000, 0.2))
    ]
    assert "bare 500 us" in told_of(turns)
    assert "others used 0.90 cores" in told_of(turns)
