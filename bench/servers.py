"""The broker and the store that all sides share: private processes of this machine, on its own disk."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aio_pika

from tests.real import choice, session
from tests.real.asked import ask
from tests.real.process import ServerProcess
from tests.real.server import RABBITMQ, REDIS


@dataclass(frozen=True)
class Servers:
    """Running."""

    rabbitmq: ServerProcess
    redis: ServerProcess

    @property
    def leaders(self) -> Mapping[str, int]:
        """Whose processor time belongs to every side."""
        return {"rabbitmq": self.rabbitmq.pid, "redis": self.redis.pid}

    async def versions(self) -> dict[str, str]:
        """What they say of themselves."""
        async with await aio_pika.connect(self.rabbitmq.url) as connection:
            told = connection.transport.connection.server_properties if connection.transport else {}
        redis = ask(self.redis, "INFO", "server").decode()
        line = next(line for line in redis.splitlines() if line.startswith("redis_version:"))
        return {"rabbitmq": str(told.get("version", "unknown")), "redis-server": line.partition(":")[2]}


@asynccontextmanager
async def servers() -> AsyncIterator[Servers]:
    """Both, empty; removed at the end."""
    session.begin()
    try:
        rabbitmq, redis = (choice.on_this_machine(kind) for kind in (RABBITMQ, REDIS))
        await asyncio.gather(asyncio.to_thread(rabbitmq.start), asyncio.to_thread(redis.start))
        yield Servers(rabbitmq, redis)
    finally:
        session.end(choice.remove)
