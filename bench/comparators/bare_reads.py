"""The fastest page that aiohttp and redis-py alone make: one GET of the finished bytes, for anybody who asks."""

import asyncio
import os
from typing import cast

import uvloop
from aiohttp import web
from redis.asyncio import Redis


async def main() -> None:
    """For ever; the last part of a path is a key."""
    redis = Redis.from_url(os.environ["REDIS_URL"], protocol=2)
    prefix = os.environ["PREFIX"]

    async def read(request: web.Request) -> web.Response:
        found = cast("bytes | None", await redis.get(f"{prefix}:{request.match_info['name']}"))
        return web.Response(status=404 if found is None else 200, body=found, content_type="application/json")

    app = web.Application()
    app.router.add_get("/pages/{name}", read)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"]), backlog=1024).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
