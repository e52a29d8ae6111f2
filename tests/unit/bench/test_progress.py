"""What is promised of the lines that are shown while stages run."""

import pytest

from bench.progress import Progress, told
from bench.ratios import estimate
from bench.result import Bar, Figure, Result
from bench.stage import Bench, Stage


async def _never(stage: Stage, bench: Bench) -> Result:
    raise NotImplementedError


STAGES = [Stage(f"never-kept-{name}", "title", "against", _never) for name in "abc"]


def test_each_line_tells_how_long_it_has_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """And which stage says so."""
    at_s = iter([10.0, 135.0])
    progress = Progress(STAGES, lambda: next(at_s))
    progress.sayer(STAGES[0])("round 1")

    assert "02:05 never-kept-a: round 1\n" == capsys.readouterr().out


def test_what_is_left_shrinks_as_stages_end() -> None:
    """Two minutes for each that was never measured."""
    progress = Progress(STAGES)

    assert 6 == progress.left_min
    progress.ended(STAGES[1])
    assert 4 == progress.left_min


def test_a_figure_is_told_with_its_bar_and_its_verdict() -> None:
    """What has no bar is told alone."""
    figure = Figure.of("ratio", "x", estimate([2, 3, 4]), Bar(must=2, stretch=3.5))

    assert told(figure).endswith("; must >= 2, stretch 3.5: must")
    assert told(figure.model_copy(update={"bar": None})).endswith(" x [2.00, 4.00]")
