"""The smallest process that stands on the ground: `python -m tests.integration.shared.smallest [what goes wrong]`."""

import asyncio
import sys

from aiohttp import web

from shared.http import application, listening
from shared.process import ground, run
from shared.settings import Settings, load
from tests.real.waiting import S_MAX

# Shorter than the product's, so that what is never finished is cut off while a test watches; and longer, where nothing
# is to be cut off, however slow the machine is.
HASTE = (1.5, 5.0)
PATIENCE = (S_MAX, 2 * S_MAX)


WRONG = sys.argv[1] if len(sys.argv) > 1 else ""
DRAIN_S_MAX, FINISH_S_MAX = HASTE if WRONG in ("request", "closing") else PATIENCE


async def main() -> None:
    """Serve until told to stop, or go wrong as asked."""
    settings = load(Settings, port=0)
    async with ground(settings) as base:

        async def poll(request: web.Request) -> web.Response:
            await base.redis.incr(request.query["begun"])
            await base.stopping.wait()
            return web.json_response({"changes": []})

        async def work(request: web.Request) -> web.Response:
            await base.redis.incr(request.query["begun"])
            while not await base.redis.exists(request.query["goal"]):  # noqa: ASYNC110 (the test is another process)
                await asyncio.sleep(0.02)
            return web.json_response({"finished": True})

        async def stuck(_: web.Request) -> web.Response:
            await asyncio.Event().wait()
            raise AssertionError("never")

        async def store(_: web.Request) -> web.Response:
            await base.redis.get("anything")
            return web.json_response({})

        routes = [web.get("/poll", poll), web.get("/work", work), web.get("/stuck", stuck), web.get("/store", store)]
        app = application(routes, base.health, probes="open")
        async with listening(app, settings.host, settings.port, drain_s_max=DRAIN_S_MAX) as port:
            print(port, flush=True)
            async with asyncio.TaskGroup() as group:
                if WRONG == "part":
                    group.create_task(_part())
                await base.stopping.wait()
        if WRONG == "closing":
            await asyncio.Event().wait()


async def _part() -> None:
    await asyncio.sleep(0.05)
    raise RuntimeError("a private text")


if __name__ == "__main__":
    run(main, finish_s_max=FINISH_S_MAX)
