"""Sums over times: how many fell into the busiest second, wherever it begins, and how many a second it was."""

from bisect import bisect_left
from collections.abc import Sequence


def busiest(times_us: Sequence[int], length_us: int = 1_000_000) -> int:
    """The largest number in any second."""
    times = sorted(times_us)
    return max((bisect_left(times, at + length_us) - n for n, at in enumerate(times)), default=0)


def per_s(times_us: Sequence[int]) -> float:
    """From the first to the last."""
    took_us = max(times_us) - min(times_us)
    return (len(times_us) - 1) * 1_000_000 / max(1, took_us)
