"""The same writes without a broker: facts from a file, five hundred of them in one round trip."""

import asyncio
import os
from pathlib import Path

import uvloop
from redis.asyncio import Redis

from bench.comparators import writes
from bench.comparators.answering import answering
from shared.contract.events import MessageReceived, decode

FACTS = 500


async def main() -> None:
    """For ever: whatever file is laid down is written and removed."""
    redis = Redis.from_url(os.environ["REDIS_URL"], protocol=2)
    spool = Path(os.environ["SPOOL"])
    async with answering():
        while True:
            if spool.exists():
                lines = spool.read_bytes().splitlines()
                spool.unlink()
                for first in range(0, len(lines), FACTS):
                    await _write(redis, lines[first : first + FACTS])
            await asyncio.sleep(0.002)


async def _write(redis: "Redis", lines: list[bytes]) -> None:
    pipeline = redis.pipeline(transaction=False)
    for line in lines:
        fact = decode(line)
        assert isinstance(fact, MessageReceived)
        for command in writes.of(fact):
            pipeline.execute_command(*command)
    await pipeline.execute()


if __name__ == "__main__":
    uvloop.run(main())
