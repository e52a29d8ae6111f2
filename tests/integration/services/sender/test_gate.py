"""The last door before a call, on a real loop."""

import asyncio
import math
import time
from bisect import bisect_left

import pytest

from services.sender.gate import EARLY_S, TICK_S, Gate, tick_s
from services.sender.pace import Rates
from shared.contract.ids import NumberId

ONE, OTHER = NumberId("1"), NumberId("2")
LONG_S = 30.0


class Clock:
    """Remembers what it has last told, which is when the gate let through: whoever passes may be woken later."""

    def __init__(self) -> None:
        self.last_s = 0.0

    def __call__(self) -> float:
        """Now."""
        self.last_s = time.monotonic()
        return self.last_s


async def passing(gate: Gate, number_id: NumberId, due_s: float) -> float:
    """When it let through."""
    await gate.passed(number_id, due_s)
    return asyncio.get_running_loop().time()


async def test_no_second_sees_more_than_the_rate() -> None:
    """However many are due at once: a loop that has stood still has all of them due."""
    clock = Clock()
    gate, now_s = Gate(Rates(20.0), clock), clock()

    async def passed() -> float:
        await gate.passed(ONE, now_s)
        return clock.last_s

    went = sorted(await asyncio.gather(*(passed() for _ in range(50))))
    assert 20 >= max(bisect_left(went, at + 1.0) - n for n, at in enumerate(went))


async def test_what_is_due_later_waits_until_then() -> None:
    """A slot is when to go, and not before."""
    due_s = asyncio.get_running_loop().time() + 0.05
    assert await passing(Gate(Rates(20.0)), ONE, due_s) >= due_s


async def test_a_number_that_has_sent_its_share_holds_up_no_other() -> None:
    """Each number has a second of its own."""
    gate = Gate(Rates(1 / LONG_S))
    await gate.passed(ONE, 0.0)
    held = asyncio.create_task(gate.passed(ONE, 0.0))
    await gate.passed(OTHER, 0.0)
    assert not held.done()
    held.cancel()


async def test_who_is_due_first_goes_first() -> None:
    """Whoever has come first: a slot is a place."""
    gate, now_s, went = Gate(Rates(1000.0)), asyncio.get_running_loop().time(), list[str]()

    async def go(name: str, due_s: float) -> None:
        await gate.passed(ONE, due_s)
        went.append(name)

    async with asyncio.TaskGroup() as group:
        for name, after_s in (("last", 0.06), ("first", 0.02), ("between", 0.04)):
            group.create_task(go(name, now_s + after_s))
    assert ["first", "between", "last"] == went


async def test_what_has_come_too_late_leaves_a_few_at_a_time() -> None:
    """After a stop: all in one turn of the loop would be written late, and those behind them too."""
    gate, now_s = Gate(Rates(100.0)), asyncio.get_running_loop().time()
    await asyncio.gather(*(gate.passed(ONE, now_s) for _ in range(51)))
    assert asyncio.get_running_loop().time() - now_s >= 9 * TICK_S  # of which each has two and a half, and takes five


@pytest.mark.parametrize("per_s", [1000.0, 250.0, 80.0, 0.5])
def test_a_window_ends_a_little_before_a_tick(per_s: float) -> None:
    """However long it is: a whole tick later would be a fortieth of the rate."""
    window_s = Rates(per_s).window_ms / 1000
    ticks = window_s / tick_s(window_s)
    assert EARLY_S / tick_s(window_s) == pytest.approx(math.ceil(ticks) - ticks)
    assert 0.9 * TICK_S < tick_s(window_s) < 1.1 * TICK_S


async def test_one_who_waits_long_holds_up_nobody_who_comes_after() -> None:
    """Each is let go when it is due."""
    gate = Gate(Rates(1 / LONG_S))
    await gate.passed(ONE, 0.0)
    held = asyncio.create_task(gate.passed(ONE, 0.0))
    await asyncio.sleep(3 * TICK_S)
    async with asyncio.timeout(LONG_S / 2):
        await gate.passed(OTHER, asyncio.get_running_loop().time() + 0.05)
    held.cancel()
