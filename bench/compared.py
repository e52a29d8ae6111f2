"""Rounds of two sides as figures: how many times as fast ours is, and what each side does in a second and spends."""

from bench.ratios import estimate, ratios
from bench.result import Bar, Figure, Turn


def compared(rounds: list[list[Turn]], what: str, bar: Bar) -> tuple[list[Figure], list[float]]:
    """The figures, and the ratio of each round; ours is the first side of each. `what` is counted: requests, facts."""
    sides = list(zip(*rounds, strict=True))
    mine, its = ([turn.per_s for turn in turns] for turns in sides)
    per_round = ratios(mine, its)
    figures = [Figure.of(f"{what} per second, ours to theirs", "x", estimate(per_round), bar)]
    for turns in sides:
        per_s = estimate([turn.per_s for turn in turns])
        figures.append(Figure.of(f"{turns[0].side}: {what} per second", "/s", per_s))
    for turns in sides:
        side = turns[0].side
        spent = estimate([turn.cpu_us[side] for turn in turns])
        figures.append(Figure.of(f"{side}: processor time of a {what.removesuffix('s')}", "us", spent))
    return figures, per_round
