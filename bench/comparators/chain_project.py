"""The bare chain, second of three: what aio-pika hands over one script of redis-py writes and announces.

`bare.py` is before it and `idiom_push.py` behind it. Nothing is read, parsed or checked on the whole way: what each
package takes to be woken, and to pass a message on that is stored, is all that is left.
"""

import asyncio
import os

import aio_pika
import uvloop
from aio_pika.abc import AbstractIncomingMessage
from redis.asyncio import Redis

from bench.comparators.answering import answering

PREFETCH = 100
_SCRIPT = (
    "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])"
    " redis.call('XADD', KEYS[2], '*', 'c', ARGV[2])"
    " return redis.call('PUBLISH', KEYS[2], ARGV[2])"
)


async def main() -> None:
    """For ever; a message each."""
    name, prefix = os.environ["QUEUE"], os.environ["PREFIX"]
    keys = [f"{prefix}:rows", f"{prefix}:feed"]
    redis = Redis.from_url(os.environ["REDIS_URL"], protocol=2)
    script = redis.register_script(_SCRIPT)
    connection = await aio_pika.connect(os.environ["AMQP_URL"])
    channel = await connection.channel()
    await channel.set_qos(prefetch_count=PREFETCH)
    queue = await channel.declare_queue(name, durable=True, arguments={"x-queue-type": "quorum"})

    async def project(message: AbstractIncomingMessage) -> None:
        await script(keys=keys, args=[message.message_id or "", message.body])
        await message.ack()

    await queue.consume(project)
    async with answering():
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
