"""Somebody for the connect doctor to look at."""

import uuid
from typing import Any

from simulator.number import Number
from tests.real.inbox import Caller, Inbox

SECRET = "simulated-app-secret"  # the simulator's own, so that Graph tells the fields of its app


class Patient:
    """A connected number of its own, in an account of its own, with a token of its own."""

    def __init__(self, api: Inbox, agent: Caller) -> None:
        self.api = api
        self.agent = agent
        self.number_id = str(uuid.uuid4().int)[:15]
        self.account_id = f"2{self.number_id}"
        self.token = uuid.uuid4().hex
        self.path = f"/v1/numbers/{self.number_id}"

    async def connect(self, **more: str) -> None:
        """As Save & connect does."""
        form = {"phone_number_id": self.number_id, "access_token": self.token, "verify_token": "verify", **more}
        answer = await self.agent.ask("POST", "/v1/numbers", form)
        assert answer.code in (200, 201), answer.body

    async def health(self) -> dict[str, Any]:
        """The whole answer."""
        answer = await self.agent.ask("GET", f"{self.path}/health")
        assert 200 == answer.code, answer.body
        found: dict[str, Any] = answer.json
        return found

    async def hop(self, name: str) -> dict[str, Any]:
        """One hop of it."""
        return next(hop for hop in (await self.health())["hops"] if hop["hop"] == name)

    async def code(self, name: str) -> str:
        """What is said of one hop."""
        code: str = (await self.hop(name))["code"]
        return code

    def calls(self, since: int = 0) -> list[tuple[str, str]]:
        """What Graph was asked about the number and its account: route and fields."""
        nodes = (self.number_id, self.account_id)
        calls = self.api.simulator.ledger.records("call", since=since)
        return [(call["route"], call["fields"] or "") for call in calls if call["node"] in nodes]


async def a_patient(api: Inbox) -> Patient:
    """Connected, with an app secret; nothing has come yet."""
    made = Patient(api, await api.agent())
    api.simulator.add_number(Number(made.number_id, made.account_id, f"1{made.number_id[:10]}", "Shop"))
    api.simulator.add_token(made.token, [made.number_id])
    await made.connect(app_secret=SECRET)
    return made
