"""The simulator as a whole: its HTTP server, and the methods tests call when it runs in their own process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import Self

import aiohttp
from aiohttp import web

from simulator.cast import cast
from simulator.controls import Controls
from simulator.graph.endpoints import endpoints
from simulator.parts import Parts
from simulator.server import application
from simulator.settings import Settings
from simulator.webhooks.callback import Callback

HANDSHAKE_EVERY_S = 0.5


class Simulator(Controls):
    """Embedded: `async with Simulator(Settings(port=0, seed=7)).running() as sim:` and then sim.url, sim.write(...)."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.url = ""
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._http: aiohttp.ClientSession | None = None
        self._background: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[Self]:
        """Run for as long as the block does."""
        await self.start()
        try:
            yield self
        finally:
            await self.stop()

    async def start(self) -> None:
        """Open the port; customers come to life, and the callback of the settings is verified when it answers."""
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=30)
        self._http = aiohttp.ClientSession(
            connector=connector, headers={"User-Agent": "facebookexternalua"}, auto_decompress=False
        )
        self._build(None)
        app = application(self, lambda: self.graph)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0, keepalive_timeout=60.0)
        await self._runner.setup()
        await self._listen(self.settings.port)
        self._in_background(self._first_handshake())

    async def stop(self) -> None:
        """Close in reverse order."""
        for running in self._background:
            running.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()
        await self._quiet()
        await self.parts.deliverer.close()
        if self._http is not None:
            await self._http.close()

    async def reset(self) -> None:
        """Begin again: same settings, same callbacks; no messages, faults or extra customers, and real time."""
        await self._quiet()
        old = self.parts
        old.deliverer.clear()
        old.clock.reset()
        old.ledger.clear()
        self._build(old)
        for callback in old.deliverer.callbacks:
            await self.parts.deliverer.set_callback(callback, verify=False)
        await old.deliverer.close()
        if self.settings.cast == "demo" and self.parts.deliverer.callbacks:
            self.play()
        self.ledger.add("note", what="reset")

    def refuse_connections(self, for_s: float, after_s: float = 0.0) -> None:
        """Stop listening for a while: connecting fails, as when Graph cannot be reached at all."""
        self._in_background(self._away(for_s, after_s))

    async def _away(self, for_s: float, after_s: float) -> None:
        self.ledger.add("note", what="connections.refused", for_s=for_s)
        # The admin call that asks for this is answered first.
        await asyncio.sleep(after_s)
        if self._runner is None or self._site is None:
            return
        await self._site.stop()
        for connection in self._runner.server.connections if self._runner.server else ():
            if connection.transport is not None:
                connection.transport.close()
        await asyncio.sleep(for_s)
        await self._listen(self.port)

    async def _listen(self, port: int) -> None:
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, self.settings.host, port, reuse_address=True)
        await self._site.start()
        self.port = self._runner.addresses[0][1]
        host = "127.0.0.1" if self.settings.host in {"0.0.0.0", ""} else self.settings.host  # noqa: S104 - compared
        self.url = f"http://{host}:{self.port}"
        self.parts.shelf.base_url = self.url

    def _build(self, before: Parts | None) -> None:
        assert self._http is not None
        self.parts = Parts.wired(self.settings, self._http, before)
        self.parts.shelf.base_url = self.url
        self.graph = endpoints(self.parts)
        if self.settings.cast != "none":
            for customer in cast():
                self.parts.world.add_customer(customer)

    async def _quiet(self) -> None:
        await self.parts.player.stop_all()
        await self.parts.traffic.stop_all()
        self.parts.statuses.clear()

    async def _first_handshake(self) -> None:
        """The product may come up after us: ask until it answers or the patience is over."""
        if self.settings.callback_url is None:
            return
        secret = self.settings.app_secret
        callback = Callback(
            url=self.settings.callback_url,
            verify_token=self.settings.verify_token.get_secret_value(),
            app_secret=secret.get_secret_value() if secret else None,
        )
        deadline = asyncio.get_running_loop().time() + self.settings.handshake_for_s
        while asyncio.get_running_loop().time() < deadline:
            with contextlib.suppress(ValueError):
                await self.set_callback(callback)
                return
            await asyncio.sleep(HANDSHAKE_EVERY_S)
        await self.set_callback(callback, verify=False)

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        running = asyncio.get_running_loop().create_task(work)
        self._background.add(running)
        running.add_done_callback(self._background.discard)
