"""What was asked for at the command line: which seeds, which faults in each run, and how to have one of them again."""

import argparse
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.fault import Fault
from tests.chaos.plan import DEALT_S, LONG_S, ROUND, SHORT_S, Step, dealt, planned

RESULTS = Path("build/chaos")
SEEDS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """All of it; `seeds` is None for one run of every fault."""

    seed: int | None = None
    seeds: int | None = None
    only: tuple[str, ...] = ()
    times: int | None = None
    short: bool = False
    list: bool = False

    @property
    def shares_out(self) -> bool:
        """Whether each run has its share: one run alone has every fault, and what was named is meant."""
        return self.seeds is not None and not self.only and self.times is None

    def seeds_from(self, chance: int) -> range:
        """As asked for, else the first of a round, so that a round of runs has every fault."""
        first = chance // ROUND * ROUND if self.seed is None else self.seed
        return range(first, first + (self.seeds or 1))

    def folder(self, seeds: range) -> Path:
        """Where results go: those of many runs to a folder of their own, which the table is made of."""
        return RESULTS / f"seeds-{seeds[0]}-{seeds[-1]}" if len(seeds) > 1 else RESULTS

    def chosen(self, table: Sequence[Fault]) -> Sequence[Fault]:
        """All but those that have to be named, or those with such a word in their name."""
        if not self.only:
            return [each for each in table if not each.apart]
        return [each for each in table if any(word.lower() in each.name.lower() for word in self.only)]

    def plan(self, seed: int, table: Sequence[Fault]) -> Sequence[Step]:
        """Of one run."""
        faults = self.chosen(table)
        if self.shares_out:
            return dealt(seed, faults, span=SHORT_S if self.short else DEALT_S)
        return planned(seed, faults, times=self.times, span=SHORT_S if self.short else LONG_S)

    def again(self, seed: int) -> str:
        """The command that makes this run once more."""
        words = [f"--only '{words}'" for words in self.only]
        words += [f"--times {self.times}"] if self.times is not None else []
        words += ["--short"] if self.short else []
        told = ["make", "chaos", f"SEED={seed}", *(["SEEDS=1"] if self.shares_out else [])]
        return " ".join([*told, *([f'ARGS="{" ".join(words)}"'] if words else [])])


def asked(arguments: Sequence[str] | None = None) -> Asked:
    """From the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="the first seed; by chance without one")
    parser.add_argument(
        "--seeds",
        type=int,
        choices=range(1, SEEDS_MAX),
        metavar="N",
        help=f"how many runs; each has its share of the faults, {ROUND} have them all seven times at least",
    )
    parser.add_argument(
        "--only", action="append", default=[], metavar="WORDS", help="faults with these words in a name"
    )
    parser.add_argument("--times", type=int, help="how often each; as in the table without it")
    parser.add_argument("--short", action="store_true", help="faults last 3 s")
    parser.add_argument("--list", action="store_true", help="list the faults")
    told = vars(parser.parse_args(arguments))
    return Asked(**{**told, "only": tuple(told["only"])})


def by_chance() -> int:
    """A seed for whoever named none."""
    return secrets.randbelow(10**6)
