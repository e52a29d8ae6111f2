"""What a fault may lay hands on: the processes, their servers, every way between them, and the simulator."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import aiohttp

from simulator.simulator import Simulator
from tests.chaos.names import Names
from tests.chaos.process import Process
from tests.real.proxy import Proxy
from tests.real.server import Server
from tests.system.shop import Shop
from tests.system.stack import Stack

LOOK_S = 0.1


@dataclass
class Scene:
    """`links` are named for their two ends, who calls first: `sender-graph`, `push-redis`, `browser-api`, ..."""

    processes: dict[str, Process]
    rabbitmq: Server
    redis: Server
    links: dict[str, Proxy]
    simulator: Simulator
    stack: Stack
    folder: Path  # logs, one for each process
    names: Names | None  # None where names cannot be taken away
    span_s: float = 10.0  # how long a fault lasts that lasts: as the plan has it, for each anew
    chance: Random = field(default_factory=Random)  # from the seed of the run, for each anew
    crashed: list[str] = field(default_factory=list)
    _shop: Shop | None = None

    @property
    def shop(self) -> Shop:
        """The business whose conversations go on."""
        assert self._shop is not None
        return self._shop

    def open(self, shop: Shop) -> None:
        """From here on there is one."""
        self._shop = shop

    def to(self, server: str) -> list[Proxy]:
        """Every way that leads to `redis`, `rabbitmq`, `graph`, `api`, `push` or `ingest`."""
        return [link for name, link in self.links.items() if name.endswith(f"-{server}")]

    async def last(self, s: float | None = None) -> None:
        """Let the fault last."""
        await asyncio.sleep(self.span_s if s is None else s)

    async def mend(self) -> None:
        """Whatever a fault has left behind is put right; a process that has ended by itself is remembered."""
        self.simulator.lift()
        for link in self.links.values():
            link.heal()
        if self.names is not None:
            self.names.give_back()
        await asyncio.gather(*(asyncio.to_thread(server.start) for server in (self.rabbitmq, self.redis)))
        for process in self.processes.values():
            process.thaw()
        if dead := self.dead():
            await self.stack.start(*dead)

    async def ready(self) -> None:
        """Return when every process says that it is; who calls sets the deadline."""
        while not all(await asyncio.gather(*map(self._is_ready, self.processes.values()))):  # noqa: ASYNC110
            await asyncio.sleep(LOOK_S)

    async def _is_ready(self, process: Process) -> bool:
        with suppress(aiohttp.ClientError, OSError):
            async with self.stack.http.get(f"{process.url}/readyz") as answer:
                return answer.status == 200
        return process.is_dead  # which is another finding

    def dead(self) -> list[str]:
        """Processes that do not run; one that no fault has ended has ended by itself."""
        found = [name for name, process in self.processes.items() if process.is_dead]
        self.crashed += [name for name in found if not self.processes[name].was_ended]
        return found
