"""One business: a workspace with an agent, a number at Meta, and customers who write to it."""

import asyncio
import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from demo.door import Door, Refused
from demo.state import Value
from simulator.customer import Customer
from simulator.number import Number
from simulator.webhooks.callback import Callback
from tests.real.waiting import S_MAX, until, until_answered
from tests.system.patience import door, persisted
from tests.system.stack import Stack

PAGE = 200
AGAIN_S = 0.1


@dataclass
class Shop:
    """Tells apart what was written, what was asked for, and what the inbox shows."""

    stack: Stack
    agent: Door
    token: str
    number_id: str
    access_token: str
    verify_token: str
    app_secret: str
    asked: list[str] = field(default_factory=list)  # ids of messages that the api has taken

    @property
    def path(self) -> str:
        """Of its number."""
        return f"/v1/numbers/{self.number_id}"

    async def connect(self, **more: Any) -> Value:
        """As Save & connect does."""
        credentials = {
            "phone_number_id": self.number_id,
            "access_token": self.access_token,
            "verify_token": self.verify_token,
            "app_secret": self.app_secret,
        }
        number: Value = await self.agent.ask("POST", "/v1/numbers", {**credentials, **more})
        return number

    def customer(self, name: str = "Ada", **more: Any) -> Customer:
        """Somebody new on WhatsApp."""
        digits = f"4915{secrets.randbelow(10**9):09}"
        facts = {"id": uuid.uuid4().hex, "phone": digits, "bsuid": f"DE.{digits}", **more}
        return self.stack.simulator.add_customer(Customer(name=name, **facts))

    def writes(self, customer: Customer, text: str = "Hello", **more: Any) -> str:
        """The customer writes; the wamid."""
        return self.stack.simulator.write(customer.id, text, number_id=self.number_id, **more)

    async def hears(self, customer: Customer, text: str = "Hello") -> str:
        """The same, and it has arrived."""
        wamid = self.writes(customer, text)
        await self.until_shown(customer, wamid)
        return wamid

    async def posts(self, customer: Customer, text: str = "Yes", message_id: str | None = None, **more: Any) -> str:
        """The agent answers, and asks again with the same id until the api has taken it, as a browser does."""
        message_id = await self._posts(customer, {"type": "text", "text": {"body": text}}, message_id, **more)
        self.asked.append(message_id)
        return message_id

    async def posts_reaction(self, customer: Customer, target: str, emoji: str) -> str:
        """A reaction, which is no message."""
        return await self._posts(customer, {"type": "reaction", "reaction": {"message_id": target, "emoji": emoji}})

    async def _posts(self, customer: Customer, content: Value, message_id: str | None = None, **more: Any) -> str:
        message_id = message_id or str(uuid.uuid4())
        body = {"id": message_id, "content": content, **more}
        while True:
            try:
                await self.agent.ask("POST", f"{self._conversation(customer)}/messages", body)
                return message_id
            except (aiohttp.ClientError, TimeoutError):
                await asyncio.sleep(AGAIN_S)
            except Refused as refused:
                if refused.status != 503:
                    raise
                await asyncio.sleep(AGAIN_S)

    async def reads(self, customer: Customer, up_to: str) -> None:
        """The agent has seen everything up to a message."""
        await self.agent.ask("POST", f"{self._conversation(customer)}/read", {"up_to": up_to})

    async def conversation(self, customer: Customer) -> Value:
        """As it is now; empty when there is none."""
        try:
            found: Value = await self.agent.ask("GET", self._conversation(customer))
        except Refused as refused:
            if refused.status != 404:
                raise
            return {}
        return found

    async def messages(self, customer: Customer | str) -> dict[str, Value]:
        """All of them, by id, newest first."""
        found: dict[str, Value] = {}
        before = ""
        while True:
            try:
                page = await self.agent.ask("GET", f"{self._conversation(customer)}/messages?limit={PAGE}{before}")
            except Refused as refused:
                if refused.status != 404:
                    raise
                return found
            found |= {each["id"]: each for each in page["messages"]}
            if not page.get("next"):
                return found
            before = f"&before={page['next']}"

    async def until_shown(
        self, customer: Customer, message_id: str, status: str | None = None, s_max: float = S_MAX
    ) -> Value:
        """A message, as soon as it is there and, if asked for, has come so far."""

        async def message() -> Value:
            return (await self.messages(customer)).get(message_id, {})

        return await until_answered(message, lambda found: found and status in (None, found.get("status")), s_max)

    async def until_settled(self) -> None:
        """Meta has nothing left to say: every webhook was answered with 200, and no status is to come."""
        parts = self.stack.simulator.parts
        outbox = parts.deliverer.outbox(self.number_id)
        await until(lambda: outbox.idle and not parts.statuses.pending)

    def _conversation(self, customer: Customer | str) -> str:
        contact_id = customer if isinstance(customer, str) else customer.bsuid or customer.phone
        return f"{self.path}/conversations/{contact_id}"


@asynccontextmanager
async def shop(stack: Stack, *, connected: bool = True, **number: Any) -> AsyncIterator[Shop]:
    """A new one; Meta knows its number and where its webhooks go."""
    simulator = stack.simulator
    number_id, access_token, app_secret = str(10**15 + secrets.randbelow(10**15)), uuid.uuid4().hex, uuid.uuid4().hex
    simulator.add_number(Number(number_id, f"1{number_id}", f"1555{number_id[-7:]}", "Shop", **number))
    simulator.add_token(access_token, [number_id])
    entrance = door(stack.http, stack.part("api").url)
    session = await entrance.ask("POST", "/v1/sessions", {"agent_name": "Ben"})
    agent = entrance.holding(session["token"])
    made = await agent.ask("POST", "/v1/tokens", {"name": "browser", "scopes": ["read", "send", "live"]})
    callback = await agent.ask("PUT", "/v1/callback", {"verify_token": "opensesame"})
    opened = Shop(stack, agent, made["token"], number_id, access_token, "opensesame", app_secret)
    address = Callback(
        id=number_id,
        url=callback["callback_url"],
        verify_token=opened.verify_token,
        app_secret=app_secret,
        number_ids=frozenset((number_id,)),
    )
    await persisted(lambda: simulator.set_callback(address), ValueError)
    if connected:
        await opened.connect()
    try:
        yield opened
    finally:
        await simulator.remove_callback(number_id)
