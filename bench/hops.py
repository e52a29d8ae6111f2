"""`python -m bench.hops`: each hop between a webhook and a browser alone, at the pace of the whole, one after another.

What a message needs at the very least: half a POST, from a publisher to a consumer of a quorum queue, one script in
Redis, one announcement to who subscribes to it, half an echo of a WebSocket. No work is done between them.
"""

import asyncio
import secrets
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random
from statistics import median

import aio_pika
import aiohttp
import orjson
from aio_pika import DeliveryMode, Message
from aiohttp import web
from pydantic import BaseModel, ConfigDict
from redis.asyncio import Redis

from bench.webhooks import body

ANSWER_S_MAX = 20.0
_SCRIPT = "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) return redis.call('XADD', KEYS[2], '*', 'c', ARGV[2])"

Hop = Callable[[int], Awaitable[None]]


class Asked(BaseModel):
    """Where to, how often and how fast."""

    model_config = ConfigDict(frozen=True)

    amqp_url: str
    redis_url: str
    count: int
    per_s: float
    seed: int


async def timed(asked: Asked, hop: Hop) -> float:
    """The middle of the times of a hop in milliseconds, begun at exponential gaps."""
    # The clock of uvloop's loop counts whole milliseconds.
    luck, took_ms = Random(asked.seed), list[float]()  # noqa: S311 (a schedule)

    async def once(place: int) -> None:
        began_s = time.monotonic()
        await hop(place)
        took_ms.append((time.monotonic() - began_s) * 1000)

    async with asyncio.timeout(asked.count / asked.per_s + ANSWER_S_MAX), asyncio.TaskGroup() as group:
        due_s = time.monotonic()
        for place in range(asked.count):
            due_s += luck.expovariate(asked.per_s)
            await asyncio.sleep(max(0, due_s - time.monotonic()))
            group.create_task(once(place))
    return median(took_ms)


async def posted(asked: Asked) -> float:
    """Half a POST of a webhook to a server that only reads it."""

    async def take(request: web.Request) -> web.Response:
        await request.read()
        return web.Response()

    async with _served(web.post("/", take)) as url, aiohttp.ClientSession() as http:

        async def hop(place: int) -> None:
            async with http.post(url, data=body(place)) as answer:
                await answer.read()

        return await timed(asked, hop) / 2


async def delivered(asked: Asked) -> float:
    """From a publish to its delivery, through a durable quorum queue."""
    async with await aio_pika.connect(asked.amqp_url) as connection:
        channel = await connection.channel()
        name = f"bench-hop-{secrets.token_hex(6)}"
        queue = await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"})
        arrived = [asyncio.Event() for _ in range(asked.count)]

        async def take(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            arrived[int(message.message_id or 0)].set()
            await message.ack()

        await queue.consume(take)

        async def hop(place: int) -> None:
            told = Message(body(place), delivery_mode=DeliveryMode.PERSISTENT, message_id=str(place))
            await channel.default_exchange.publish(told, name)
            await arrived[place].wait()

        try:
            return await timed(asked, hop)
        finally:
            await queue.delete(if_unused=False, if_empty=False)


async def stored(asked: Asked) -> float:
    """One script that writes a row and appends to a feed."""
    redis = Redis.from_url(asked.redis_url, protocol=2)
    name = f"bench-hop-{secrets.token_hex(6)}"
    script = redis.register_script(_SCRIPT)

    async def hop(place: int) -> None:
        await script(keys=[f"{{{name}}}:rows", f"{{{name}}}:feed"], args=[place, body(place)])

    try:
        return await timed(asked, hop)
    finally:
        await redis.delete(f"{{{name}}}:rows", f"{{{name}}}:feed")
        await redis.aclose()


async def announced(asked: Asked) -> float:
    """From PUBLISH to who subscribes."""
    redis = Redis.from_url(asked.redis_url, protocol=2)
    name = f"bench-hop-{secrets.token_hex(6)}"
    arrived = [asyncio.Event() for _ in range(asked.count)]
    async with redis.pubsub() as feed:
        await feed.subscribe(name)

        async def listen() -> None:
            async for heard in feed.listen():
                if heard["type"] == "message":
                    arrived[int(heard["data"])].set()

        listening = asyncio.create_task(listen())

        async def hop(place: int) -> None:
            await redis.publish(name, str(place))
            await arrived[place].wait()

        try:
            return await timed(asked, hop)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await redis.aclose()


async def echoed(asked: Asked) -> float:
    """Half an echo of a WebSocket."""

    async def live(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        async for frame in socket:
            await socket.send_bytes(frame.data)
        return socket

    lock = asyncio.Lock()
    async with _served(web.get("/", live)) as url, aiohttp.ClientSession() as http, http.ws_connect(url) as socket:

        async def hop(place: int) -> None:
            async with lock:
                await socket.send_bytes(body(place))
                await socket.receive()

        return await timed(asked, hop) / 2


@asynccontextmanager
async def _served(route: web.RouteDef) -> AsyncIterator[str]:
    app = web.Application()
    app.add_routes([route])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


HOPS: dict[str, Callable[[Asked], Awaitable[float]]] = {
    "half a POST": posted,
    "publish to deliver": delivered,
    "script": stored,
    "announcement": announced,
    "half an echo": echoed,
}


async def main(asked: Asked) -> None:
    """Tell the middle of each, in milliseconds."""
    print(orjson.dumps({name: await hop(asked) for name, hop in HOPS.items()}).decode(), flush=True)


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(Asked.model_validate_json(sys.stdin.readline())))
