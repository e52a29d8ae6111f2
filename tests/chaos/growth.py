"""Whether a process holds more and more: what it held when it had warmed up, compared with what it holds at the end."""

from collections.abc import Sequence
from dataclasses import dataclass

# Until then caches fill, pools reach their size, and the interpreter has seen every kind of work.
WARM_PART = 0.4
WINDOW_PART = 0.25  # of what comes after that: its beginning is compared with its end
# Bursts come on top of what is held for good and go again, so the lower readings of a window are what counts.
FLOOR_PART = 0.1
READINGS_MIN = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """What a process held at a moment of the run."""

    at_s: float
    mib: float


def growth_mib(readings: Sequence[Reading]) -> float:
    """How much more is held for good at the end than after the warm-up; below zero where it is less."""
    assert len(readings) >= READINGS_MIN, "too short a run to tell anything"
    began_s, ended_s = readings[0].at_s, readings[-1].at_s
    warm_s = began_s + WARM_PART * (ended_s - began_s)
    window_s = WINDOW_PART * (ended_s - warm_s)
    first = [each.mib for each in readings if warm_s <= each.at_s <= warm_s + window_s]
    last = [each.mib for each in readings if each.at_s >= ended_s - window_s]
    return floor(last) - floor(first)


def floor(mib: Sequence[float]) -> float:
    """What is held for good, as far as these readings can tell."""
    return sorted(mib)[int(FLOOR_PART * len(mib))]
