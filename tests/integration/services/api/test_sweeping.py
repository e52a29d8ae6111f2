"""A long conversation goes in steps that hold nobody up, and that whoever is left carries on."""

import asyncio
from typing import Any

import pytest

from services.api.projector import Projector
from shared.process import Ground
from tests.integration.services.api.forgotten import BEA, erased, everything, traces
from tests.real.chat import Chat, chat
from tests.telling import (
    came,
)


async def test_a_long_conversation_goes_in_steps_and_others_are_not_held_up(here: Chat) -> None:
    """At once for whoever looks; the messages follow, and no other conversation waits for them."""
    for begin in range(0, 3000, 1000):
        await here.tell(*(came(f"in{n}", at=n) for n in range(begin, begin + 1000)))
    projector, event = here.projector(), await erased(here, "US.100", "15550000100", at=10_000)
    await projector.handle([here.delivery([event])])
    erasing = asyncio.create_task(projector.eraser.run())
    slowest_s, loop = 0.0, asyncio.get_running_loop()
    count = 0
    while not erasing.done():
        began_s, count = loop.time(), count + 1
        await here.tell(came(f"b{count}", BEA, at=count))
        slowest_s = max(slowest_s, loop.time() - began_s)
    await erasing

    assert count == (await here.conversations())[0]["unread"]
    assert slowest_s < 5
    assert 0 == await here.ground.redis.hlen(here.store.key("detached"))
    assert [] == [key async for key in here.ground.redis.scan_iter(match=f"{here.store.tag}:index:*")][1:]


class Killed(BaseException):
    """Stands for the end of a process."""


class Mortal(Projector):
    """A projector that dies after so many round trips of its erasing."""

    def __init__(self, ground: Ground, steps: int) -> None:
        super().__init__(ground)
        self.left = steps
        land = self.eraser._land

        async def dying(*arguments: Any) -> None:
            self.left -= 1
            if self.left < 0:
                raise Killed
            await land(*arguments)

        self.eraser._land = dying  # type: ignore[method-assign, assignment]


async def test_whoever_is_killed_in_the_middle_is_carried_on_by_the_next(base: Ground) -> None:
    """After any step: nothing is left to be done twice, and nothing is left out."""
    for steps in range(7):
        here = chat(base)
        await everything(here)
        mortal, event = Mortal(base, steps), await erased(here, "US.100", "15550000100", at=1000)
        await mortal.handle([here.delivery([event])])
        with pytest.raises(Killed):
            await mortal.eraser.run()
        await here.projector().eraser.run()

        assert {here.store.key("feed")} == {key for key, _ in await traces(here)}, steps
        assert ["15550000200"] == [c["contact_id"] for c in await here.conversations()]
