"""Projectors of one installation that race each other over the same facts, in any order and some of them twice."""

import asyncio
import random
from collections.abc import Coroutine, Sequence
from typing import Any

from services.api.projection import Fact
from services.api.projector import Projector
from tests.real.chat import Chat
from tests.scenario import disordered

PROJECTORS = 3


async def race(
    here: Chat,
    facts: Sequence[Fact],
    chance: random.Random,
    *beside: Coroutine[Any, Any, object],
    erases: bool = False,
) -> list[Projector]:
    """Three at once, on batches that overlap, while `beside` goes on; with `erases` each erases now and then."""
    told = disordered(facts, chance)
    batches = [told[n : n + 5] for n in range(0, len(told), 4)]  # each overlaps the next by one
    projectors = [here.projector() for _ in range(PROJECTORS)]

    async def project(number: int) -> None:
        for batch in batches[number::PROJECTORS]:
            assert [] == await projectors[number].handle([here.delivery(batch[:2]), here.delivery(batch[2:])])
            if erases and chance.random() < 0.5:
                await projectors[number].eraser.run()

    async with asyncio.TaskGroup() as group:
        for number in range(PROJECTORS):
            group.create_task(project(number))
        for other in beside:
            group.create_task(other)
    return projectors
