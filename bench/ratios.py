"""From rounds to one figure with its uncertainty: the median, and a bootstrap interval of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import median

RESAMPLES = 10_000
CONFIDENCE = 0.95
SEED = 20_250  # so that the same rounds always tell the same interval


@dataclass(frozen=True, slots=True)
class Estimate:
    """A median, and between what it would probably be if all was measured again."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} [{self.low:.2f}, {self.high:.2f}]"


def estimate(values: Sequence[float]) -> Estimate:
    """The median of some rounds, with the percentile bootstrap's interval of it."""
    if not values:
        raise ValueError("no rounds")
    luck = Random(SEED)  # noqa: S311 (statistics, not secrets)
    drawn = sorted(median(luck.choices(values, k=len(values))) for _ in range(RESAMPLES))
    outside = (1 - CONFIDENCE) / 2
    low, high = drawn[int(outside * RESAMPLES)], drawn[int((1 - outside) * RESAMPLES) - 1]
    return Estimate(median(values), low, high)


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Ours to theirs, round by round: what slowed a round down slowed both."""
    return [mine / its for mine, its in zip(ours, theirs, strict=True)]
