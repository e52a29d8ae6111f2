"""Batches that go together."""

import asyncio

import pytest

from services.api.company import Company
from services.api.facts import Facts, Line, Owner
from shared.broker import Poison
from shared.contract.events import encode
from tests.telling import came


def batch(*names: str) -> Facts:
    """One batch of messages."""
    return Facts([b"\n".join(encode(came(name)) for name in names)])


class Projecting:
    """Counts what comes together; waits to be let go, and fails or finds poison as it is told."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.begun = asyncio.Event()
        self.go = asyncio.Event()
        self.failing = 0
        self.poisonous = ""

    async def __call__(self, by_number: dict[Owner, list[Line]]) -> list[Poison]:
        """All of them."""
        lines = [line for lines in by_number.values() for line, _ in lines if line is not None]
        self.sizes.append(len(lines))
        self.begun.set()
        await self.go.wait()
        if self.failing:
            self.failing -= 1
            raise ConnectionError
        return [Poison(line, "bad") for line in lines if self.poisonous and self.poisonous.encode() in line]


async def test_whoever_waits_goes_with_the_next() -> None:
    """The first goes alone, all that came meanwhile go together."""
    projecting = Projecting()
    company = Company(projecting)
    async with asyncio.TaskGroup() as group:
        for n in range(5):
            group.create_task(company.land(batch(f"in{n}")))
        await projecting.begun.wait()
        projecting.go.set()

    assert 5 == sum(projecting.sizes)
    assert len(projecting.sizes) <= 2


async def test_each_is_told_of_its_own_poison() -> None:
    """So that it is buried before its own delivery is acknowledged."""
    projecting = Projecting()
    projecting.poisonous = "bad-one"
    company = Company(projecting)
    tasks = [asyncio.create_task(company.land(batch(name))) for name in ("first", "leads", "bad-one")]
    await projecting.begun.wait()
    projecting.go.set()
    told = await asyncio.gather(*tasks)

    assert [1, 2] == projecting.sizes
    assert [0, 0, 1] == list(map(len, told))


async def test_a_failure_is_its_leader_s_alone() -> None:
    """The others are projected again: nobody is told that all is well because somebody else was too early."""
    projecting = Projecting()
    projecting.failing = 1
    company = Company(projecting)
    tasks = [asyncio.create_task(company.land(batch(name))) for name in ("first", "second", "third")]
    projecting.go.set()
    ended = await asyncio.gather(*tasks, return_exceptions=True)

    assert [ConnectionError, list, list] == [type(one) for one in ended]
    with pytest.raises(ConnectionError):
        raise next(one for one in ended if isinstance(one, BaseException))


async def test_who_is_cancelled_holds_up_nobody() -> None:
    """Neither while it waits, nor while it leads."""
    projecting = Projecting()
    company = Company(projecting)
    tasks = [asyncio.create_task(company.land(batch(name))) for name in ("first", "second", "third")]
    await projecting.begun.wait()
    tasks[0].cancel()
    tasks[1].cancel()
    projecting.go.set()

    assert [] == await tasks[2]
