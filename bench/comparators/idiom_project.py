"""The idiomatic stack, second of three: a subscriber of FastStream writes each message by redis-py and announces it."""

import asyncio
import json
import os
from typing import Any

import uvloop
from faststream import FastStream
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue
from redis.asyncio import Redis

from bench.comparators.answering import answering

PREFETCH = 100

broker = RabbitBroker(os.environ["AMQP_URL"], default_channel=Channel(prefetch_count=PREFETCH), logger=None)
redis = Redis.from_url(os.environ["REDIS_URL"], protocol=2)
queue = RabbitQueue(os.environ["QUEUE"], durable=True, queue_type=QueueType.QUORUM)
prefix = os.environ["PREFIX"]


@broker.subscriber(queue)  # type: ignore[untyped-decorator]  # it is of bench/comparators/site
async def project(fact: dict[str, Any]) -> None:
    """Row, order, unread, conversation, list, search, two changes, and the word that something has changed."""
    contact, message = fact["contact"], fact["message"]
    who, wamid, sent = contact["user_id"], message["id"], int(message["timestamp"])
    row, conversation = json.dumps(message), json.dumps(contact)
    order = f"{sent:010d}.{wamid}"
    await redis.hset(f"{prefix}:messages", wamid, row)
    await redis.zadd(f"{prefix}:index:{who}", {order: 0})
    await redis.zadd(f"{prefix}:inbound:{who}", {order: 0})
    await redis.hset(f"{prefix}:threads", who, conversation)
    await redis.zadd(f"{prefix}:conversations", {who: sent})
    await redis.hset(f"{prefix}:search", who, f"{contact['profile']['name']} {contact['wa_id']}")
    await redis.xadd(f"{prefix}:feed", {"c": row})
    await redis.xadd(f"{prefix}:feed", {"c": conversation})
    await redis.publish(f"{prefix}:feed", json.dumps({"message": message, "conversation": contact}))


async def main() -> None:
    """For ever."""
    app = FastStream(broker, logger=None)
    running = asyncio.create_task(app.run())
    await broker.ping(timeout=20)
    async with answering():
        await running


if __name__ == "__main__":
    uvloop.run(main())
