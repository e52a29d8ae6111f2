"""A callback for tests: keeps what it is sent and answers as it is told."""

import asyncio
import contextlib
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson
from aiohttp import web

from tests.real.waiting import S_MAX

SECRET = "the-app-secret"


class Listener:
    """`answers` are the HTTP codes of the next posts; after them it is 200."""

    def __init__(self) -> None:
        self.url = ""
        self.verify_token = "the-verify-token"
        self.bodies: list[bytes] = []
        self.signatures: list[str | None] = []
        self.answers: list[int] = []
        self.pause_s = 0.0
        self.in_flight_most = 0
        self._in_flight = 0

    async def answer(self, request: web.Request) -> web.Response:
        """Shake hands, or keep a body."""
        if request.method == "GET":
            if request.query.get("hub.verify_token") != self.verify_token:
                return web.Response(status=403)
            return web.Response(text=request.query["hub.challenge"])
        self._in_flight += 1
        self.in_flight_most = max(self.in_flight_most, self._in_flight)
        self.bodies.append(await request.read())
        self.signatures.append(request.headers.get("X-Hub-Signature-256"))
        if self.pause_s:
            await asyncio.sleep(self.pause_s)
        self._in_flight -= 1
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    @property
    def changes(self) -> list[dict[str, Any]]:
        """Every change of every body, in order of arrival."""
        bodies = (orjson.loads(body) for body in self.bodies)
        return [change for body in bodies for entry in body["entry"] for change in entry["changes"]]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Every message."""
        return [m for change in self.changes for m in change["value"].get("messages", ())]

    @property
    def statuses(self) -> list[dict[str, Any]]:
        """Every status."""
        return [s for change in self.changes for s in change["value"].get("statuses", ())]

    def signed(self, place: int = -1) -> bool:
        """Whether a body verifies under our secret."""
        digest = hmac.new(SECRET.encode(), self.bodies[place], hashlib.sha256).hexdigest()
        return self.signatures[place] == f"sha256={digest}"

    @contextlib.asynccontextmanager
    async def listening(self, port: int | None = 0) -> AsyncIterator["Listener"]:
        """On a free port, or a given one."""
        app = web.Application(client_max_size=16 * 1024 * 1024)
        app.router.add_route("*", "/hook", self.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        try:
            yield self
        finally:
            await runner.cleanup()


async def eventually(true: Callable[[], Any], deadline_s: float = S_MAX) -> None:
    """Wait until something holds."""
    until = asyncio.get_running_loop().time() + deadline_s
    while not true():
        assert asyncio.get_running_loop().time() < until, "it did not come in time"
        await asyncio.sleep(0.01)
