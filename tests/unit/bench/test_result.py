"""What is promised of results that are kept."""

from pathlib import Path

import pytest

from bench.ratios import estimate
from bench.result import Bar, Figure, Result, Turn

TURN = Turn(
    side="ours",
    per_s=1.0,
    counted=1,
    refused=0,
    took_s=1,
    cpu_us={"ours": 2},
    cores={"foreign": 0},
    p50_ms=1,
    p99_ms=2,
)


@pytest.mark.parametrize(("value", "verdict"), [(3.5, "stretch"), (3.49, "must"), (2.0, "must"), (1.99, "missed")])
def test_a_ratio_is_judged_by_what_it_reaches(value: float, verdict: str) -> None:
    """The bar itself is reached."""
    assert verdict == Bar(must=2, stretch=3.5).verdict(value)


@pytest.mark.parametrize(("value", "verdict"), [(40, "stretch"), (41, "must"), (100, "must"), (101, "missed")])
def test_a_time_is_judged_by_what_it_stays_below(value: float, verdict: str) -> None:
    """Less is better."""
    assert verdict == Bar(must=100, stretch=40, at_most=True).verdict(value)


def test_a_figure_without_a_bar_is_not_judged() -> None:
    """It is there to be read."""
    assert "" == Figure.of("rate", "/s", estimate([1, 2, 3])).verdict


def test_what_is_kept_is_the_same_when_read_again(tmp_path: Path) -> None:
    """Every figure of a report can be traced to its rounds."""
    figure = Figure.of("ratio", "x", estimate([2, 3, 4]), Bar(must=2, stretch=3.5))
    result = Result(
        stage="g1", title="t", against="a", figures=[figure], rounds=[[TURN]], settings={"rounds": "1"}, ledger="clean"
    )
    result.keep(tmp_path)

    assert result == Result.kept("g1", tmp_path)
    assert Result.kept("g2", tmp_path) is None
