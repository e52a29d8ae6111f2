"""How long to wait between attempts at something that is away."""

import random
from collections.abc import Iterator

FIRST_S = 0.1
LAST_S = 5.0


def delays_s() -> Iterator[float]:
    """For ever: 0.1 s doubling to 5 s, each jittered by half so that many processes do not come back in step."""
    delay_s = FIRST_S
    while True:
        yield delay_s * random.uniform(0.5, 1.0)  # noqa: S311 (spread, not secrecy)
        delay_s = min(2 * delay_s, LAST_S)
