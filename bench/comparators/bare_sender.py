"""The least that sends from a queue: consume, claim in Redis, call, publish confirmed, acknowledge; nothing remembered.

Written for speed as far as the packages go: claims of one turn of the loop share a round trip, outcomes a message.
"""

import asyncio
import os
from typing import Any

import aio_pika
import aiohttp
import orjson
import uvloop
from aio_pika.abc import AbstractIncomingMessage
from redis.asyncio import Redis

from bench.comparators.answering import answering
from bench.comparators.bare_click import Gathered

IN_FLIGHT = int(os.environ.get("IN_FLIGHT", "100"))
PER_S = float(os.environ.get("PER_S", "0"))  # 0: as fast as it can
ROOT = os.environ.get("GRAPH_URL", "") + "/v25.0"
KEPT_S = 8 * 24 * 3600


class Claims:
    """One pipeline for all that are asked for in a turn of the loop."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._prefix = prefix
        self._waiting: list[tuple[str, asyncio.Future[bool]]] = []
        self._asking: set[asyncio.Task[None]] = set()

    async def take(self, name: str) -> bool:
        """Whether nobody has called for it."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[bool] = loop.create_future()
        self._waiting.append((name, answer))
        if len(self._waiting) == 1:
            loop.call_soon(self._leave)
        return await answer

    def _leave(self) -> None:
        asking = asyncio.create_task(self._ask())
        self._asking.add(asking)
        asking.add_done_callback(self._asking.discard)

    async def _ask(self) -> None:
        together, self._waiting = self._waiting, []
        async with self._redis.pipeline(transaction=False) as pipeline:
            for name, _ in together:
                pipeline.set(f"{self._prefix}:{name}", 1, nx=True, ex=KEPT_S)
            answers = await pipeline.execute()
        for (_, answer), taken in zip(together, answers, strict=True):
            answer.set_result(bool(taken))


class Pace:
    """A time for each, one after the other."""

    def __init__(self) -> None:
        self._next_s = 0.0

    async def slot(self) -> None:
        """Return when it is due."""
        if not PER_S:
            return
        now_s = asyncio.get_running_loop().time()
        due_s = max(now_s, self._next_s)
        self._next_s = due_s + 1 / PER_S
        if due_s > now_s:
            await asyncio.sleep(due_s - now_s)


async def main() -> None:
    """For ever."""
    queue_name, token = os.environ["QUEUE"], os.environ["TOKEN"]
    redis, pace = Redis.from_url(os.environ["REDIS_URL"], protocol=2), Pace()
    claims = Claims(redis, queue_name)
    connection = await aio_pika.connect(os.environ["AMQP_URL"])
    publishing = await connection.channel(publisher_confirms=True)
    consuming = await connection.channel(publisher_confirms=False)
    await consuming.set_qos(prefetch_count=IN_FLIGHT)
    quorum: dict[str, Any] = {"x-queue-type": "quorum"}
    queue = await consuming.declare_queue(queue_name, durable=True, arguments=quorum)
    told = await publishing.declare_queue(f"{queue_name}.told", durable=True, arguments=quorum)
    outcomes = Gathered(publishing.default_exchange, told.name)
    session = aiohttp.ClientSession(
        headers={"Authorization": f"Bearer {token}"}, connector=aiohttp.TCPConnector(limit=IN_FLIGHT)
    )

    async def send(message: AbstractIncomingMessage) -> None:
        number, body = orjson.loads(message.body)
        name = body["biz_opaque_callback_data"]
        await pace.slot()
        if await claims.take(name):
            async with session.post(f"{ROOT}/{number}/messages", json=body) as answer:
                wamid = (await answer.json())["messages"][0]["id"]
            await outcomes.publish(orjson.dumps({"type": "send.accepted", "message_id": name, "wamid": wamid}))
        await message.ack()

    await queue.consume(send)
    async with session, answering():
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
