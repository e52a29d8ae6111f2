"""Waits that end when the process is to stop."""

import asyncio

from services.sender.alarm import Alarm
from tests.real.waiting import S_MAX

LONG_S = 1000.0


async def test_a_wait_lasts_as_long_as_it_was_asked_for() -> None:
    """And again after nobody has waited for a while."""
    alarm, loop = Alarm(asyncio.Event()), asyncio.get_running_loop()
    for _ in range(2):
        until_s = loop.time() + 0.05
        await alarm.wait(0.05)
        assert loop.time() >= until_s - 0.01


async def test_all_who_wait_are_woken_when_it_stops() -> None:
    """And nobody waits from then on."""
    stopping = asyncio.Event()
    alarm = Alarm(stopping)
    waiting = [asyncio.create_task(alarm.wait(LONG_S)) for _ in range(3)]
    await asyncio.sleep(0)
    stopping.set()
    async with asyncio.timeout(S_MAX):
        await asyncio.gather(*waiting)
        await alarm.wait(LONG_S)


async def test_one_who_gives_up_leaves_the_others_waiting() -> None:
    """A cancelled wait is nobody else's end."""
    stopping = asyncio.Event()
    alarm = Alarm(stopping)
    first, second = (asyncio.create_task(alarm.wait(LONG_S)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    assert not second.done()
    stopping.set()
    async with asyncio.timeout(S_MAX):
        await second
