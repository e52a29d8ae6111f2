"""The idiomatic stack, first of three: aiohttp checks the signature, aio-pika publishes and waits for the confirm."""

import asyncio
import hashlib
import hmac
import json
import os

import aio_pika
import uvloop
from aio_pika import DeliveryMode, Message
from aiohttp import web


async def main() -> None:
    """For ever; a message each."""
    queue, secret = os.environ["QUEUE"], os.environ["APP_SECRET"].encode()
    connection = await aio_pika.connect(os.environ["AMQP_URL"])
    channel = await connection.channel(publisher_confirms=True)
    await channel.declare_queue(queue, durable=True, arguments={"x-queue-type": "quorum"})

    async def receive(request: web.Request) -> web.Response:
        body = await request.read()
        signature = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature, request.headers.get("X-Hub-Signature-256", "")):
            return web.Response(status=401)
        for entry in json.loads(body)["entry"]:
            for change in entry["changes"]:
                value = change["value"]
                for message in value.get("messages", ()):
                    fact = json.dumps({"contact": value["contacts"][0], "message": message}).encode()
                    told = Message(fact, delivery_mode=DeliveryMode.PERSISTENT, content_type="application/json")
                    await channel.default_exchange.publish(told, queue, mandatory=True)
        return web.Response(text="OK")

    app = web.Application()
    app.router.add_post("/webhooks/{key}", receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"]), backlog=1024).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
