"""`python -m tests.real.hanging URL NAMESPACE`: a reader that takes a delivery and never finishes, to be killed."""

import asyncio
import sys

from shared.broker import Delivery
from tests.real.brokers import SMALL, WORK, Brokers


async def read(url: str, namespace: str) -> None:
    """Say what has come, and hang."""

    async def hang(delivery: Delivery) -> None:
        print(delivery.attempt, flush=True)
        await asyncio.Event().wait()

    async with Brokers(url, SMALL, namespace).make() as broker, broker.consuming(WORK, hang, concurrency=4):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(read(*sys.argv[1:]))
