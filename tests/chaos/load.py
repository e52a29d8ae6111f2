"""Conversations that go on whatever happens: customers write, edit, react and delete; agents answer and click twice."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import aiohttp

from demo.door import Door, Refused
from demo.state import Value
from simulator.customer import Customer, Habit
from tests.chaos.ledgers import Click
from tests.chaos.scene import Scene
from tests.chaos.witness import Witness
from tests.real.waiting import PATIENCE, until

AGENTS = 3
WRITES_EVERY_S = 0.14
CLICKS_EVERY_S = 0.75  # of one agent: with so many customers nearly as much as Meta allows for each of them
AGAIN_S = 0.1
LOOK_S = 0.1
ASKED_S_MAX = 180.0 * PATIENCE  # no fault keeps an agent waiting for so long
HABITS: tuple[Habit, ...] = (
    *("plain", "plain", "plain"),
    *("reversed", "thrice", "early", "late_delivery", "chat_open", "dropped"),
)
CUSTOMERS = 24
SECRET_WORD = "canary"  # in every text, so that any log that quotes one gives itself away
EMOJI = ("👍", "❤️", "😂", "🙏")
SAMPLES = ("image", "voice", "location")
Act = Callable[[Customer, Random], object]
TWICE = 0.15  # of all clicks are repeated by a browser that has not heard the answer, or did not wait for it


class Load:
    """Notes what was clicked; what customers wrote is in the simulator's own ledger."""

    def __init__(self, scene: Scene, witness: Witness, seed: int) -> None:
        self._scene = scene
        self._witness = witness
        self._seed = seed
        self._over = asyncio.Event()
        self._agents: list[Door] = []
        self.people: list[Customer] = []
        self.clicks: dict[str, Click] = {}
        self.written: dict[str, float] = {}  # when, by wamid
        self.odd: list[str] = []  # answers that no fault explains

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator[None]:
        """In full flow when the block begins; what was begun is finished when it ends."""
        await self._open()
        async with asyncio.TaskGroup() as both:
            both.create_task(self._writing(Random(f"{self._seed}-customers")))
            for number, agent in enumerate(self._agents):
                both.create_task(self._answering(agent, Random(f"{self._seed}-agent-{number}")))
            try:
                yield
            finally:
                self._over.set()

    async def probe(self) -> None:
        """Return when the browser sees a message that is written now; who calls sets the deadline."""
        wamid = self._write(self.people[0], Random())
        await until(lambda: self._witness.message(wamid), ASKED_S_MAX)

    async def all_there(self, wamids: Sequence[str]) -> None:
        """Return when the browser holds all of these; a later fault may bring back what an earlier one has lost."""
        missing = set(wamids)
        while missing := missing - self._held():  # noqa: ASYNC110
            await asyncio.sleep(LOOK_S)

    def _held(self) -> set[str]:
        return {message_id for thread in self._witness.state.messages.values() for message_id in thread}

    async def _open(self) -> None:
        shop = self._scene.shop
        self._agents = [shop.agent]
        while len(self._agents) < AGENTS:
            invite = (await shop.agent.ask("POST", "/v1/invites"))["invite"]
            session = await shop.agent.ask(
                "POST", "/v1/sessions", {"invite": invite, "agent_name": f"{len(self._agents)}"}
            )
            self._agents.append(shop.agent.holding(session["token"]))
        self.people = [
            shop.customer(f"{SECRET_WORD} {place}", habit=HABITS[place % len(HABITS)], **_hidden(place))
            for place in range(CUSTOMERS)
        ]
        first = [self._write(customer, Random()) for customer in self.people]
        await until(lambda: all(self._witness.message(wamid) for wamid in first), 60 * PATIENCE)

    # Customers

    async def _writing(self, chance: Random) -> None:
        while not self._over.is_set():
            customer = self.people[chance.randrange(CUSTOMERS)]
            acts: tuple[Act, ...] = (self._write, self._edit, self._revoke, self._react, self._send_sample)
            (act,) = chance.choices(acts, (78, 6, 3, 8, 5))
            act(customer, chance)
            await asyncio.sleep(chance.uniform(0, 2 * WRITES_EVERY_S))

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()

    def _write(self, customer: Customer, _: Random) -> str:
        wamid = self._scene.shop.writes(customer, f"{SECRET_WORD} in {len(self.written)}")
        self.written[wamid] = self._now_s()
        return wamid

    def _send_sample(self, customer: Customer, chance: Random) -> None:
        number_id = self._scene.shop.number_id
        wamid = self._scene.simulator.write(customer.id, sample=chance.choice(SAMPLES), number_id=number_id)
        self.written[wamid] = self._now_s()

    def _edit(self, customer: Customer, chance: Random) -> None:
        if target := self._own(customer, chance):
            self._scene.simulator.edit(
                customer.id, f"{SECRET_WORD} edited {chance.random()}", target, self._scene.shop.number_id
            )

    def _revoke(self, customer: Customer, chance: Random) -> None:
        if target := self._own(customer, chance):
            self._scene.simulator.revoke(customer.id, target, self._scene.shop.number_id)

    def _own(self, customer: Customer, chance: Random) -> str | None:
        """A text of theirs that has not changed yet: times are whole seconds, so a second change has no order."""
        written = customer.thread(self._scene.shop.number_id).written
        own = [each for each in written if not (each.is_edited or each.is_revoked) and each.content["type"] == "text"]
        return chance.choice(own[-5:]).wamid if own else None

    def _react(self, customer: Customer, chance: Random) -> None:
        received = customer.thread(self._scene.shop.number_id).received
        if fresh := [each for each in received if not each.reaction and each.type == "text"][-5:]:
            target = chance.choice(fresh).wamid
            self._scene.simulator.react(customer.id, chance.choice(EMOJI), target, self._scene.shop.number_id)

    # Agents

    async def _answering(self, agent: Door, chance: Random) -> None:
        reacted: set[str] = set()
        while not self._over.is_set():
            customer = self.people[chance.randrange(CUSTOMERS)]
            seen = self._seen(customer)
            dice = chance.random()
            if dice < 0.05 and seen:
                await self._asked(agent, customer, "read", {"up_to": seen[-1]["id"]})
            elif dice < 0.12 and (fresh := [each["id"] for each in seen if self._mine(each["id"], agent, reacted)]):
                target = chance.choice(fresh)
                reacted.add(target)
                await self._click(agent, customer, chance, {"message_id": target, "emoji": chance.choice(EMOJI)})
            else:
                await self._click(agent, customer, chance)
            await asyncio.sleep(chance.uniform(0, 2 * CLICKS_EVERY_S))

    def _mine(self, wamid: str, agent: Door, reacted: set[str]) -> bool:
        """One reaction of the business to a message: with two there would be no telling which was meant to stay."""
        return wamid not in reacted and sum(wamid.encode()) % AGENTS == self._agents.index(agent)

    def _seen(self, customer: Customer) -> list[Value]:
        """What the browser shows of the customer, newest last."""
        held = self._witness.state.thread(str(customer.bsuid or customer.phone))
        return [each for each in held if each["direction"] == "inbound" and not each.get("revoked_at")][-5:]

    async def _click(self, agent: Door, customer: Customer, chance: Random, reaction: Value | None = None) -> None:
        message_id = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        text = f"{SECRET_WORD} out {len(self.clicks)}"
        if reaction:
            content: Value = {"type": "reaction", "reaction": reaction}
        else:
            content = {"type": "text", "text": {"body": text}}
        target, emoji = (reaction["message_id"], reaction["emoji"]) if reaction else (None, None)
        contact_id = str(customer.bsuid or customer.phone)
        self.clicks[message_id] = Click(
            message_id, contact_id, self._now_s(), None if reaction else text, target, emoji
        )
        body = {"id": message_id, "content": content}
        pauses_s = [0.0, chance.uniform(0, 0.3)] if chance.random() < TWICE else [0.0]
        await asyncio.gather(*(self._asked(agent, customer, "messages", body, after_s) for after_s in pauses_s))

    async def _asked(self, agent: Door, customer: Customer, what: str, body: Value, after_s: float = 0.0) -> None:
        """Ask again with the same body until the api has taken it, as a browser does."""
        path = f"{self._scene.shop.path}/conversations/{customer.bsuid or customer.phone}/{what}"
        await asyncio.sleep(after_s)
        until_s = self._now_s() + ASKED_S_MAX
        while self._now_s() < until_s:
            try:
                await agent.ask("POST", path, body)
                return
            except (aiohttp.ClientError, OSError, TimeoutError):
                pass
            except Refused as refused:
                if refused.status not in (429, 503):
                    self.odd.append(f"{what}: {refused.status} {refused.code}")
                if refused.status < 500 and refused.status != 429:
                    return
            await asyncio.sleep(AGAIN_S)
        self.odd.append(f"{what}: not taken for {ASKED_S_MAX:.0f} s")


def _hidden(place: int) -> dict[str, Any]:
    """A few are known by a username alone."""
    return (
        {"phone": None, "bsuid": f"DE.{uuid.uuid4().hex}", "username": f"{SECRET_WORD}{place}"}
        if place % 6 == 5
        else {}
    )
