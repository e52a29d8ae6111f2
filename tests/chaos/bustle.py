"""As many conversations as the installation carries: whoever has an answer goes on, so the load finds its own level."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from random import Random

import aiohttp

from demo.door import Refused
from demo.state import Value
from simulator.customer import Customer, Habit
from tests.chaos.ledgers import Click
from tests.chaos.witness import Witness
from tests.real.waiting import until
from tests.system.browser import frames, socket_of
from tests.system.shop import Shop

CUSTOMERS = 150  # in so many conversations ten minutes of answers stay below what Meta allows of each
HABITS: tuple[Habit, ...] = ("plain", "plain", "reversed", "thrice", "early", "late_delivery")
UNSEEN_MAX = 500  # messages of customers that are on their way to the browser
AGENTS = 24  # each has one answer on its way to WhatsApp
LOOK_S = 0.02
AGAIN_S = 0.2
VISIT_EVERY_S = 1.0
VISIT_S_MAX = 15.0
EMOJI = ("👍", "❤️", "😂", "🙏")
SEEN_S_MAX = 60.0


class Bustle:
    """Notes what was clicked; what customers wrote is in the simulator's own ledger."""

    def __init__(
        self,
        shop: Shop,
        witness: Witness,
        chance: Random,
        *,
        unseen_max: int = UNSEEN_MAX,
        agents: int = AGENTS,
    ) -> None:
        self._unseen_max = unseen_max
        self._agents = agents
        self._shop = shop
        self._witness = witness
        self._chance = chance
        self._over = asyncio.Event()
        self._people = [shop.customer(f"{place}", habit=HABITS[place % len(HABITS)]) for place in range(CUSTOMERS)]
        self.written = 0
        self.visits = 0
        self.refused = 0
        self.clicks: dict[str, Click] = {}

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator[None]:
        """Until the block ends; what was begun is finished."""
        first = [(self._shop.writes(customer), customer) for customer in self._people]
        self.written += len(first)
        await until(lambda: all(self._seen(customer, wamid) for wamid, customer in first), SEEN_S_MAX)
        async with asyncio.TaskGroup() as all_of_them:
            all_of_them.create_task(self._writing())
            all_of_them.create_task(self._visiting())
            for _ in range(self._agents):
                all_of_them.create_task(self._answering())
            try:
                yield
            finally:
                self._over.set()

    # Customers

    async def _writing(self) -> None:
        unseen: dict[str, Customer] = {}
        while not self._over.is_set():
            for wamid in [wamid for wamid, customer in unseen.items() if self._seen(customer, wamid)]:
                del unseen[wamid]
            while len(unseen) < self._unseen_max:
                customer = self._chance.choice(self._people)
                if self._chance.random() < 0.1:
                    self._change(customer)
                unseen[self._shop.writes(customer, f"{self.written}")] = customer
                self.written += 1
            await asyncio.sleep(LOOK_S)

    def _change(self, customer: Customer) -> None:
        """An edit of what was written, or a reaction to what was received."""
        thread = customer.thread(self._shop.number_id)
        own = [each for each in list(thread.written)[-3:] if not each.is_edited]
        theirs = [each for each in list(thread.received)[-3:] if not each.reaction and each.type == "text"]
        if own and self._chance.random() < 0.5:
            self._shop.stack.simulator.edit(customer.id, "edited", own[0].wamid, self._shop.number_id)
        elif theirs:
            emoji = self._chance.choice(EMOJI)
            self._shop.stack.simulator.react(customer.id, emoji, theirs[0].wamid, self._shop.number_id)

    def _seen(self, customer: Customer, message_id: str) -> Value | None:
        return self._witness.state.message(str(customer.bsuid), message_id)

    # Agents

    async def _answering(self) -> None:
        while not self._over.is_set():
            customer = self._chance.choice(self._people)
            message_id = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
            text = f"answer {len(self.clicks)}"
            now_s = asyncio.get_running_loop().time()
            self.clicks[message_id] = Click(message_id, str(customer.bsuid), now_s, text)
            body = {"id": message_id, "content": {"type": "text", "text": {"body": text}}}
            await self._asked("POST", customer, "messages", body)
            if self._chance.random() < 0.15:  # a browser that did not hear the answer
                await self._asked("POST", customer, "messages", body)
            held = await self._asked("GET", customer, "messages?limit=30") or {"messages": []}
            if inbound := [each["id"] for each in held["messages"] if each["direction"] == "inbound"]:
                await self._asked("POST", customer, "read", {"up_to": inbound[0]})
            while not self._over.is_set() and self._waits(customer, message_id):  # noqa: ASYNC110 (as in `until`)
                await asyncio.sleep(LOOK_S)

    def _waits(self, customer: Customer, message_id: str) -> bool:
        """Whether the browser does not show yet that it was sent, or why not."""
        return (self._seen(customer, message_id) or {}).get("status") in (None, "queued")

    async def _asked(self, method: str, customer: Customer, what: str, body: Value | None = None) -> Value | None:
        """Again and again until it is taken, as a browser does."""
        path = f"{self._shop.path}/conversations/{customer.bsuid}/{what}"
        while True:
            with suppress(aiohttp.ClientError, OSError, TimeoutError):
                try:
                    answer: Value | None = await self._shop.agent.ask(method, path, body)
                    return answer
                except Refused as refused:
                    if refused.status not in (429, 503):
                        raise
                    self.refused += 1
            await asyncio.sleep(AGAIN_S)

    # Browsers that come and go

    async def _visiting(self) -> None:
        while not self._over.is_set():
            with suppress(aiohttp.ClientError, OSError, TimeoutError):
                await self._visit()
                self.visits += 1
            await asyncio.sleep(VISIT_EVERY_S)

    async def _visit(self) -> None:
        """A connection of its own, a page, and a socket from its cursor on until something came."""
        async with asyncio.timeout(VISIT_S_MAX), aiohttp.ClientSession() as http:
            url = f"{self._shop.agent.url}{self._shop.path}/snapshot?limit=20"
            async with http.get(url, headers={"Authorization": f"Bearer {self._shop.token}"}) as answer:
                cursor = (await answer.json()).get("cursor")
            async with socket_of(self._shop, cursor) as socket:
                async for frame in frames(socket):
                    if frame["type"] == "changes":
                        break
