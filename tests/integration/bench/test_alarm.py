"""The alarm of the benchmarks rings when it is due, and then only."""

import asyncio
import time

from bench.alarm import Alarm

WAIT_S = 0.0104  # no whole millisecond


async def test_it_rings_once_and_not_before_it_is_due() -> None:
    """What is sent at the ring is never early."""
    rung_s: list[float] = []
    rung = asyncio.Event()

    def ring() -> None:
        rung_s.append(time.monotonic())
        rung.set()

    alarm = Alarm(ring)
    set_s = time.monotonic()
    alarm.set(WAIT_S)
    await asyncio.wait_for(rung.wait(), 30)
    await asyncio.sleep(3 * WAIT_S)
    alarm.close()

    assert len(rung_s) == 1
    assert rung_s[0] - set_s >= WAIT_S


async def test_what_is_due_already_rings_at_once() -> None:
    """Who is late waits for nothing more."""
    rung = asyncio.Event()
    alarm = Alarm(rung.set)

    alarm.set(0.0)

    await asyncio.wait_for(rung.wait(), 30)
    alarm.close()


async def test_set_again_it_rings_at_the_new_time_alone() -> None:
    """There is one time at which it rings."""
    rung_s: list[float] = []
    rung = asyncio.Event()

    def ring() -> None:
        rung_s.append(time.monotonic())
        rung.set()

    alarm = Alarm(ring)
    set_s = time.monotonic()
    alarm.set(WAIT_S)
    alarm.set(4 * WAIT_S)
    await asyncio.wait_for(rung.wait(), 30)
    alarm.close()

    assert rung_s[0] - set_s >= 4 * WAIT_S


async def test_closed_it_never_rings() -> None:
    """Nothing is sent after the end."""
    rung: list[None] = []
    alarm = Alarm(lambda: rung.append(None))
    alarm.set(WAIT_S)
    alarm.close()

    await asyncio.sleep(3 * WAIT_S)

    assert rung == []
