"""The projector that most people would write with aio-pika and redis-py: an acknowledgement and a write at a time."""

import asyncio
import os

import aio_pika
import uvloop
from aio_pika.abc import AbstractIncomingMessage
from redis.asyncio import Redis

from bench.comparators import writes
from bench.comparators.answering import answering
from shared.contract.events import MessageReceived, decode

PREFETCH = 100


async def main() -> None:
    """For ever; up to a hundred messages in hand, as the prefetch allows."""
    redis = Redis.from_url(os.environ["REDIS_URL"], protocol=2)
    connection = await aio_pika.connect(os.environ["AMQP_URL"])
    channel = await connection.channel()
    await channel.set_qos(prefetch_count=PREFETCH)
    queue = await channel.declare_queue(os.environ["QUEUE"], durable=True, arguments={"x-queue-type": "quorum"})

    async def project(message: AbstractIncomingMessage) -> None:
        async with message.process():
            fact = decode(message.body)
            assert isinstance(fact, MessageReceived)
            for command in writes.of(fact):
                await redis.execute_command(*command)  # type: ignore[no-untyped-call]

    async with answering():
        await queue.consume(project)
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
