"""A process of the product behind a proxy of its own, which may be frozen, and told a wrong time."""

import signal
from collections.abc import Mapping
from pathlib import Path

from tests.system.part import Part


class Process(Part):
    """Tells an end that a fault has caused from one of its own."""

    def __init__(self, module: str, port: int, settings: Mapping[str, str], log: Path) -> None:
        super().__init__(module, port, settings, log)
        self.told = dict(self._environment)
        self.was_ended = False

    def reached_at(self, url: str) -> None:
        """The address of its proxy, by which everybody else knows it."""
        self.url = url

    def tell(self, **more: str) -> None:
        """More environment variables, from the next start on; those of before are forgotten."""
        self._environment = {**self.told, **more}

    async def start(self) -> None:
        """Return at once: `ready` waits."""
        self.was_ended = False
        await super().start()

    async def stop(self) -> int:
        """SIGTERM."""
        self.was_ended = True
        return await super().stop()

    async def kill(self) -> None:
        """SIGKILL; one that has ended already is left to whoever counts those."""
        if not self.is_dead:
            self.was_ended = True
            await super().kill()

    async def crash(self) -> None:
        """SIGABRT, by which the kernel writes a picture of a process's memory where that is allowed."""
        if not self.is_dead:
            self.was_ended = True
            self.running.send_signal(signal.SIGABRT)
            await self.running.wait()

    def freeze(self) -> None:
        """As on a machine that is out of breath: connections stay open, nothing is answered."""
        if not self.is_dead:
            self.running.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on; harmless to one that was not frozen."""
        if not self.is_dead:
            self.running.send_signal(signal.SIGCONT)

    async def end(self) -> None:
        """Whatever it takes."""
        if self._process is not None:
            self.thaw()
        await super().end()
