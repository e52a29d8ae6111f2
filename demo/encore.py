"""When everybody has said what they had to say, some customer begins again: an inbox is never quiet for long."""

import asyncio
import random
import time
from contextlib import suppress

import aiohttp

from demo.door import Door, Refused

QUIET_S = 20.0
LOOKS_EVERY_S = 2.0


class Encore:
    """Is told of every message that comes in."""

    def __init__(self, simulator: Door, *, quiet_s: float = QUIET_S, looks_every_s: float = LOOKS_EVERY_S) -> None:
        self._simulator = simulator
        self._quiet_s = quiet_s
        self._looks_every_s = looks_every_s
        self._heard_s = time.monotonic()

    def heard(self) -> None:
        """Somebody is still talking."""
        self._heard_s = time.monotonic()

    async def run(self) -> None:
        """Ask one of them whenever it has been quiet."""
        while True:
            await asyncio.sleep(self._looks_every_s)
            if time.monotonic() - self._heard_s >= self._quiet_s:
                self.heard()
                with suppress(Refused, aiohttp.ClientError, TimeoutError):
                    await self._once_more()

    async def _once_more(self) -> None:
        people = (await self._simulator.ask("GET", "/simulator/customers"))["customers"]
        if people:
            chosen = random.choice(people)["id"]  # noqa: S311
            await self._simulator.ask("POST", f"/simulator/customers/{chosen}/play")
