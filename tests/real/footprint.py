"""How much memory a process has, as the kernel counts it."""

from pathlib import Path


def rss_mib(pid: int) -> float:
    """What it holds in memory now, in mebibytes."""
    return _mib(pid, "VmRSS")


def peak_mib(pid: int) -> float:
    """The most that it has ever held."""
    return _mib(pid, "VmHWM")


def _mib(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))
