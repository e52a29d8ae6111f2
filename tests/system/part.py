"""One process of the product, as an operator runs it: started, told to stop, killed, started again."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import aiohttp

from tests.real.waiting import S_MAX


class Part:
    """`python -m module` on a port of its own, which it keeps through restarts; what it says goes to a file."""

    def __init__(self, module: str, port: int, settings: Mapping[str, str], log: Path) -> None:
        self.module = module
        self.url = f"http://127.0.0.1:{port}"
        kept = {name: told for name, told in os.environ.items() if not name.startswith("INBOX_")}
        self._environment = {**kept, **settings, "INBOX_PORT": str(port)}
        self.namespace = settings.get("INBOX_BROKER_NAMESPACE", "")
        self.log = log
        self._process: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> asyncio.subprocess.Process:
        """The process itself."""
        assert self._process is not None
        return self._process

    @property
    def is_dead(self) -> bool:
        """Whether it has ended."""
        return self.running.returncode is not None

    def tell(self, **settings: str) -> None:
        """Other settings from its next start on."""
        self._environment |= settings

    async def start(self) -> None:
        """Return at once: `ready` waits."""
        with self.log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", self.module), env=self._environment, stdout=output, stderr=output
            )

    async def ready(self, http: aiohttp.ClientSession) -> None:
        """Return when its dependencies answer."""
        async with asyncio.timeout(S_MAX):
            while True:
                assert self.running.returncode is None, self.log.read_text()[-2000:]
                with suppress(aiohttp.ClientError, OSError):
                    async with http.get(f"{self.url}/readyz") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.03)

    async def stop(self) -> int:
        """SIGTERM; its exit code."""
        self.running.send_signal(signal.SIGTERM)
        async with asyncio.timeout(S_MAX):
            return await self.running.wait()

    async def kill(self) -> None:
        """As a power cut or a lack of memory does."""
        self.running.kill()
        await self.running.wait()

    async def end(self) -> None:
        """Whatever it takes."""
        if self._process is None or self._process.returncode is not None:
            return
        try:
            await self.stop()
        except TimeoutError:
            await self.kill()
