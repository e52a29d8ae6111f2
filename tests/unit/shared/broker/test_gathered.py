"""What is published at one time travels together, what has headers by itself, and each is told its own confirm."""

import asyncio
from dataclasses import replace
from typing import cast

import pytest

from shared.broker import Broker, BrokerUnavailable
from shared.broker.gathered import LIMITS, LINES_MAX, Gathered
from shared.topology import COMMANDS, CROWDED
from tests.unit.shared.broker.confirms import Confirms, settle


async def begun(over: Gathered, *bodies: bytes) -> "list[asyncio.Task[None]]":
    """Publishes that wait for a confirm."""
    tasks = [asyncio.create_task(over.publish(COMMANDS, body)) for body in bodies]
    await settle()
    return tasks


def gathered(confirms: Confirms, **limits: float) -> Gathered:
    """Over this broker."""
    return Gathered(cast("Broker", confirms), limits=replace(LIMITS, **limits))  # type: ignore[arg-type]


async def test_what_comes_in_one_turn_is_one_message() -> None:
    """A line each, in order; all are answered by its confirm, and not before."""
    confirms = Confirms()
    waiting = await begun(gathered(confirms), b"one", b"two", b"three")
    assert [b"one\ntwo\nthree"] == confirms.bodies
    assert not any(each.done() for each in waiting)
    confirms.confirm(0)
    await asyncio.gather(*waiting)


async def test_no_message_holds_more_lines_than_may_come_again() -> None:
    """The rest goes in the next."""
    confirms = Confirms()
    waiting = await begun(gathered(confirms), *[b"x"] * (LINES_MAX + 1))
    assert [b"\n".join([b"x"] * LINES_MAX), b"x"] == confirms.bodies
    confirms.confirm(0)
    confirms.confirm(1)
    await asyncio.gather(*waiting)


async def test_what_has_headers_or_goes_elsewhere_is_a_message_of_its_own() -> None:
    """Headers are of one command alone."""
    confirms = Confirms()
    over = gathered(confirms)
    ways = [
        asyncio.create_task(each)
        for each in (
            over.publish(COMMANDS, b"one"),
            over.publish(COMMANDS, b"again", {"repeated": 1}),
            over.publish(CROWDED, b"two"),
            over.publish(COMMANDS, b"three"),
        )
    ]
    await settle()
    assert {b"again", b"one\nthree", b"two"} == set(confirms.bodies)
    for which in range(3):
        confirms.confirm(which)
    await asyncio.gather(*ways)


async def test_behind_a_late_confirm_others_are_refused_at_once() -> None:
    """Who asked is there to ask again; it does not come to the broker."""
    confirms = Confirms()
    over = gathered(confirms, late_s=0.05)
    (late,) = await begun(over, b"late")
    await asyncio.sleep(0.1)
    with pytest.raises(BrokerUnavailable):
        await over.publish(COMMANDS, b"behind")
    assert [b"late"] == confirms.bodies
    confirms.confirm(0)
    await late


async def test_who_is_failed_is_told_so() -> None:
    """Nothing of the message is known to be stored."""
    confirms = Confirms()
    waiting = await begun(gathered(confirms), b"one", b"two")
    confirms.fail(0, BrokerUnavailable("blocked"))
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert [BrokerUnavailable] * 2 == [type(each) for each in found]
