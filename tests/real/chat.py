"""Chat state on a real store: some projectors of one installation, a number of its own, and what is read of it."""

import base64
import secrets
import uuid
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import orjson
from pydantic import BaseModel

from services.api import timeline
from services.api.parking import Parked, Parking
from services.api.projection import Fact
from services.api.projector import Projector
from services.api.queries import Queries
from services.api.store import ChatStore, ChatStores
from services.api.timeline import Found
from shared.broker import Delivery, Poison
from shared.contract.ids import ContactId, MessageId, NumberId, WorkspaceId
from shared.contract.timeline import Step
from shared.feed import Feed
from shared.process import Ground, ground
from shared.registry import NumberRecord
from shared.settings import Settings
from shared.tellings import Tellings
from tests.real.waiting import until_ready
from tests.scenario import NUMBER

F = TypeVar("F", bound=BaseModel)


@dataclass(frozen=True)
class Chat:
    """One number in a workspace that no other test uses."""

    ground: Ground
    feed: Feed
    queries: Queries
    workspace_id: WorkspaceId = field(default_factory=lambda: WorkspaceId(f"w{uuid.uuid4().hex}"))
    number_id: NumberId = NUMBER

    @property
    def record(self) -> NumberRecord:
        """The number's settings, as a connected one without credentials has them."""
        return NumberRecord(workspace_id=self.workspace_id, number_id=self.number_id, connected=True)

    async def connect(self, **settings: Any) -> None:
        """Write the number's settings, as the api does."""
        record = NumberRecord.model_validate({**self.record.model_dump(), **settings})
        await self.ground.registry.save_number(record)

    async def disconnect(self) -> None:
        """As the api does: the settings stay, without credentials."""
        await self.connect(connected=False)

    async def parked(self) -> dict[NumberId, Parked]:
        """What its workspace has parked."""
        return await Parking(self.ground.redis, self.ground.broker).numbers(self.workspace_id)

    @property
    def store(self) -> ChatStore:
        """Its chat state."""
        return ChatStores(self.ground.redis).of(self.workspace_id, self.number_id)

    def projector(self) -> Projector:
        """One more projector."""
        return Projector(self.ground)

    def own(self, fact: F) -> F:
        """The fact, of this number."""
        return fact.model_copy(update={"workspace_id": self.workspace_id, "number_id": self.number_id})

    def delivery(self, facts: Iterable[Fact]) -> Delivery:
        """A broker message with these facts."""
        return Delivery(b"\n".join(self.line(fact) for fact in facts))

    def line(self, fact: Fact) -> bytes:
        """A fact as the broker carries it."""
        return self.own(fact).model_dump_json(exclude_none=True).encode()

    async def tell(self, *facts: Fact) -> list[Poison]:
        """Project these at once."""
        return await self.projector().handle([self.delivery(facts)])

    async def told(self) -> list[dict[str, Any]]:
        """Every change from the beginning."""
        return await self.changes(f"0-0.{await self._epoch()}")

    async def changes(self, since: str) -> list[dict[str, Any]]:
        """Every change after a cursor."""
        found: list[dict[str, Any]] = []
        while True:
            page = await self.feed.read(self.workspace_id, self.number_id, since, 1000)
            assert page is not None, "resync"
            found += [orjson.loads(change) for change in page.changes]
            since = page.cursor
            if not page.more:
                return found

    async def _epoch(self) -> str:
        key = self.store.key("feed-start")
        await cast("Awaitable[bool]", self.ground.redis.hsetnx(key, "epoch", "beginning"))
        return (await cast("Awaitable[bytes]", self.ground.redis.hget(key, "epoch"))).decode()

    async def pages(self, contact: str, limit: int = 50) -> list[dict[str, Any]]:
        """All messages of a conversation, newest first, page by page."""
        found: list[dict[str, Any]] = []
        before = None
        while True:
            page = await self.queries.messages(
                self.workspace_id, self.number_id, ContactId(contact), before=before, limit=limit
            )
            assert page is not None
            found += [as_json(message) for message in page.messages]
            before = page.next
            if before is None:
                return found

    async def steps(self, name: str) -> list[Step]:
        """What happened to a message, from chat state and the feed."""
        ids = (self.workspace_id, self.number_id)
        record = await self.queries.record(*ids, MessageId(name))
        assert record is not None
        told = await Tellings(self.ground.redis).of_message(*ids, record.id, timeline.wanted(record))
        return timeline.timeline(self.number_id, record, Found(told=told), 0, is_stored=True).steps

    async def conversations(self, limit: int = 50, q: str | None = None) -> list[dict[str, Any]]:
        """All conversations, newest first, page by page."""
        found: list[dict[str, Any]] = []
        before = None
        while True:
            page = await self.queries.conversations(self.workspace_id, self.number_id, before=before, limit=limit, q=q)
            found += [as_json(conversation) for conversation in page.conversations]
            before = page.next
            if before is None:
                return found


