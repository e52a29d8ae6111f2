"""Child processes that never outlive the demo, and whose end is noticed."""

import asyncio
import ctypes
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

STOP_S_MAX = 26.0  # the product promises to end within 25
TAIL_LENGTH = 3


class ChildEnded(Exception):
    """A child has ended though nobody asked it to; the text says which, and what it said last."""


@dataclass(frozen=True)
class Child:
    """A running module of Python with a log of its own."""

    name: str
    process: asyncio.subprocess.Process
    log: Path

    async def watch(self) -> None:
        """Raise when it ends."""
        code = await self.process.wait()
        said = "\n".join(["", *tail(self.log)]) if self.log.exists() else ""
        raise ChildEnded(f"{self.name} has ended by itself (exit code {code}); its log is {self.log}{said}")


@asynccontextmanager
async def running(name: str, module: str, environment: Mapping[str, str], log: Path) -> AsyncIterator[Child]:
    """`python -m module` until left, then told to stop; its log begins anew each time, so that it stays small."""
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", module),
            env=dict(environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # A Ctrl-C in the terminal is for the demo alone: it says who stops when.
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
    try:
        yield Child(name, process, log)
    finally:
        await _stop(process)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(STOP_S_MAX):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
    except asyncio.CancelledError:  # asked twice: somebody is waiting at a terminal
        process.kill()
        await process.wait()
        raise


def tail(log: Path) -> list[str]:
    """The last lines of a log."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        return file.read().decode(errors="replace").splitlines()[-TAIL_LENGTH:]


def _end_with_parent() -> None:
    """However the demo ends, even by kill -9, nothing of it stays behind."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
