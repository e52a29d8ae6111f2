"""Whether a process has more to do than it can: how late its turn comes, asked once a second."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from shared import metrics

EVERY_S = 1.0  # costs nothing, and a process that is busy for less is not noticed by anybody


@asynccontextmanager
async def beating(every_s: float = EVERY_S) -> AsyncIterator[None]:
    """Measure for as long as the context is entered."""
    beat = asyncio.create_task(_beat(every_s))
    try:
        yield
    finally:
        beat.cancel()
        with suppress(asyncio.CancelledError):
            await beat


async def _beat(every_s: float) -> None:
    loop = asyncio.get_running_loop()
    while True:
        due_s = loop.time() + every_s
        await asyncio.sleep(every_s)
        metrics.LOOP_LAG_S.observe(max(0.0, loop.time() - due_s))
