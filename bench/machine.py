"""What a figure depends on beside the code: the machine, and the versions of everything that took part."""

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.program import NODE, ROOT

PACKAGES = ("aiohttp", "aio-pika", "uvloop", "orjson", "pydantic", "redis")


def described() -> dict[str, str]:
    """Names and values, to be shown beside every figure."""
    memory_kib = int(_found(Path("/proc/meminfo"), r"MemTotal: *(\d+)") or 0)
    system = _found(Path("/etc/os-release"), r"PRETTY_NAME=.(.*).")
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _said("git", "describe", "--always", "--dirty", "--exclude=*"),
        "processor": _found(Path("/proc/cpuinfo"), r"model name\s*: (.*)"),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{memory_kib / 1024 / 1024:.0f} GiB",
        "system": f"{system}, Linux {platform.release()}",
        "python": platform.python_version(),
        "node": _said(str(NODE), "--version"),
        **{name: version(name) for name in PACKAGES},
    }


def _said(*command: str) -> str:
    try:
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return told.stdout.strip()


def _found(path: Path, pattern: str) -> str:
    found = re.search(pattern, path.read_text()) if path.exists() else None
    return found[1] if found else ""
