"""What the plain callers share: a hundred workers who take one call after the other from a file that is laid down."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import orjson

from bench.comparators.answering import answering

IN_FLIGHT = 100
ROOT = os.environ.get("GRAPH_URL", "") + "/v25.0"
TOKEN = os.environ.get("TOKEN", "")

Call = Callable[[str, dict[str, Any]], Awaitable[str]]  # number and body to the wamid


async def work(call: Call) -> None:
    """For ever: whatever file is laid down is called for and removed."""
    spool = Path(os.environ["SPOOL"])
    async with answering():
        while True:
            if spool.exists():
                waiting = iter(spool.read_bytes().splitlines())
                spool.unlink()
                await asyncio.gather(*(_worker(waiting, call) for _ in range(IN_FLIGHT)))
            await asyncio.sleep(0.002)


async def _worker(waiting: Iterator[bytes], call: Call) -> None:
    for line in waiting:
        number, body = orjson.loads(line)
        assert (await call(number, body)).startswith("wamid.")
