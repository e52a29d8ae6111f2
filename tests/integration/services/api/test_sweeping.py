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
    """Other conversations go on between its steps."""
    for begin in range(0, 3000, 1000):
        await here.tell(*(came(f"in{n}", at=n) for n in range(begin, begin + 1000)))
    projector, event = here.projector(), await erased(here, "US.100", "15550000100", at=10_000)
    await projector.handle([here.delivery([event])])
    erasing = asyncio.create_task(projector.eraser.run())
    count = 0
    while not erasing.done():
        count += 1
        await here.tell(came(f"b{count}", BEA, at=count))
    await erasing

    assert count == (await here.conversations())[0]["unread"]
    assert count > 2  # while it went on
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
