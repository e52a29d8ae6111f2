"""How late a process gets its turn: nothing while it is idle, and what it was held up otherwise."""

import asyncio
import time

from prometheus_client import REGISTRY

from shared.pulse import beating


def late() -> float:
    """Beats that came more than a tenth of a second late, by now."""
    total = REGISTRY.get_sample_value("inbox_loop_lag_seconds_count") or 0.0
    return total - (REGISTRY.get_sample_value("inbox_loop_lag_seconds_bucket", {"le": "0.1"}) or 0.0)


async def test_a_process_that_is_held_up_is_late_by_as_much() -> None:
    """Whatever keeps the loop from turning."""
    before = late()
    async with beating(every_s=0.01):
        await asyncio.sleep(0.03)
        until_s = time.perf_counter() + 0.3
        while time.perf_counter() < until_s:
            pass
        await asyncio.sleep(0.05)
    assert late() > before


async def test_the_beat_ends_with_its_context() -> None:
    """Nothing of it stays behind."""
    before = asyncio.all_tasks()
    async with beating():
        assert len(before) + 1 == len(asyncio.all_tasks())
    assert before == asyncio.all_tasks()
