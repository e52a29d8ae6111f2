"""What browsers ask of chat state: pages, snapshots, and where a message would go. Reads only."""

import base64
import binascii
import re
from collections.abc import Awaitable, Collection, Sequence
from dataclasses import dataclass
from typing import cast

from services.api import views
from services.api.finished import Finished
from services.api.leaf import ConversationLeaf, MessageLeaf, ShownNumber, SnapshotLeaf
from services.api.numberstate import Fingerprint, NumberStatus, view
from services.api.records import MessageRecord, parse_message_row
from services.api.rendered import Rendered
from services.api.search import Search
from services.api.shelf import LEADS_ON, Shelf, ThreadRows
from services.api.store import ChatStore, ChatStores
from services.api.thread import ThreadRecord
from shared.contract.chat import Conversation, Direction, Number
from shared.contract.commands import Address
from shared.contract.feed import Cursor
from shared.contract.ids import ContactId, MessageId, NumberId, ThreadId, Wamid, WorkspaceId
from shared.contract.trusted import trusted
from shared.redis import Redis
from shared.registry import NumberRecord

_PLACE = re.compile(r"([0-9]{1,15})\.([0-9a-f]{32})")
_SHOWN_MAX = 10_000  # numbers; about three kilobytes each
_SEARCH_CHUNK = 500  # conversations looked through per round trip
_MERGES_MAX = 64  # a thread merged more often than this is a loop


class BadCursor(Exception):
    """A `before` that no answer of ours ever contained."""


@dataclass(frozen=True)
class SendTarget:
    """Where a message to this contact goes, and in which order."""

    contact_id: ContactId
    lane: str
    address: Address
    names: Collection[str]  # of the contact: all that it is or was known by


@dataclass(frozen=True)
class StoredMessage:
    """What a command needs to know of a message it refers to."""

    id: MessageId
    wamid: Wamid | None
    arrival: str
    contact_id: ContactId
    direction: Direction


