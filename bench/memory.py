"""How much memory a process and what it started hold: pages that are shared are divided among those that share them."""

import re
from pathlib import Path

from bench import cpu

_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def held_kib(leader: int) -> int:
    """All processes of its session."""
    return sum(_held_kib(pid) for pid in _session(leader))


def _held_kib(pid: int) -> int:
    found = _PSS.search((cpu.PROC / str(pid) / "smaps_rollup").read_text())
    return int(found[1]) if found else 0


def _session(leader: int) -> list[int]:
    found = []
    for entry in cpu.PROC.iterdir():
        if entry.name.isdigit():
            try:
                session = cpu.session_of(Path(entry, "stat").read_text())
            except OSError:  # it has ended
                continue
            if leader in (int(entry.name), session):
                found.append(int(entry.name))
    return found
