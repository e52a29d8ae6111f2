"""While RabbitMQ is silent, whoever publishes one by one is refused at once; when it speaks again, taken."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from shared.broker import BrokerUnavailable
from shared.broker.fuse import Fuse
from shared.broker.lateness import AHEAD_S
from shared.topology import COMMANDS
from tests.real.waiting import S_MAX
from tests.unit.shared.broker.confirms import Confirms, settle

LATE_S = 0.05


def fuse(confirms: Confirms, *, late_s: float = S_MAX, in_hand_max: int = 10) -> Fuse:
    """Over this broker; no test depends on its own speed."""
    return Fuse(confirms, late_s=late_s, in_hand_max=in_hand_max)


@asynccontextmanager
async def publishing(over: Fuse, body: bytes) -> AsyncIterator["asyncio.Task[None]"]:
    """A publish that has begun."""
    begun = asyncio.create_task(over.publish(COMMANDS, body))
    await settle()
    try:
        yield begun
    finally:
        begun.cancel()
        await asyncio.wait({begun})


async def test_each_is_answered_by_its_own_confirm() -> None:
    """In whatever order they come."""
    confirms = Confirms()
    over = fuse(confirms)
    async with publishing(over, b"first") as first, publishing(over, b"second") as second:
        confirms.confirm(1)
        await second
        assert not first.done()
        confirms.confirm(0)
        await first


async def test_behind_a_late_confirm_others_are_refused_at_once() -> None:
    """They do not reach the broker; when it has answered, the next one does."""
    confirms = Confirms()
    over = fuse(confirms, late_s=LATE_S)
    async with publishing(over, b"late") as late:
        await asyncio.sleep(2 * LATE_S)
        with pytest.raises(BrokerUnavailable):
            await over.publish(COMMANDS, b"behind")
        assert [b"late"] == confirms.bodies
        confirms.confirm(0)
        await late
    async with publishing(over, b"next"):
        assert [b"late", b"next"] == confirms.bodies


async def test_after_a_failure_others_are_refused_sooner() -> None:
    """One goes ahead; until it has come back nobody else waits for long, and then all may again."""
    confirms = Confirms()
    over = fuse(confirms)
    async with publishing(over, b"fails") as fails:
        confirms.fail(0, BrokerUnavailable("blocked"))
        with pytest.raises(BrokerUnavailable):
            await fails
    async with publishing(over, b"ahead") as ahead:
        await asyncio.sleep(2 * AHEAD_S)
        with pytest.raises(BrokerUnavailable):
            await over.publish(COMMANDS, b"behind")
        confirms.confirm(1)
        await ahead
    async with publishing(over, b"slow"):
        await asyncio.sleep(2 * AHEAD_S)
        async with publishing(over, b"beside it"):
            assert [b"fails", b"ahead", b"slow", b"beside it"] == confirms.bodies


async def test_so_many_at_once_and_no_more() -> None:
    """What each of them took is free again afterwards, also when it gave up."""
    confirms = Confirms()
    over = fuse(confirms, in_hand_max=2)
    async with publishing(over, b"first"), publishing(over, b"second"):
        with pytest.raises(BrokerUnavailable):
            await over.publish(COMMANDS, b"third")
    async with publishing(over, b"fourth"):
        assert [b"first", b"second", b"fourth"] == confirms.bodies
