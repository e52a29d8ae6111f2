"""The idiomatic stack, third of three: what Redis announces is sent to every socket of aiohttp."""

import os

import uvloop
from aiohttp import WSMsgType, web
from redis.asyncio import Redis


async def main() -> None:
    """For ever."""
    redis = Redis.from_url(os.environ["REDIS_URL"], protocol=2)
    sockets: set[web.WebSocketResponse] = set()

    async def live(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        sockets.add(socket)
        try:
            await socket.send_str('{"type":"welcome"}')
            async for frame in socket:
                if frame.type is WSMsgType.ERROR:
                    break
        finally:
            sockets.discard(socket)
        return socket

    app = web.Application()
    app.router.add_get("/live", live)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"]), backlog=1024).start()
    async with redis.pubsub() as feed:
        await feed.subscribe(f"{os.environ['PREFIX']}:feed")
        async for heard in feed.listen():
            if heard["type"] == "message":
                for socket in list(sockets):
                    await socket.send_str(heard["data"].decode())


if __name__ == "__main__":
    uvloop.run(main())
