"""What aiohttp and aio-pika cost when they do less than must be done: the floor under every receiver made of them.

DOES says how little: `application` reads a body and answers 200; `parser` is a bare protocol that has aiohttp's parser
read each request, and answers; `gathered` is that, and answers when aio-pika has confirmed what gathered meanwhile;
`checked` is that for bodies whose signature is right and which ingest reads as plain, published as its events. Nothing
is counted, told or bounded, nobody is looked up, and what is not plain has no answer.
"""

import asyncio
import hashlib
import hmac
import os
import time
from collections.abc import Callable
from typing import cast

import aio_pika
import orjson
import uvloop
from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractExchange
from aiohttp import web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_parser import HttpRequestParser

from services.ingest import plain
from shared.contract.ids import WorkspaceId

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
IN_FLIGHT_MAX = 2  # as ours; more is no faster
HOST = "127.0.0.1"

SIGNATURE = "X-Hub-Signature-256"

Receive = Callable[[bytes, str, Callable[[], None]], None]


class Line(BaseProtocol):
    """One connection with a request at a time."""

    def __init__(self, loop: asyncio.AbstractEventLoop, receive: Receive) -> None:
        super().__init__(loop)
        self._reader = HttpRequestParser(self, loop, 2**16, max_line_size=8190, max_field_size=8190)
        self._receive = receive

    def data_received(self, data: bytes) -> None:
        """A whole request, but from who only asks whether it is there."""
        messages, _, _ = self._reader.feed_data(data)
        for head, payload in messages:
            self._reader.message_consumed()
            self._receive(b"".join(getattr(payload, "_buffer", ())), head.headers.get(SIGNATURE, ""), self._answer)

    def _answer(self) -> None:
        cast("asyncio.Transport", self.transport).write(_ANSWER)


class Gathering:
    """One message of the broker for all that came while the ones before it were confirmed."""

    def __init__(self, exchange: AbstractExchange, queue: str) -> None:
        self._exchange = exchange
        self._queue = queue
        self._secret = os.environ["APP_SECRET"].encode()
        self._waiting: list[tuple[bytes, Callable[[], None]]] = []
        self._in_flight = set[asyncio.Task[None]]()

    def receive(self, body: bytes, _: str, answer: Callable[[], None]) -> None:
        """Answered once it is confirmed."""
        if not body:
            answer()
            return
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._begin)
        self._waiting.append((body, answer))

    def check(self, body: bytes, signature: str, answer: Callable[[], None]) -> None:
        """The same for its events, if it is signed and plain."""
        if not body:
            answer()
            return
        made = hmac.digest(self._secret, body, hashlib.sha256).hex()
        read = plain.read(orjson.loads(body))
        if read is not None and hmac.compare_digest("sha256=" + made, signature):
            now_ms = time.time_ns() // 1_000_000
            self.receive(b"\n".join(read.lines(WorkspaceId("floor"), "verified", now_ms)), "", answer)

    def _begin(self) -> None:
        if self._waiting and len(self._in_flight) < IN_FLIGHT_MAX:
            waiting, self._waiting = self._waiting, []
            publishing = asyncio.create_task(self._publish(waiting))
            self._in_flight.add(publishing)
            publishing.add_done_callback(self._end)

    def _end(self, publishing: "asyncio.Task[None]") -> None:
        self._in_flight.discard(publishing)
        self._begin()

    async def _publish(self, waiting: list[tuple[bytes, Callable[[], None]]]) -> None:
        message = Message(b"\n".join(body for body, _ in waiting), delivery_mode=DeliveryMode.PERSISTENT)
        await self._exchange.publish(message, self._queue, mandatory=True)
        for _, answer in waiting:
            answer()


async def _application(port: int) -> None:
    async def receive(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(text="OK")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, port, backlog=1024).start()


async def main() -> None:
    """For ever."""
    does, port, queue = os.environ["DOES"], int(os.environ["PORT"]), os.environ["QUEUE"]
    loop = asyncio.get_running_loop()
    if does == "application":
        await _application(port)
    elif does == "parser":
        await loop.create_server(lambda: Line(loop, lambda _, __, answer: answer()), HOST, port, backlog=1024)
    else:
        connection = await aio_pika.connect(os.environ["AMQP_URL"])
        channel = await connection.channel(publisher_confirms=True)
        await channel.declare_queue(queue, durable=True, arguments={"x-queue-type": "quorum"})
        gathering = Gathering(channel.default_exchange, queue)
        receive = gathering.check if does == "checked" else gathering.receive
        await loop.create_server(lambda: Line(loop, receive), HOST, port, backlog=1024)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
