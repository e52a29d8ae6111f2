"""What is read of the kernel's accounts."""

import os
import subprocess
import sys

from bench.cpu import TICKS_PER_S, Machine, Reading, between, ended_s, machine, ran_s, reading, session_of, spent_s

STAT = (
    "42 (a (strange) name) S 1 42 7 0 -1 0 0 0 0 0 "
    + f"{3 * TICKS_PER_S} {TICKS_PER_S} {5 * TICKS_PER_S} {2 * TICKS_PER_S} 20 0 1 0 100"
)


def test_a_process_is_told_by_what_follows_its_name() -> None:
    """Which may hold anything."""
    assert 4.0 == spent_s(STAT)
    assert 7 == session_of(STAT)


def test_what_has_ended_is_still_counted() -> None:
    """A store writes its file anew by a child: when that ends, nothing has become cheaper."""
    before = reading({"this": os.getpid()}).own_s["this"]
    subprocess.run([sys.executable, "-S", "-c", "sum(range(10_000_000))"], check=True)

    assert 7.0 == ended_s(STAT)
    assert reading({"this": os.getpid()}).own_s["this"] - before >= 5 / TICKS_PER_S


def test_threads_are_told_to_the_nanosecond() -> None:
    """A thousand cheap operations take few ticks; the wait for a processor is no work."""
    assert 1.500_000_002 == ran_s(["1000000001 7 3\n", "500000001 9000000000 1\n"])


def test_waiting_is_not_work_and_stolen_time_is_apart() -> None:
    """The fourth and fifth columns are idle; guests are counted in the first already."""
    told = machine("cpu  " + " ".join(str(n * TICKS_PER_S) for n in (1, 2, 3, 40, 50, 6, 7, 8, 9, 10)))

    assert Machine(1 + 2 + 3 + 6 + 7, 8) == told


def test_what_nobody_here_did_is_foreign() -> None:
    """A figure says how quiet the machine was."""
    before = Reading(Machine(10, 1), {"ours": 1, "rabbitmq": 2})
    after = Reading(Machine(16, 1.5), {"ours": 3, "rabbitmq": 3})

    assert {"ours": 2, "rabbitmq": 1, "foreign": 3, "stolen": 0.5} == between(before, after)


def test_the_kernel_tells_of_this_very_process() -> None:
    """The form of its accounts is as we read it."""
    told = reading({"this": os.getpid()})

    assert told.own_s["this"] > 0
    assert told.machine.busy_s >= told.own_s["this"]
