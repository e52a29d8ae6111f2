"""The fastest webhook receiver that aiohttp and aio-pika alone make: no checks at all, confirm, 200."""

import asyncio
import os

import aio_pika
import uvloop
from aio_pika import DeliveryMode, Message
from aiohttp import web


async def main() -> None:
    """For ever."""
    queue = os.environ["QUEUE"]
    connection = await aio_pika.connect(os.environ["AMQP_URL"])
    channel = await connection.channel(publisher_confirms=True)
    await channel.declare_queue(queue, durable=True, arguments={"x-queue-type": "quorum"})
    exchange = channel.default_exchange

    async def receive(request: web.Request) -> web.Response:
        body = await request.read()
        await exchange.publish(Message(body, delivery_mode=DeliveryMode.PERSISTENT), queue, mandatory=True)
        return web.Response(text="OK")

    app = web.Application()
    app.router.add_post("/webhooks/{key}", receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"]), backlog=1024).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
