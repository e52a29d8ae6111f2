"""HTTP as anybody may speak it: to the inbox's public API and to the simulator's admin API."""

import asyncio
from dataclasses import dataclass
from typing import Any

import aiohttp

ANSWER_S_MAX = 15.0
ASKED_EVERY_S = 0.05


class Refused(Exception):
    """An answer other than a success, with the stable code of the problem where there is one."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}".strip())
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Door:
    """An address, and who is asking."""

    http: aiohttp.ClientSession
    url: str
    secret: str | None = None

    def holding(self, secret: str) -> "Door":
        """The same door for somebody with this credential."""
        return Door(self.http, self.url, secret)

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """The answer's JSON, or nothing when it has none; Refused when it is no success."""
        headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        more = {} if body is None else {"json": body}
        timeout = aiohttp.ClientTimeout(total=ANSWER_S_MAX)
        async with self.http.request(method, self.url + path, headers=headers, timeout=timeout, **more) as answer:
            read = await answer.json(content_type=None) if answer.content_type.endswith("json") else None
            if answer.status >= 400:
                raise Refused(answer.status, read.get("code", "") if isinstance(read, dict) else "")
            return read

    async def until_open(self, path: str) -> None:
        """Return as soon as a GET succeeds; who calls sets the deadline."""
        while True:
            try:
                await self.ask("GET", path)
                return
            except (Refused, aiohttp.ClientError, TimeoutError):
                await asyncio.sleep(ASKED_EVERY_S)
