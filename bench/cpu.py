"""How long processors have worked for a process and what it started, and for the whole machine: the kernel's count."""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Machine:
    """Seconds since the machine began, over all its processors."""

    busy_s: float
    stolen_s: float  # wanted here, given to other machines by the host

    def __sub__(self, earlier: "Machine") -> "Machine":
        return Machine(self.busy_s - earlier.busy_s, self.stolen_s - earlier.stolen_s)


@dataclass(frozen=True, slots=True)
class Reading:
    """The whole machine, and the processes that belong to a measurement, at one time."""

    machine: Machine
    own_s: Mapping[str, float]


def machine(first_line: str) -> Machine:
    """From the first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal (guest is in user)."""
    user, nice, system, _, _, irq, softirq, steal = (int(ticks) / TICKS_PER_S for ticks in first_line.split()[1:9])
    return Machine(user + nice + system + irq + softirq, steal)


def spent_s(stat: str) -> float:
    """From /proc/PID/stat, whose second field is a name with anything in it."""
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def ended_s(stat: str) -> float:
    """What those have spent that it has started, and that have ended: they are in no account of their own any more."""
    fields = stat.rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / TICKS_PER_S


def ran_s(schedstats: Iterable[str]) -> float:
    """From /proc/PID/task/*/schedstat: of the threads that are left, to the nanosecond."""
    return sum(int(told.split()[0]) for told in schedstats) / 1_000_000_000


def session_of(stat: str) -> int:
    """The session that a process belongs to: that of the server which has started it."""
    return int(stat.rpartition(")")[2].split()[3])


def reading(leaders: Mapping[str, int]) -> Reading:
    """Now; each name is a process and whatever it has started."""
    own = dict.fromkeys(leaders, 0.0)
    names = {pid: name for name, pid in leaders.items()}
    for pid, stat in _processes():
        name = names.get(pid) or names.get(session_of(stat))
        if name is not None:
            # Ticks miss no thread, nanoseconds those that have ended; neither is more than the truth.
            own[name] += max(spent_s(stat), ran_s(_schedstats(pid))) + ended_s(stat)
    with (PROC / "stat").open() as told:
        return Reading(machine(told.readline()), own)


def between(before: Reading, after: Reading) -> dict[str, float]:
    """Seconds for each name; `foreign` is what the machine did for anybody else."""
    own = {name: after.own_s[name] - before.own_s[name] for name in before.own_s}
    spent = after.machine - before.machine
    return {**own, "foreign": max(0.0, spent.busy_s - sum(own.values())), "stolen": spent.stolen_s}


def _schedstats(pid: int) -> Iterator[str]:
    for told in (PROC / str(pid) / "task").glob("*/schedstat"):
        with suppress(OSError):  # it has ended, or the kernel does not tell
            yield told.read_text()


def _processes() -> Iterator[tuple[int, str]]:
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it has ended
                yield int(entry.name), (entry / "stat").read_text()