class Queries:
    """Answers from what the projector has committed."""

    def __init__(self, redis: Redis, fingerprint: Fingerprint) -> None:
        self._fingerprint = fingerprint
        self._stores = ChatStores(redis)
        self._redis = redis
        self._shelf = Shelf(redis)
        self._rendered = Rendered()
        self._listed = Finished[tuple[WorkspaceId, NumberId, int], tuple[Cursor, int, ConversationLeaf]]()
        self._pages = Finished[tuple[WorkspaceId, NumberId, ContactId, str | None, int], tuple[bytes, MessageLeaf]]()
        self._shown: dict[tuple[WorkspaceId, NumberId], ShownNumber] = {}

    async def number(self, record: NumberRecord) -> Number:
        """The number with how it is doing."""
        store = self._stores.of(record.workspace_id, record.number_id)
        return self._show(record, cast("bytes | None", await self._redis.get(store.key("status")))).number

    async def snapshot(self, record: NumberRecord, limit: int) -> SnapshotLeaf:
        """The newest conversations and a cursor of the same moment: what happens after it is told by the feed."""
        asked = (record.workspace_id, record.number_id, limit)
        kept = self._listed.find(asked)
        found = await self._shelf.snapshot(*asked, *([kept[:2]] if kept is not None else ()))
        if found.threads is not None:
            leaf = self._conversations(record.number_id, found.threads)
            kept = found.cursor, found.count, leaf
            self._listed.keep(asked, kept, _bytes_of(leaf.rows))
        assert kept is not None
        return SnapshotLeaf(found.cursor, self._show(record, found.status), kept[2])

    async def conversations(
        self, workspace_id: WorkspaceId, number_id: NumberId, *, before: str | None, limit: int, q: str | None
    ) -> ConversationLeaf:
        """Newest activity first, after `before`; with `q`, those whose name, username or phone contain every word."""
        place = _parse_place(before) if before is not None else None
        search = Search(q or "")
        if not search:
            return self._conversations(
                number_id, await self._shelf.conversations(workspace_id, number_id, place, limit)
            )
        store = self._stores.of(workspace_id, number_id)
        found: list[tuple[int, ThreadId]] = []
        while len(found) <= limit:
            chunk = await self._after(store, place, _SEARCH_CHUNK)
            if not chunk:
                break
            found += await self._matching(store, chunk, search)
            place = chunk[-1]
        rows = await self._threads(store, [thread for _, thread in found[:limit]])
        more = "{}.{}".format(*found[limit - 1]) if len(found) > limit else None
        return ConversationLeaf(number_id, rows, more, self._rendered)

    async def conversation(
        self, workspace_id: WorkspaceId, number_id: NumberId, contact_id: ContactId
    ) -> Conversation | None:
        """The conversation with a contact, by any identifier it ever had."""
        thread = await self._thread(workspace_id, number_id, contact_id)
        shown = thread is not None and thread.last_activity_ms is not None
        return views.conversation(number_id, thread) if thread is not None and shown else None

    async def messages(
        self, workspace_id: WorkspaceId, number_id: NumberId, contact_id: ContactId, *, before: str | None, limit: int
    ) -> MessageLeaf | None:
        """A page of the conversation, newest first; None for an unknown contact."""
        start = _decode(before) if before is not None else None
        asked = (workspace_id, number_id, contact_id, before, limit)
        kept = self._pages.find(asked)
        found = await self._shelf.messages(
            workspace_id, number_id, contact_id, start, limit, kept[0] if kept is not None else b""
        )
        if found is None:
            return None
        if found.rows is None:
            assert kept is not None
            return kept[1]
        thread = ThreadRecord.model_validate_json(found.thread)
        if thread.last_activity_ms is None:
            return None
        more = _encode(found.more) if found.more is not None else None
        leaf = MessageLeaf(number_id, thread.contact_id, found.rows, more, self._rendered)
        self._pages.keep(asked, (found.thread, leaf), _bytes_of(leaf.rows))
        return leaf

    async def target(self, workspace_id: WorkspaceId, number_id: NumberId, contact_id: ContactId) -> SendTarget | None:
        """Where to send to a contact: its phone, else its BSUID (META 4.1); None for an unknown contact."""
        thread = await self._thread(workspace_id, number_id, contact_id)
        return target_of(thread) if thread is not None else None

    async def message(
        self, workspace_id: WorkspaceId, number_id: NumberId, message_id: MessageId
    ) -> StoredMessage | None:
        """What a command needs of a message by our id or its wamid."""
        found = await self._stored(workspace_id, number_id, message_id)
        if found is None:
            return None
        thread, record = found
        assert record.said is not None
        direction: Direction = "inbound" if record.said.origin == "customer" else "outbound"
        return StoredMessage(record.id, record.wamid, record.arrival_key, thread.contact_id, direction)

    async def record(self, workspace_id: WorkspaceId, number_id: NumberId, name: MessageId) -> MessageRecord | None:
        """All that is stored of a message, by our id or its wamid."""
        found = await self._stored(workspace_id, number_id, name)
        return None if found is None else found[1]

    async def _stored(
        self, workspace_id: WorkspaceId, number_id: NumberId, name: MessageId
    ) -> tuple[ThreadRecord, MessageRecord] | None:
        store = self._stores.of(workspace_id, number_id)
        ours = await cast("Awaitable[bytes | None]", self._redis.hget(store.key("wamids"), name))
        row = (await self._rows(store, [ours.decode() if ours else name]))[0]
        if row is None:
            return None
        owner, record = parse_message_row(row)
        thread = await self._living(store, owner)
        return None if thread is None or record.said is None else (thread, record)

    def _show(self, record: NumberRecord, status: bytes | None) -> ShownNumber:
        key = (record.workspace_id, record.number_id)
        known = self._shown.get(key)
        if known is not None and known.record is record and known.status == status:
            return known
        doing = NumberStatus.model_validate_json(status) if status else NumberStatus()
        number = view(record, doing, self._fingerprint)
        if len(self._shown) >= _SHOWN_MAX:
            self._shown.clear()
        shown = self._shown[key] = ShownNumber(record, status, number, number.json_bytes())
        return shown

    def _conversations(self, number_id: NumberId, found: ThreadRows) -> ConversationLeaf:
        more = found.more.decode() if found.more is not None else None
        return ConversationLeaf(number_id, found.rows, more, self._rendered)

    async def _thread(
        self, workspace_id: WorkspaceId, number_id: NumberId, contact_id: ContactId
    ) -> ThreadRecord | None:
        found = await self._shelf.messages(workspace_id, number_id, contact_id, None, 0)
        return ThreadRecord.model_validate_json(found.thread) if found is not None else None

    async def _living(self, store: ChatStore, thread: ThreadId) -> ThreadRecord | None:
        for _ in range(_MERGES_MAX):
            row = await cast("Awaitable[bytes | None]", self._redis.hget(store.key("threads"), thread))
            if row is None or row[:1] not in LEADS_ON:
                return ThreadRecord.model_validate_json(row) if row else None
            thread = ThreadId(row[1:].decode())
        return None

    async def _after(
        self, store: ChatStore, place: tuple[int, ThreadId] | None, count: int
    ) -> list[tuple[int, ThreadId]]:
        """The next conversations in order; those of one millisecond are in reverse order of their threads."""
        top = place[0] if place else "+inf"
        key, skip = store.key("conversations"), 0
        while True:
            found = await self._redis.zrange(
                key, cast("int", top), cast("int", "-inf"), True, True, byscore=True, offset=skip, num=count
            )
            pairs = [(int(score), ThreadId(name.decode())) for name, score in cast("list[tuple[bytes, float]]", found)]
            rest = [pair for pair in pairs if place is None or pair < place]
            if rest or len(pairs) < count:
                return rest
            skip += count

    async def _matching(
        self, store: ChatStore, chunk: Sequence[tuple[int, ThreadId]], search: Search
    ) -> list[tuple[int, ThreadId]]:
        texts = await cast(
            "Awaitable[list[bytes | None]]", self._redis.hmget(store.key("search"), [thread for _, thread in chunk])
        )
        searched = [(pair, text.decode() if text else "") for pair, text in zip(chunk, texts, strict=True)]
        return [pair for pair, text in searched if search.finds(text)]

    async def _threads(self, store: ChatStore, threads: list[ThreadId]) -> list[bytes]:
        if not threads:
            return []
        rows = await cast("Awaitable[list[bytes | None]]", self._redis.hmget(store.key("threads"), threads))
        return [row for row in rows if row and row[:1] not in LEADS_ON]

    async def _rows(self, store: ChatStore, messages: Sequence[str]) -> list[bytes | None]:
        if not messages:
            return []
        return await cast("Awaitable[list[bytes | None]]", self._redis.hmget(store.key("messages"), list(messages)))


def target_of(thread: ThreadRecord) -> SendTarget:
    """Where a message to whom this thread is with goes."""
    contact_id, phone = thread.contact_id, thread.phone
    address = trusted(Address, to=f"+{phone}") if phone else trusted(Address, recipient=contact_id)
    return SendTarget(contact_id, thread.id, address, thread.identifiers.keys() | {contact_id})


def _bytes_of(rows: Sequence[bytes]) -> int:
    """What a page holds: the rows, and as much again in JSON."""
    return 2 * sum(map(len, rows))


def _parse_place(before: str) -> tuple[int, ThreadId]:
    match = _PLACE.fullmatch(before)
    if match is None:
        raise BadCursor
    return int(match[1]), ThreadId(match[2])


def _encode(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def _decode(before: str) -> str:
    try:
        key = base64.b64decode(before + "=" * (-len(before) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        raise BadCursor from None
    if not re.fullmatch(r"[0-9a-f]{29}.{1,1024}", key):
        raise BadCursor
    return key
