"""Batches that wait for their turn, and go together when it comes: the more there is to do, the less each costs."""

import asyncio
from collections.abc import Awaitable, Callable

from services.api.facts import Facts, Line, Owner
from shared.broker import Poison

FACTS_MAX = 10_000  # together: some seconds of a busy number, some tens of megabytes

Project = Callable[[dict[Owner, list[Line]]], Awaitable[list[Poison]]]


class Company:
    """One projects at a time, on behalf of whoever waits; if that fails, each of them tries again for itself."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._turn = asyncio.Lock()
        self._waiting: dict[asyncio.Future[list[Poison]], Facts] = {}

    async def land(self, facts: Facts) -> list[Poison]:
        """Return when these have been projected; those of them that could not be."""
        own: asyncio.Future[list[Poison]] = asyncio.get_running_loop().create_future()
        self._waiting[own] = facts
        try:
            async with self._turn:
                if not own.done():
                    await self._lead(own)
        finally:
            self._waiting.pop(own, None)
        return own.result()

    async def _lead(self, own: asyncio.Future[list[Poison]]) -> None:
        led = {own: self._waiting[own]}
        count = _count(led[own])
        for other, facts in self._waiting.items():
            if other is not own and count + _count(facts) <= FACTS_MAX:
                led[other] = facts
                count += _count(facts)
        together: dict[Owner, list[Line]] = {}
        for facts in led.values():
            for owner, lines in facts.by_number.items():
                together.setdefault(owner, []).extend(lines)
        left = await self._project(together)
        for future in reversed(led):
            # Each buries its own before it is acknowledged; what is in nobody's lines is the leader's, who comes last.
            own_lines = _lines(led[future]) if left else set()
            theirs = left if future is own else [poison for poison in left if poison.body in own_lines]
            left = [poison for poison in left if poison not in theirs]
            if not future.done():  # whoever has been cancelled is not acknowledged either
                future.set_result(theirs)


def _count(facts: Facts) -> int:
    return sum(map(len, facts.by_number.values()))


def _lines(facts: Facts) -> set[bytes | None]:
    return {line for lines in facts.by_number.values() for line, _ in lines}
