"""One process of a side or of a comparator: started as its operator starts it, waited for, ended."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from bench.sampling import Recording

READY_S_MAX = 40.0
STOP_S_MAX = 20.0
HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[1]
NODE = ROOT / ".venv" / "bin" / "node"
PYTHON = Path(sys.executable)


class Program:
    """In a session of its own, so that what it starts is counted with it; pinned to no processor."""

    def __init__(self, command: Sequence[str | Path], port: int, environment: Mapping[str, str], log: Path) -> None:
        self._command = [str(part) for part in command]
        self.port = port
        kept = {name: told for name, told in os.environ.items() if not name.startswith("INBOX_")}
        self._environment = {**kept, **environment}
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self._recording: Recording | None = None

    async def __aenter__(self) -> Self:
        """Return when it answers at all, be it that there is no such page, but for a 503: it is not ready."""
        with self._log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self._command, cwd=ROOT, env=self._environment, stdout=output, stderr=output, start_new_session=True
            )
        try:
            async with asyncio.timeout(READY_S_MAX):
                while not await self._answers():
                    if self._process.returncode is not None:
                        raise RuntimeError(f"{self._command[0]} ended: {self._log.read_text()[-2000:]}")
                    await asyncio.sleep(0.05)
            self._recording = await Recording.of(self._command, self._process.pid)
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """End it, whatever it takes."""
        assert self._process is not None
        try:
            if self._recording is not None:
                await self._recording.end()
        finally:
            with suppress(ProcessLookupError):
                self._process.terminate()
        try:
            async with asyncio.timeout(STOP_S_MAX):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self._process is not None
        return self._process.pid

    async def _answers(self) -> bool:
        with suppress(OSError):
            reader, writer = await asyncio.open_connection(HOST, self.port)
            try:
                writer.write(b"GET /readyz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
                return (await reader.readline())[9:12] not in (b"", b"503")
            finally:
                writer.close()
        return False
