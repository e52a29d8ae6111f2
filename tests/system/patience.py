"""Asks again what was answered with 503, as whoever uses it should: for tests during which servers die."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from demo.door import Door, Refused
from tests.real.waiting import PATIENCE

AGAIN_S = 0.2
S_MAX = 10.0 * PATIENCE


class PatientDoor(Door):
    """The same door, held open."""

    def holding(self, secret: str) -> "PatientDoor":
        """The same for somebody with this credential."""
        return PatientDoor(self.http, self.url, secret)

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The answer, once there is one."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + S_MAX
        while True:
            try:
                return await super().ask(method, path, body)
            except (Refused, aiohttp.ClientError, TimeoutError) as error:
                if loop.time() > until_s or (isinstance(error, Refused) and error.status != 503):
                    raise
            await asyncio.sleep(AGAIN_S)


async def persisted(ask: Callable[[], Awaitable[object]], refusal: type[Exception]) -> None:
    """Again and again what a person would try again, where servers die."""
    loop = asyncio.get_running_loop()
    until_s = loop.time() + (S_MAX if PATIENCE > 1 else 0)
    while True:
        try:
            await ask()
            return
        except refusal:
            if loop.time() > until_s:
                raise
        await asyncio.sleep(AGAIN_S)


def door(http: aiohttp.ClientSession, url: str) -> Door:
    """Where servers do not die, nobody has to ask twice."""
    return PatientDoor(http, url) if PATIENCE > 1 else Door(http, url)
