"""What is asked for at the command line is what is run, and can be had again."""

import shlex
from pathlib import Path

import pytest

from tests.chaos.asked import RESULTS, Asked, asked
from tests.chaos.fault import every_fault
from tests.chaos.plan import ROUND

TABLE = list(every_fault().values())

RUNS = [
    Asked(seed=7),
    Asked(seed=45, seeds=20),
    Asked(seed=45, seeds=20, short=True),
    Asked(seed=7, only=("kill -9: api", "DNS"), times=2),
    Asked(seed=7, seeds=3, only=("Redis lost altogether",)),
]


@pytest.mark.parametrize("first", RUNS)
def test_the_command_that_is_told_makes_the_same_run_again(first: Asked) -> None:
    """The same faults in the same order, as long and as lucky."""
    for seed in first.seeds_from(0):
        words = shlex.split(first.again(seed))
        assert ["make", "chaos"] == words[:2]
        told = dict(word.split("=", 1) for word in words[2:])
        arguments = ["--seed", told["SEED"], *(["--seeds", told["SEEDS"]] if "SEEDS" in told else [])]
        again = asked([*arguments, *shlex.split(told.get("ARGS", ""))])
        assert range(seed, seed + 1) == again.seeds_from(0)
        assert first.plan(seed, TABLE) == again.plan(seed, TABLE)


def test_one_run_alone_has_every_fault_and_one_of_many_its_share() -> None:
    """Also when the many are one, which is how a share is run again."""
    names = {each.name for each in TABLE if not each.apart}
    assert names == {step.fault.name for step in Asked(seed=7).plan(7, TABLE)}
    assert len(Asked(seed=7, seeds=1).plan(7, TABLE)) < len(names) / 2


def test_many_runs_without_a_seed_begin_with_a_round() -> None:
    """So that twenty of them have every fault as often as is said."""
    assert range(120, 140) == Asked(seeds=ROUND).seeds_from(137)
    assert range(13, 33) == Asked(seed=13, seeds=ROUND).seeds_from(137)


def test_what_is_named_is_run_in_each_of_many_runs() -> None:
    """And nothing else."""
    only = Asked(seed=1, seeds=5, only=("kill -9: api",))
    assert {"kill -9: api"} == {step.fault.name for seed in only.seeds_from(0) for step in only.plan(seed, TABLE)}
    assert all(only.plan(seed, TABLE) for seed in only.seeds_from(0))


def test_results_of_many_runs_are_together_and_apart_from_all_others() -> None:
    """So that the table is made of them, and of no run that the code has changed since."""
    many = Asked(seed=40, seeds=20)
    assert Path("build/chaos/seeds-40-59") == many.folder(many.seeds_from(0))
    assert RESULTS == Asked(seed=40, seeds=1).folder(range(40, 41)) == Asked(seed=7).folder(range(7, 8))
