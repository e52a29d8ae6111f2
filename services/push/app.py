"""The live socket: who may open one, and everything that runs while some are open."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from time import monotonic

from aiohttp import hdrs, web

from services.push.cork import Cork
from services.push.hub import Hub
from services.push.pages import Pages
from services.push.session import House, Session
from services.push.settings import PushSettings
from services.push.sockets import Sockets
from services.push.tail import tailing
from services.push.takeover import Taken, agreed
from services.push.turnstile import Turnstile
from shared.contract.feed import SUBPROTOCOL
from shared.feed import Feed
from shared.http import ProblemError, origin_allowed
from shared.process import Ground

PATH = "/v1/live"


@asynccontextmanager
async def serving(ground: Ground, settings: PushSettings) -> AsyncIterator[list[web.RouteDef]]:
    """The routes of push, for its own process or the all-in-one; sockets close when `ground.stopping` is set."""
    loop = asyncio.get_running_loop()
    feed = Feed(ground.redis)
    sockets = Sockets(settings)
    pages = Pages(feed, settings)
    turnstile = Turnstile(settings)

    cork = Cork()

    def flush() -> None:
        began_s = monotonic()
        hub.flush()
        cork.written(began_s, monotonic())

    def flush_soon() -> None:
        wait_s = cork.wait_s(monotonic())
        # What gathers until then leaves in one write for each socket.
        if wait_s:
            loop.call_later(wait_s, flush)
        else:
            loop.call_soon(flush)

    hub = Hub(settings.queue_bytes_max, flush_soon, os.write)

    async def end_when_stopping() -> None:
        await ground.stopping.wait()
        sockets.end_all()

    async with tailing(feed, hub, settings) as tails, asyncio.TaskGroup() as group:
        house = House(settings, sockets, hub, tails, pages, ground.registry, ground.credentials, turnstile)

        async def live(request: web.Request) -> web.StreamResponse:
            _admit(request, settings)
            if ground.stopping.is_set() or sockets.full:
                raise ProblemError(503, "busy", headers={hdrs.RETRY_AFTER: "2"})
            session = Session(house, turnstile.pass_through(request), loop.time())
            session.open(request, agreed(request))
            return Taken()

        running = [
            group.create_task(sockets.beat()),
            group.create_task(sockets.revoke(ground.credentials.still_good)),
            group.create_task(end_when_stopping()),
        ]
        try:
            yield [web.get(PATH, live, allow_head=False)]
        finally:
            sockets.end_all()
            with suppress(TimeoutError):
                async with asyncio.timeout(settings.close_s_max):
                    await sockets.empty()
            await pages.close()
            for task in running:
                task.cancel()


def _admit(request: web.Request, settings: PushSettings) -> None:
    """Before the upgrade: what a page of another origin, or of another protocol, is told as plain HTTP."""
    if not origin_allowed(settings, request.headers.get(hdrs.ORIGIN)):
        raise ProblemError(403, "origin_not_allowed", "Set INBOX_ALLOWED_ORIGINS or INBOX_EXTENSION_IDS.")
    offered = request.headers.getall(hdrs.SEC_WEBSOCKET_PROTOCOL, [])
    names = {name.strip() for line in offered for name in line.split(",")}
    if names and SUBPROTOCOL not in names:
        raise ProblemError(400, "subprotocol", f"This socket speaks {SUBPROTOCOL}.")
