"""The api and a projector on real servers, in this process, with the simulator for Graph: what HTTP tests talk to."""

import asyncio
import base64
import secrets
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from services.api import app, projector
from services.api.projector import ProjectorSettings
from services.api.settings import ApiSettings
from shared.broker import Delivery
from shared.contract import commands, events
from shared.contract.commands import AnyCommand
from shared.contract.content import Text, TextContent
from shared.contract.events import Event, Identity, MessageReceived
from shared.contract.ids import NumberId, Wamid, WorkspaceId
from shared.http import application, listening
from shared.process import Ground, ground, now_ms
from shared.topology import EVENTS, SENDER
from simulator.settings import Settings as SimulatorSettings
from simulator.simulator import Simulator
from tests.real.waiting import S_MAX

JOIN_KEY = "the join key of this test"


@dataclass(frozen=True)
class Answered:
    """An answer that has been read."""

    code: int
    json: Any
    headers: Any
    body: bytes

    @property
    def problem(self) -> tuple[int, str]:
        """The status and the stable code of a refusal."""
        return self.code, self.json["code"]


@dataclass(frozen=True)
class Caller:
    """Somebody with a credential (or without), who asks the api."""

    url: str
    http: aiohttp.ClientSession
    workspace_id: WorkspaceId
    secret: str | None = None
    id: str = ""

    async def ask(self, method: str, path: str, body: Any = None, **more: Any) -> Answered:
        """One request."""
        headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        headers |= more.pop("headers", {})
        if body is not None:
            more["json"] = body
        async with self.http.request(method, self.url + path, headers=headers, **more) as response:
            raw = await response.read()
            is_json = response.content_type.endswith("json") and raw
            return Answered(
                response.status, await response.json(content_type=None) if is_json else None, response.headers, raw
            )

    def holding(self, secret: str) -> "Caller":
        """The same, with another credential."""
        return Caller(self.url, self.http, self.workspace_id, secret)


@dataclass(frozen=True)
class Inbox:
    """A running api."""

    url: str
    ground: Ground
    http: aiohttp.ClientSession
    simulator: Simulator
    asked: list[AnyCommand]  # what came to the sender
    repeated: list[AnyCommand]  # those of them that said that they had been asked for before

    def asked_by(self, caller: Caller) -> list[AnyCommand]:
        """What the sender was asked for in the caller's workspace."""
        return [command for command in self.asked if command.workspace_id == caller.workspace_id]

    @property
    def stranger(self) -> Caller:
        """Nobody."""
        return Caller(self.url, self.http, WorkspaceId(""))

    async def agent(self, name: str = "Ada", **asked: Any) -> Caller:
        """Signed in, in a workspace of their own unless there is an invite."""
        asked = asked or {"join_key": JOIN_KEY}
        answer = await self.stranger.ask("POST", "/v1/sessions", {"agent_name": name, **asked})
        assert 201 == answer.code, answer.body
        workspace = WorkspaceId(answer.json["workspace"]["id"])
        return Caller(self.url, self.http, workspace, answer.json["token"], answer.json["session"]["id"])

    async def token(self, agent: Caller, *scopes: str) -> Caller:
        """An API token of the agent's workspace."""
        answer = await agent.ask("POST", "/v1/tokens", {"name": "robot", "scopes": list(scopes)})
        assert 201 == answer.code, answer.body
        return Caller(self.url, self.http, agent.workspace_id, answer.json["token"], answer.json["id"])

    @property
    def credentials(self) -> dict[str, str]:
        """What connects the simulator's number."""
        settings = self.simulator.settings
        return {
            "phone_number_id": settings.phone_number_id,
            "access_token": settings.access_token.get_secret_value(),
            "verify_token": "a verify token",
        }

    async def connected(self, agent: Caller) -> str:
        """The path of a connected number."""
        answer = await agent.ask("POST", "/v1/numbers", self.credentials)
        assert answer.code in (200, 201), answer.body
        return f"/v1/numbers/{answer.json['id']}"

    async def customer_writes(
        self, agent: Caller, text: str, wa_id: str = "15550001111", bsuid: str | None = None
    ) -> str:
        """A message has come in; its wamid, once the conversation shows it."""
        number_id = NumberId(self.simulator.settings.phone_number_id)
        wamid = Wamid(f"wamid.{uuid.uuid4().hex * 3}")
        at_ms = now_ms()
        came = MessageReceived(
            workspace_id=agent.workspace_id,
            number_id=number_id,
            received_ms=at_ms,
            contact=Identity(wa_id=wa_id, user_id=bsuid, name="Grace"),
            wamid=wamid,
            sent_ms=at_ms,
            content=TextContent(type="text", text=Text(body=text)),
        )
        await self.happens(came)
        path = f"/v1/numbers/{number_id}/conversations/{wa_id}/messages"

        async def shown() -> bool:
            answer = await agent.ask("GET", path)
            return answer.code == 200 and any(each["id"] == wamid for each in answer.json["messages"])

        await eventually(shown)
        return wamid

    async def happens(self, event: Event) -> None:
        """An event, as ingest or the sender would publish it."""
        await self.ground.broker.publish(EVENTS, events.encode(event))


@asynccontextmanager
async def inbox(redis_url: str, amqp_url: str | None = None, **given: Any) -> AsyncIterator[Inbox]:
    """All of it, until left; without a broker's URL its queues live in Redis, under a name of their own."""
    async with Simulator(SimulatorSettings(port=0, seed=7, cast="none")).running() as simulator:
        told = {
            "amqp_url": amqp_url,
            "redis_url": redis_url,
            "broker_namespace": f"test-{uuid.uuid4().hex[:12]}",
            "secret_keys": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "graph_url": simulator.url,
            "join_key": JOIN_KEY,
            "public_url": "https://inbox.example.org",
            **given,
        }
        settings, others = ApiSettings(**told), ProjectorSettings(**told)
        async with ground(settings) as base, projector.running(base, others), app.serving(base, settings) as routes:
            asked: list[AnyCommand] = []
            repeated: list[AnyCommand] = []

            async def hear(delivery: Delivery) -> None:
                asked.append(commands.decode(delivery.body))
                repeated.extend(asked[-1:] if commands.REPEATED in delivery.headers else [])

            web = application(routes, base.health, probes="open", cross_origin=settings)
            async with (
                base.broker.consuming(SENDER, hear, concurrency=1),
                listening(web, "127.0.0.1", 0) as port,
                aiohttp.ClientSession() as http,
            ):

                async def began() -> bool:
                    return not await base.health.problems()

                await eventually(began)
                yield Inbox(f"http://127.0.0.1:{port}", base, http, simulator, asked, repeated)
                base.stopping.set()


async def eventually(true: Callable[[], Awaitable[object]], s_max: float = S_MAX) -> None:
    """Return as soon as it is so; fail when it does not come."""
    async with asyncio.timeout(s_max):
        while not await true():  # noqa: ASYNC110 (what is asked over HTTP cannot say when it has come)
            await asyncio.sleep(0.01)
