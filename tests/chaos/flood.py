"""Everybody writes at once and nobody gives up: what was refused is asked for again until it is taken."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

import aiohttp

from demo.state import Value
from simulator.customer import Customer
from tests.chaos.ledgers import Click
from tests.system.shop import Shop

CUSTOMERS = 40
AGENTS = 48
WRITES_EVERY_S = 0.02
AGAIN_S = 0.2  # much sooner than a browser
FILLING = "x" * 2_000
ASKED_S_MAX = 60.0
TAKEN = 202


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of an agent, and its answer; a code of 0 is none."""

    at_s: float
    took_s: float
    status: int
    code: str = ""
    again_after: str | None = None


class Flood:
    """Customers by way of Meta, which comes again by itself, and agents, who do the same."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._chance = Random("flood")
        self._over = asyncio.Event()
        self._people: list[Customer] = []
        self.clicks: dict[str, Click] = {}
        self.asked: list[Asked] = []
        self.written = 0

    @asynccontextmanager
    async def rising(self) -> AsyncIterator[None]:
        """In full flow inside; at the end everything that was begun has been taken."""
        self._people = [self._shop.customer(f"{place}") for place in range(CUSTOMERS)]
        await asyncio.gather(*(self._shop.hears(customer) for customer in self._people))
        async with asyncio.TaskGroup() as all_of_them:
            all_of_them.create_task(self._writing())
            for _ in range(AGENTS):
                all_of_them.create_task(self._answering())
            try:
                yield
            finally:
                self._over.set()

    def refused(self, since_s: float) -> list[Asked]:
        """What agents were refused from then on."""
        return [each for each in self.asked if each.status != TAKEN and each.at_s >= since_s]

    async def _writing(self) -> None:
        while not self._over.is_set():
            self._shop.writes(self._chance.choice(self._people), f"{self.written} {FILLING}")
            self.written += 1
            await asyncio.sleep(WRITES_EVERY_S)

    async def _answering(self) -> None:
        while not self._over.is_set():
            customer = self._chance.choice(self._people)
            message_id = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
            text = f"{len(self.clicks)} {FILLING}"
            self.clicks[message_id] = Click(message_id, str(customer.bsuid), self._now_s(), text)
            body = {"id": message_id, "content": {"type": "text", "text": {"body": text}}}
            while await self._ask(customer, body) != TAKEN:  # noqa: ASYNC110 (who was refused comes again)
                await asyncio.sleep(AGAIN_S)
            await asyncio.sleep(AGAIN_S)

    async def _ask(self, customer: Customer, body: Value) -> int:
        door = self._shop.agent
        url = f"{door.url}{self._shop.path}/conversations/{customer.bsuid}/messages"
        headers = {"Authorization": f"Bearer {door.secret}"}
        timeout = aiohttp.ClientTimeout(total=ASKED_S_MAX)
        at_s, status, code, again_after = self._now_s(), 0, "", None
        try:
            async with door.http.post(url, json=body, headers=headers, timeout=timeout) as answer:
                status, again_after = answer.status, answer.headers.get("Retry-After")
                code = (await answer.json(content_type=None)).get("code", "")
        except (aiohttp.ClientError, OSError, TimeoutError):
            pass
        self.asked.append(Asked(at_s, self._now_s() - at_s, status, code, again_after))
        return status

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()
