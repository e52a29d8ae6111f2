"""A busy hour: customers write and agents answer while something happens to the installation."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from simulator.customer import Customer
from tests.system.shop import Shop

CUSTOMERS = 6
WRITES_EVERY_S = 0.03
POSTS_EVERY_S = 0.06


class Traffic:
    """Goes on until it is told that this was all."""

    def __init__(self, shop: Shop, people: list[Customer]) -> None:
        self._shop = shop
        self._people = people
        self._over = asyncio.Event()
        self.written = 0

    async def flows(self) -> None:
        """Both ways."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._writing())
            # Agents work beside each other, so that one who waits for the api does not keep the others from it.
            for customer in self._people:
                both.create_task(self._posting(customer))

    def end(self) -> None:
        """What was begun is finished."""
        self._over.set()

    async def _writing(self) -> None:
        while not self._over.is_set():
            self._shop.writes(self._people[self.written % CUSTOMERS], f"{self.written}")
            self.written += 1
            await asyncio.sleep(WRITES_EVERY_S)

    async def _posting(self, customer: Customer) -> None:
        said = 0
        while not self._over.is_set():
            await self._shop.posts(customer, f"{said}")
            said += 1
            await asyncio.sleep(POSTS_EVERY_S * CUSTOMERS)


@asynccontextmanager
async def traffic(shop: Shop, before: int = 15, after: int = 15) -> AsyncIterator[Traffic]:
    """In full flow when the block begins, and for a while after it ends; whatever was posted has been taken."""
    people = [shop.customer(f"{count}") for count in range(CUSTOMERS)]
    await asyncio.gather(*(shop.hears(customer) for customer in people))
    flow = Traffic(shop, people)
    flowing = asyncio.create_task(flow.flows())
    try:
        await more(flow, flowing, before)
        yield flow
        await more(flow, flowing, after)
    finally:
        flow.end()
        await flowing


async def more(flow: Traffic, flowing: "asyncio.Task[None]", count: int) -> None:
    """Return when so many more messages have been written."""
    enough = flow.written + count
    while flow.written < enough and not flowing.done():  # noqa: ASYNC110 (customers do not say when they write)
        await asyncio.sleep(WRITES_EVERY_S)
