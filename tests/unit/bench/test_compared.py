"""Rounds of two sides as figures."""

from bench.compared import compared
from bench.result import Bar, Turn


def turn(side: str, per_s: float, spent_us: float) -> Turn:
    """One side in one round."""
    return Turn(side=side, per_s=per_s, counted=1, refused=0, took_s=1, cpu_us={side: spent_us, "redis": 1}, cores={})


def test_sides_are_compared_round_by_round() -> None:
    """What slowed one round down slowed both sides of it, so the ratio is of rounds and not of medians."""
    rounds = [
        [turn("ours", 20, 1), turn("theirs", 10, 4)],
        [turn("ours", 4, 2), turn("theirs", 1, 5)],
        [turn("ours", 60, 3), turn("theirs", 20, 6)],
    ]
    figures, per_round = compared(rounds, "facts", Bar(must=2, stretch=5))

    assert [2, 4, 3] == per_round
    assert [
        ("facts per second, ours to theirs", 3),
        ("ours: facts per second", 20),
        ("theirs: facts per second", 10),
        ("ours: processor time of a fact", 2),
        ("theirs: processor time of a fact", 5),
    ] == [(figure.name, figure.median) for figure in figures]
    assert "must" == figures[0].verdict
