"""Waits for what must come true: never a fixed sleep, always a deadline."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

from shared.broker import Broker, BrokerUnavailable

# How many times as long as usual something may take: more than 1 where servers die on purpose while tests run.
PATIENCE = float(os.environ.get("INBOX_TEST_PATIENCE", "1"))
S_MAX = 60.0 * PATIENCE  # no measure of anything, but an end: a busy machine takes ten times as long as an idle one

Answer = TypeVar("Answer")


async def until(true: Callable[[], object], s_max: float = S_MAX) -> None:
    """Return as soon as it is so; fail when it does not come."""
    async with asyncio.timeout(s_max):
        while not true():  # noqa: ASYNC110 (what is awaited here cannot say when it has come)
            await asyncio.sleep(0.005)


async def until_ready(broker: Broker, s_max: float = S_MAX) -> None:
    """Return as soon as the broker answers."""
    await until_taken(broker.ready, s_max)


async def until_taken(ask: Callable[[], Awaitable[None]], s_max: float = S_MAX) -> None:
    """Ask again while the broker refuses, as whoever clicks does: a busy RabbitMQ may drop a connection."""
    async with asyncio.timeout(s_max):
        while True:
            try:
                return await ask()
            except BrokerUnavailable:
                await asyncio.sleep(0.02)


async def until_answered(
    ask: Callable[[], Awaitable[Answer]], good: Callable[[Answer], object], s_max: float = S_MAX
) -> Answer:
    """Ask again and again until the answer is good, and return it."""
    async with asyncio.timeout(s_max):
        while not good(answer := await ask()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    return answer
