"""The door that Meta knocks at: the handshake, and webhooks answered once the broker has every event of them."""

import asyncio
import hmac
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from aiohttp import hdrs, web
from pydantic import SecretStr

from services.ingest import spans, webhook
from services.ingest.document import Malformed
from services.ingest.intake import Intake, note_of
from services.ingest.payload import NO_NUMBER
from services.ingest.room import Full, Room
from services.ingest.settings import IngestSettings
from services.ingest.shortcut import Shortcut
from services.ingest.sightings import Sightings
from services.ingest.webhook import Webhook
from services.ingest.witness import Witness
from shared import topology, tracing
from shared.body import read_body
from shared.broker.groupcommit import GroupCommit
from shared.contract.ids import NumberId, WorkspaceId
from shared.evidence import EvidenceBook
from shared.hatch import HatchedRoute
from shared.number_record import NumberRecord
from shared.problem import ProblemError
from shared.process import Ground, now_ms
from shared.registry import Registry, UnknownWorkspace
from shared.signature import HEADER

PATH = "/webhooks/{key}"


def taken() -> web.Response:
    """Whatever Meta reads of our answer, it is not the body."""
    return web.Response(text="ok")


@asynccontextmanager
async def serving(ground: Ground, settings: IngestSettings) -> AsyncIterator[list[web.AbstractRouteDef]]:
    """The routes of ingest, for its own process or the all-in-one."""
    sightings = Sightings(ground.registry, now_ms)
    witness = Witness(EvidenceBook(ground.redis), now_ms)
    intake, room = Intake(sightings, witness, now_ms), Room(settings.webhook_room_bytes)
    commit = GroupCommit(ground.broker, topology.EVENTS)
    door = Door(ground.registry, commit, intake, room, settings)
    shortcut = Shortcut(ground.registry, commit, intake, room, settings, taken())
    try:
        yield [web.get(PATH, door.shake_hands, allow_head=False), HatchedRoute(PATH, door.receive, shortcut)]
    finally:
        intake.tell()
        await sightings.close()
        await witness.close()


class Door:
    """Meta on one side, the registry and the broker on the other."""

    def __init__(
        self, registry: Registry, events: GroupCommit, intake: Intake, room: Room, settings: IngestSettings
    ) -> None:
        self._registry = registry
        self._events = events
        self._intake = intake
        self._room = room
        self._settings = settings

    async def shake_hands(self, request: web.Request) -> web.Response:
        """Meta asks whether the address is ours, before it is saved and whenever it is saved again."""
        async with asyncio.timeout(self._settings.webhook_answer_s_max):
            workspace_id = await self._workspace(request)
            query = request.query
            challenge = query.get("hub.challenge")
            if query.get("hub.mode") != "subscribe" or challenge is None:
                raise ProblemError(403)
            if not await self._knows(workspace_id, query.get("hub.verify_token", "")):
                await self._registry.note_verify_refused(workspace_id, now_ms())
                raise ProblemError(403, "wrong_verify_token")
            await self._registry.note_verified(workspace_id, now_ms())
        return web.Response(body=challenge.encode(errors="replace"), content_type="text/plain", charset="utf-8")

    async def receive(self, request: web.Request) -> web.Response:
        """Take a webhook in: 200 says that every event of it is on disk, and anything else that Meta sends it again."""
        loop = asyncio.get_running_loop()
        until_s = loop.time() + self._settings.webhook_answer_s_max
        async with asyncio.timeout_at(until_s):
            workspace_id = await self._workspace(request)
        length_max = self._settings.webhook_bytes_max
        length = request.content_length
        began_s = loop.time()
        try:
            # What does not say its length may be as long as is allowed.
            with self._room.taking(length_max if length is None else min(length, length_max)):
                body = await read_body(request, length_max)
                async with asyncio.timeout_at(until_s + loop.time() - began_s):
                    await self._take(workspace_id, body, request.headers.get(HEADER))
        except Full:
            raise ProblemError(503, "busy", headers={hdrs.RETRY_AFTER: "1"}) from None
        return taken()

    async def _take(self, workspace_id: WorkspaceId, body: bytes, header: str | None) -> None:
        began_ns = time.time_ns() if tracing.on else 0
        inline = len(body) <= self._settings.webhook_inline_bytes_max
        try:
            read = webhook.read(body, header) if inline else await asyncio.to_thread(webhook.read, body, header)
        except Malformed as error:
            raise ProblemError(400, "malformed", str(error)) from None
        records = await self._records(workspace_id, read)
        workspace = await self._registry.numbers(workspace_id) if NO_NUMBER in read.numbers else []
        verdict = self._intake.judge(read, records, workspace)
        admission = verdict.admission
        if admission is None:
            self._intake.refused(workspace_id, verdict)
            raise ProblemError(401, "bad_signature")
        facts = (workspace_id, admission, verdict.received_ms)
        told = read.lines(*facts) if inline else await asyncio.to_thread(read.lines, *facts)
        if began_ns:
            with spans.confirming(told, began_ns, read.numbers, len(body)) as contexts:
                await self._events.add(told.lines, contexts)
        else:
            await self._events.add(told.lines)
        self._intake.taken(note_of(workspace_id, read, admission, verdict, told))

    async def _records(self, workspace_id: WorkspaceId, read: Webhook) -> dict[NumberId, NumberRecord]:
        named = [number_id for number_id in read.numbers if number_id != NO_NUMBER]
        found = [await self._registry.number(workspace_id, number_id) for number_id in named]
        return {record.number_id: record for record in found if record is not None}

    async def _workspace(self, request: web.Request) -> WorkspaceId:
        workspace_id = await self._registry.workspace_of(request.match_info["key"])
        if workspace_id is None:
            raise ProblemError(404, "unknown_key")
        return workspace_id

    async def _knows(self, workspace_id: WorkspaceId, token: str) -> bool:
        try:
            staged = (await self._registry.callback(workspace_id)).verify_token
        except UnknownWorkspace:
            raise ProblemError(404, "unknown_key") from None
        numbers = await self._registry.numbers(workspace_id)
        return _is_any(token, [staged, *(record.verify_token for record in numbers if record.connected)])


def _is_any(told: str, secrets: Iterable[SecretStr | None]) -> bool:
    """Whether it is one of them, in a time that does not tell which letters are right."""
    known = [secret.get_secret_value().encode() for secret in secrets if secret is not None]
    found = [hmac.compare_digest(told.encode(errors="replace"), secret) for secret in known if secret]
    return any(found)
