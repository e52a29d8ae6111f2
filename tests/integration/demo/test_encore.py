"""Somebody begins again when it is quiet."""

import asyncio
from contextlib import suppress
from typing import Any

from demo.encore import Encore
from demo.household import Household
from tests.real.waiting import until_answered


async def test_after_a_silence_a_customer_plays_again(found: Household) -> None:
    """As long as somebody talks, nobody is asked."""
    encore = Encore(found.simulator, quiet_s=0.2, looks_every_s=0.05)
    running = asyncio.create_task(encore.run())

    async def inbound() -> Any:
        return (await found.simulator.ask("GET", "/simulator/ledger"))["totals"]["inbound"]

    try:
        before = await inbound()
        await until_answered(inbound, lambda now: now > before)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
