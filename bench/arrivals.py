"""When requests are due that do not wait for one another: exponential gaps, as strangers make them."""

from collections.abc import Iterator
from random import Random


def due_s(count: int, per_s: float, seed: int) -> Iterator[float]:
    """So many times from the start, `per_s` of them in a second on average."""
    luck = Random(seed)  # noqa: S311 (a schedule that anybody can repeat)
    at_s = 0.0
    for _ in range(count):
        at_s += luck.expovariate(per_s)
        yield at_s
