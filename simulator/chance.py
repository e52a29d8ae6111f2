"""Seeded luck: one independent stream per purpose, so that asking for one more id does not change the delays."""

import os
from random import Random


class Chance:
    """The same seed gives the same ids, choices and delays."""

    def __init__(self, seed: int | None) -> None:
        self.seed = int.from_bytes(os.urandom(6), "big") if seed is None else seed
        self.ids = self.stream("ids")
        self.delays = self.stream("delays")
        self.choices = self.stream("choices")
        self.delivery = self.stream("delivery")

    def stream(self, purpose: str) -> Random:
        """A source of its own for a purpose."""
        return Random(f"{self.seed}:{purpose}")

    def happens(self, rate: float) -> bool:
        """Whether something of this likelihood happens now, in webhook delivery or a fault."""
        return rate > 0 and self.delivery.random() < rate
