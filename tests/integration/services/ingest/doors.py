"""Ingest on real servers, in this process: what the tests of this folder knock at."""

import base64
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from pydantic import SecretStr

from services.ingest import app
from services.ingest.settings import IngestSettings
from shared import topology
from shared.broker import Delivery, Poison
from shared.contract import events
from shared.contract.events import AnyEvent
from shared.contract.evidence import Evidence
from shared.contract.ids import NumberId, WorkspaceId
from shared.evidence import EvidenceBook
from shared.http import application, listening
from shared.process import Ground, ground
from shared.registry import AppSecret, NumberRecord
from tests.payloads import bodies
from tests.real.brokers import Brokers
from tests.real.waiting import until_answered

SECRET = "the app secret"


@dataclass
class Door:
    """A running ingest, and a workspace whose callback it is."""

    origin: str
    ground: Ground
    http: aiohttp.ClientSession
    workspace_id: WorkspaceId
    key: str
    received: list[AnyEvent] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The callback URL."""
        return f"{self.origin}/webhooks/{self.key}"

    async def connect(self, number: str = bodies.NUMBER, secret: str | None = SECRET, **more: Any) -> None:
        """Connect a number to the workspace."""
        held = (AppSecret(secret=SecretStr(secret)),) if secret else ()
        told = {"connected": True, "app_secrets": held, **more}
        await self.ground.registry.save_number(
            NumberRecord(workspace_id=self.workspace_id, number_id=NumberId(number), **told)
        )

    async def evidence(self, number: str) -> Evidence:
        """What webhooks have proved of a number."""
        return await EvidenceBook(self.ground.redis).read(self.workspace_id, NumberId(number))

    async def post(self, body: bytes, header: str | None = None, **more: Any) -> int:
        """What Meta is answered."""
        headers = {"Content-Type": "application/json"} | ({"X-Hub-Signature-256": header} if header else {})
        async with self.http.post(self.url, data=body, headers=headers, **more) as response:
            await response.read()
            return response.status

    async def post_signed(self, body: bytes, secret: str = SECRET) -> int:
        """The same, signed."""
        return await self.post(body, bodies.signed(body, secret))

    async def shake_hands(self, **query: str) -> tuple[int, str, str]:
        """What Meta is answered to a handshake: code, content type and body."""
        named = {f"hub.{name}": told for name, told in query.items()}
        async with self.http.get(self.url, params=named) as response:
            return response.status, response.headers["Content-Type"], await response.text()

    async def backlog(self) -> int:
        """How many broker messages wait for the projector."""
        return await self.ground.broker.backlog(topology.PROJECTOR.name)

    async def events(self, count: int) -> list[AnyEvent]:
        """All events that the projector would get, once there are this many."""

        async def take(deliveries: Sequence[Delivery]) -> Sequence[Poison]:
            for delivery in deliveries:
                self.received += map(events.decode, delivery.body.split(b"\n"))
            return []

        async def received() -> int:
            return len(self.received)

        async with self.ground.broker.consuming_batches(topology.PROJECTOR, take, deliveries_max=100):
            await until_answered(received, lambda number: number >= count)
        assert count == len(self.received)
        return sorted(self.received, key=lambda event: (event.received_ms, event.position))


@asynccontextmanager
async def door(redis_url: str, amqp_url: str | None = None, **given: Any) -> AsyncIterator[Door]:
    """A door with a fresh workspace, until left."""
    brokers = Brokers(amqp_url or redis_url)
    told = {
        "amqp_url": amqp_url,
        "redis_url": redis_url,
        "broker_namespace": brokers.namespace,
        "log_level": "warning",
        "secret_keys": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        **given,
    }
    settings = IngestSettings(**told)
    async with ground(settings) as base, app.serving(base, settings) as routes:
        web = application(routes, base.health, probes="open")
        async with listening(web, "127.0.0.1", 0) as port, aiohttp.ClientSession() as http:
            await until_answered(base.health.problems, lambda problems: not problems)
            workspace_id = await base.registry.create_workspace()
            key = (await base.registry.callback(workspace_id)).key
            yield Door(f"http://127.0.0.1:{port}", base, http, workspace_id, key)