def as_json(value: Any) -> dict[str, Any]:
    """As it goes over the wire."""
    found: dict[str, Any] = orjson.loads(value.json_bytes())
    return found


@asynccontextmanager
async def standing(redis_url: str, **given: Any) -> AsyncIterator[Ground]:
    """What processes stand on, with queues in Redis under a name of their own unless another broker is given."""
    settings = Settings.model_validate(
        {
            "redis_url": redis_url,
            "amqp_url": None,
            "redis_fsync_s_max": 0,  # what is on disk when is told elsewhere; each wait may take a second
            "broker_namespace": f"test-{uuid.uuid4().hex[:12]}",
            "secret_keys": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            **given,
        }
    )
    async with ground(settings) as base:
        await until_ready(base.broker)
        yield base


def chat(base: Ground) -> Chat:
    """A number of its own."""
    feed = Feed(base.redis)
    return Chat(base, feed, Queries(base.redis, base.vault.fingerprint))


class Browser:
    """What a browser holds: a snapshot and pages, then changes assigned as they are; it computes nothing."""

    def __init__(self) -> None:
        self.cursor = ""
        self.opened: set[str] = set()
        self.number: dict[str, Any] = {}
        self.conversations: dict[str, dict[str, Any]] = {}
        self.messages: dict[str, dict[str, Any]] = {}

    async def open(self, at: Chat) -> None:
        """Take a snapshot, and then every page there is, while others write."""
        snapshot = await at.queries.snapshot(at.record, 3)
        self.cursor, self.number = snapshot.cursor, as_json(snapshot.number)
        for conversation in [*map(as_json, snapshot.conversations), *await at.conversations(3)]:
            self.conversations[conversation["contact_id"]] = conversation
        await self._read_on(at)

    async def follow(self, at: Chat) -> None:
        """Apply what has happened since, and open what it did not know of: a list may change between its pages."""
        self.apply(await at.changes(self.cursor))
        await self._read_on(at)

    async def _read_on(self, at: Chat) -> None:
        for contact in [c for c in self.conversations if c not in self.opened]:
            self.opened.add(contact)
            for message in await at.pages(contact, 4):
                self.messages[message["id"]] = message

    def apply(self, changes: Sequence[dict[str, Any]]) -> None:
        """One change after the other."""
        for change in changes:
            self.cursor, value = change["cursor"], change["value"]
            match change["kind"]:
                case "message":
                    self.messages[value["id"]] = value
                case "conversation":
                    self.conversations[value["contact_id"]] = value
                case "number":
                    self.number = value
                case "removed" if value["of"] == "message":
                    self.messages.pop(value["id"], None)
                case "removed" if "replaced_by" not in value:
                    self.conversations.pop(value["contact_id"], None)
                    self.opened.discard(value["contact_id"])
                    left = {n: m for n, m in self.messages.items() if m["contact_id"] != value["contact_id"]}
                    self.messages = left
                case "removed":
                    self.conversations.pop(value["contact_id"], None)
                    self._relabel(value["contact_id"], value["replaced_by"])

    def _relabel(self, old: str, new: str) -> None:
        for key, message in self.messages.items():
            reactions = [{**r, "by": new} if r["by"] == old else r for r in message.get("reactions", [])]
            contact = new if message["contact_id"] == old else message["contact_id"]
            more = {"reactions": reactions} if reactions else {}
            self.messages[key] = {**message, "contact_id": contact, **more}

    @property
    def shown(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What could be compared with another browser's."""
        return self.conversations, self.messages
