"""How much memory a process has, as the kernel counts it."""

import os
from pathlib import Path


def rss_mib(pid: int) -> float:
    """What it holds in memory now, in mebibytes."""
    return _mib(pid, "VmRSS")


def peak_mib(pid: int) -> float:
    """The most that it has ever held."""
    return _mib(pid, "VmHWM")


def own_mib(pid: int) -> float:
    """What it holds for itself alone now: no file and no library, which come and go as the kernel likes."""
    return _mib(pid, "RssAnon") + _mib(pid, "VmSwap")


def cpu_s(pid: int) -> float:
    """How long processors have worked for it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _mib(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))
