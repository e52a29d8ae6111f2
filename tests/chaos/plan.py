"""What happens when: order, moments and luck of every fault, all from one seed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from tests.chaos.fault import Fault

PAUSE_S = (0.3, 1.5)  # of ordinary life between two faults


@dataclass(frozen=True, slots=True)
class Step:
    """One fault; `luck` is the seed of whatever it chooses."""

    fault: Fault
    pause_s: float
    luck: int


def planned(seed: int, faults: Iterable[Fault], *, times: int | None = None) -> list[Step]:
    """The same seed and the same table are the same plan; `times` overrules the table."""
    chance = Random(seed)
    chosen = [fault for fault in faults for _ in range(fault.times if times is None else times)]
    chance.shuffle(chosen)
    return [Step(fault, chance.uniform(*PAUSE_S), chance.getrandbits(32)) for fault in chosen]
