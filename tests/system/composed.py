"""The installation of docker-compose.yml behind its gateway, so that the system tests pass through it as they are."""

import asyncio
import os
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.real.server import LOOPBACK, free_port
from tests.real.waiting import S_MAX
from tests.system.part import Part
from tests.system.stack import MODULES, Stack, around, wishes
from tools import compose

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "tests" / "system" / "composed.yml"
UP_S_MAX = 600
END_S_MAX = 60


class Service(Part):
    """The containers of one service; all are reached through the gateway."""

    def __init__(self, name: str, port: int, environ: dict[str, str], copies: int) -> None:
        super().__init__(MODULES[name], port, {}, Path(os.devnull))
        self.name = name
        self._environ = environ
        self._copies = copies

    @property
    def is_dead(self) -> bool:
        """Whether one of them is missing."""
        return len(compose.containers(self.name, self._environ)) < self._copies

    async def start(self) -> None:
        """As many as there should be, each alive; `ready` waits for more."""
        wanted = ["--no-build", "--no-deps", "--no-recreate", "--wait", f"--scale={self.name}={self._copies}"]
        await asyncio.to_thread(
            compose.asked, ["compose", "up", "--detach", "--quiet-pull", *wanted, self.name], self._environ
        )

    async def ready(self, http: aiohttp.ClientSession) -> None:
        """Return when all of them say that what they need answers."""
        async with asyncio.timeout(S_MAX):
            while self.name in await asyncio.to_thread(compose.unready, self._environ, [self.name]):  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    async def stop(self) -> int:
        """SIGTERM to all of them; the worst of their exit codes."""
        containers = await self._containers()
        await asyncio.to_thread(compose.asked, ["compose", "stop", self.name], self._environ)
        codes = await asyncio.to_thread(
            compose.asked, ["inspect", "--format={{.State.ExitCode}}", *containers], self._environ
        )
        return max(map(int, codes.split()))

    async def kill(self) -> None:
        """One of them, as a lack of memory does."""
        victim = (await self._containers())[0]
        await asyncio.to_thread(compose.asked, ["kill", victim], self._environ)

    async def end(self) -> None:
        """With all others."""

    async def _containers(self) -> list[str]:
        return await asyncio.to_thread(compose.containers, self.name, self._environ)


@asynccontextmanager
async def composed(copies: int) -> AsyncIterator[Stack]:
    """Built, started under a name of its own with so many of each process; nothing of it is left afterwards."""
    # Containers reach this machine at the gateway of Docker's own network.
    here = await asyncio.to_thread(
        compose.asked, ["network", "inspect", "bridge", "--format={{(index .IPAM.Config 0).Gateway}}"], dict(os.environ)
    )
    port = free_port()
    async with around(here) as (simulator, http):
        environ = compose.environment(
            STACK_NAME=f"inbox-test-{uuid.uuid4().hex[:8]}",
            STACK_PORT=str(port),
            STACK_ADDRESS=LOOPBACK,
            COMPOSE_FILE=os.pathsep.join(map(str, (ROOT / "docker-compose.yml", SETTINGS))),
            **wishes(simulator),
        )
        parts: dict[str, Part] = {name: Service(name, port, environ, copies) for name in MODULES}
        try:
            await _told(environ, "up", "--scale", " ".join(f"{name}={copies}" for name in MODULES))
            yield Stack(parts, simulator, http)
        finally:
            await _told(environ, "down", "--forget")


async def _told(environ: dict[str, str], *command: str) -> None:
    output = asyncio.subprocess.PIPE
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tools.stack", *command),
        cwd=ROOT, env=environ, stdout=output, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    async with asyncio.timeout(UP_S_MAX):
        said, _ = await running.communicate()
    assert 0 == running.returncode, said.decode()[-4000:]
