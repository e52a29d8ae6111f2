"""The least that takes a click: aiohttp, one Redis round trip, and publishes that gather while confirms are awaited."""

import asyncio
import os
from collections.abc import Sequence

import aio_pika
import orjson
import uvloop
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractExchange
from aiohttp import web
from redis.asyncio import Redis

KEPT_S = 8 * 24 * 3600
TOGETHER_MAX = 500
IN_FLIGHT_MAX = 2


class Gathered:
    """What comes while two messages are unconfirmed travels in the next."""

    def __init__(self, exchange: AbstractExchange, queue: str) -> None:
        self._exchange = exchange
        self._queue = queue
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._in_flight: set[asyncio.Task[None]] = set()

    async def publish(self, line: bytes) -> None:
        """Return once it is confirmed."""
        confirmed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((line, confirmed))
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._leave)
        await confirmed

    def _leave(self) -> None:
        while self._waiting and len(self._in_flight) < IN_FLIGHT_MAX:
            together, self._waiting = self._waiting[:TOGETHER_MAX], self._waiting[TOGETHER_MAX:]
            way = asyncio.create_task(self._publish(together))
            self._in_flight.add(way)
            way.add_done_callback(self._back)

    def _back(self, way: "asyncio.Task[None]") -> None:
        self._in_flight.discard(way)
        self._leave()

    async def _publish(self, together: Sequence[tuple[bytes, "asyncio.Future[None]"]]) -> None:
        body = b"\n".join(line for line, _ in together)
        message = Message(body, delivery_mode=DeliveryMode.PERSISTENT)
        await self._exchange.publish(message, self._queue, mandatory=True)
        for _, confirmed in together:
            confirmed.set_result(None)


async def main() -> None:
    """For ever; nothing is checked but that the body is JSON with an id."""
    redis = Redis.from_url(os.environ["REDIS_URL"], protocol=2)
    prefix, queue = os.environ["PREFIX"], os.environ["QUEUE"]
    connection = await aio_pika.connect(os.environ["AMQP_URL"])
    channel = await connection.channel(publisher_confirms=True)
    await channel.declare_queue(queue, durable=True, arguments={"x-queue-type": "quorum"})
    gathered = Gathered(channel.default_exchange, queue)

    async def send(request: web.Request) -> web.Response:
        body = await request.read()
        asked = orjson.loads(body)
        first = await redis.set(f"{prefix}:{asked['id']}", body, nx=True, ex=KEPT_S, get=True)
        await gathered.publish(body)
        return web.Response(status=202, body=first or body, content_type="application/json")

    app = web.Application()
    app.router.add_post("/v1/numbers/{number_id}/conversations/{contact_id}/messages", send)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"]), backlog=1024).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
