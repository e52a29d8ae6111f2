"""One run of pytest, however many worker processes it has: they share its servers, and its end removes them."""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SETTING = "INBOX_TEST_SESSION"  # inherited by the workers
PREFIX = "inbox-tests-"


def begin() -> None:
    """Called once, by the process that starts the others."""
    folder = Path(tempfile.gettempdir()) / f"{PREFIX}{os.getpid()}-{_started(os.getpid())}"
    folder.mkdir(mode=0o700, exist_ok=True)
    os.environ[SETTING] = str(folder)


def end(remove: Callable[[dict[str, str]], None]) -> None:
    """Remove every server that was recorded, also those of sessions that were killed."""
    folders = [Path(os.environ.pop(SETTING))]
    folders += [path for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*") if session_is_over(path.name)]
    for folder in folders:
        for path in folder.glob("*.json"):
            remove(json.loads(path.read_text()))
        shutil.rmtree(folder, ignore_errors=True)


def name_of_session() -> str:
    """The name that what this session starts is labelled with."""
    return Path(os.environ[SETTING]).name


def session_is_over(name: str) -> bool:
    """Whether the process that began it is gone."""
    pid, _, started = name.removeprefix(PREFIX).partition("-")
    return _started(int(pid)) != started


def once(name: str, start: Callable[[], dict[str, str]]) -> dict[str, str]:
    """What `start` returned to whichever process of this session came first."""
    path = Path(os.environ[SETTING]) / f"{name}.json"
    with _locked(path.with_suffix(".lock")):
        if not path.exists():
            path.write_text(json.dumps(start()))
        recorded: dict[str, str] = json.loads(path.read_text())
        return recorded


def keep(name: str, record: dict[str, str]) -> None:
    """Note a server that only one process uses."""
    (Path(os.environ[SETTING]) / f"{name}-{os.getpid()}.json").write_text(json.dumps(record))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _started(pid: int) -> str:
    """When a process began, in the kernel's ticks; nothing when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return _started_elsewhere(pid)


def _started_elsewhere(pid: int) -> str:
    if Path("/proc/self/stat").exists():
        return ""
    try:
        os.kill(pid, 0)
    except OSError:
        return ""
    return "0"
