"""The way in for a browser: a link with an invite in it, and a new one when that is used."""

import asyncio
from collections.abc import Callable
from urllib.parse import quote

import aiohttp

from demo.door import Door, Refused

LOOKS_EVERY_S = 2.0
NAME = "You"


class Welcome:
    """An invite is good once, so who opens the link in a second browser needs a second one."""

    def __init__(self, door: Door, public_url: str) -> None:
        self._door = door
        self._public_url = public_url
        self._known = 0
        self.visited = False
        self.link = ""

    async def begin(self) -> None:
        """Make the first link."""
        self._known = await self._sessions()
        await self._invite()

    async def run(self, used: Callable[[str], None]) -> None:
        """Until cancelled; `used` hears the next link whenever one was used up."""
        while True:
            await asyncio.sleep(LOOKS_EVERY_S)
            try:
                found = await self._sessions()
                if found > self._known:
                    await self._invite()
                    self.visited = True
                    used(self.link)
                self._known = found
            except (Refused, aiohttp.ClientError, TimeoutError):
                continue  # the inbox is being asked again in a moment, and tells its own troubles

    async def _invite(self) -> None:
        made = await self._door.ask("POST", "/v1/invites")
        self.link = f"{self._public_url}/#invite={quote(made['invite'])}&name={NAME}"

    async def _sessions(self) -> int:
        return len((await self._door.ask("GET", "/v1/sessions"))["sessions"])
