"""RabbitMQ and Redis die, come back, and run out of room."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.chaos.fault import fault
from tests.chaos.scene import Scene


@fault("RabbitMQ killed and restarted")
async def rabbitmq_killed(scene: Scene) -> None:
    """kill -9; quorum queues are on its disk."""
    await asyncio.to_thread(scene.rabbitmq.kill)
    await scene.last(scene.chance.uniform(0, 2))
    await asyncio.to_thread(scene.rabbitmq.start)


@fault("Redis killed and restarted", times=2)
async def redis_killed(scene: Scene) -> None:
    """kill -9; what it has answered is in its append-only file."""
    await asyncio.to_thread(scene.redis.kill)
    await scene.last(scene.chance.uniform(0, 2))
    await asyncio.to_thread(scene.redis.start)


@asynccontextmanager
async def alarm(scene: Scene, setting: str, low: str, usual: str) -> AsyncIterator[None]:
    """RabbitMQ blocks whoever publishes."""
    try:
        await asyncio.to_thread(scene.rabbitmq.control, setting, low)
        yield
    finally:
        await asyncio.to_thread(scene.rabbitmq.control, setting, usual)


@fault("RabbitMQ's memory alarm")
async def memory_alarm(scene: Scene) -> None:
    """It holds all publishers back, on connections that stay open."""
    async with alarm(scene, "set_vm_memory_high_watermark", "0", "0.4"):
        await scene.last()


@fault("RabbitMQ's disk alarm")
async def disk_alarm(scene: Scene) -> None:
    """The same, for want of disk."""
    async with alarm(scene, "set_disk_free_limit", "999999G", "50M"):
        await scene.last()
