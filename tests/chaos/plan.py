"""What happens when: which faults, their order, moments, length and luck, all from one seed. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from tests.chaos.fault import Fault

PAUSE_S = (0.3, 1.5)  # of ordinary life between two faults

Span = tuple[float, float]
LONG_S: Span = (10.0, 10.0)
SHORT_S: Span = (3.0, 3.0)
# Around and beyond the deadlines that the parts give each other, which are 4 to 6 s.
DEALT_S: Span = (4.0, 8.0)

# So many seeds, the first of them a multiple of it, have every fault between them as often as `shares` says.
ROUND = 20
SHARES_MIN, SHARES_STEP = 7, 3


@dataclass(frozen=True, slots=True)
class Step:
    """One fault; `luck` is the seed of whatever it chooses."""

    fault: Fault
    pause_s: float
    span_s: float
    luck: int


def planned(seed: int, faults: Iterable[Fault], *, times: int | None = None, span: Span = LONG_S) -> list[Step]:
    """The same seed and the same table are the same plan; `times` overrules the table."""
    return _ordered(seed, [fault for fault in faults for _ in range(fault.times if times is None else times)], span)


def dealt(seed: int, faults: Sequence[Fault], *, span: Span = DEALT_S) -> list[Step]:
    """This seed's share of the faults: in a run among others that have the rest, so that twenty take an hour."""
    chance = Random(f"deal-{seed // ROUND}")
    hands: list[list[Fault]] = [[] for _ in range(ROUND)]
    for fault in chance.sample(faults, len(faults)):
        # Those with the fewest, so that no run is longer than another; nobody gets the same fault twice.
        fewest = sorted(hands, key=lambda hand: (len(hand), chance.random()))
        for hand in fewest[: shares(fault)]:
            hand.append(fault)
    return _ordered(seed, hands[seed % ROUND], span)


def shares(fault: Fault) -> int:
    """In how many runs of a round it occurs."""
    return min(ROUND, SHARES_MIN + SHARES_STEP * (fault.times - 1))


def _ordered(seed: int, chosen: list[Fault], span: Span) -> list[Step]:
    chance = Random(seed)
    chance.shuffle(chosen)
    return [Step(fault, chance.uniform(*PAUSE_S), chance.uniform(*span), chance.getrandbits(32)) for fault in chosen]
