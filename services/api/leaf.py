"""One page as it is stored: told as JSON without being made into models, row by row, where a row was told before."""

from dataclasses import dataclass

import orjson

from services.api import views
from services.api.records import parse_message_row
from services.api.rendered import Rendered
from services.api.thread import ThreadRecord
from shared.contract.chat import Conversation, Message, Number
from shared.contract.feed import Cursor
from shared.contract.ids import ContactId, NumberId
from shared.registry import NumberRecord


@dataclass(slots=True)
class MessageLeaf:
    """Messages of a conversation, newest first; told once, however often it is asked."""

    number_id: NumberId
    contact_id: ContactId
    rows: list[bytes]
    next: str | None
    rendered: Rendered
    told: bytes | None = None

    @property
    def messages(self) -> list[Message]:
        """Each as it is shown."""
        return [self._shown(row) for row in self.rows]

    def json_bytes(self) -> bytes:
        """As a `MessagePage`."""
        if self.told is None:
            where = f"m{self.number_id} {self.contact_id}"
            told = self.rendered.all(where, self.rows, lambda row: self._shown(row).json_bytes())
            self.told = b'{"next":%b,"messages":[%b]}' % (orjson.dumps(self.next), b",".join(told))
        return self.told

    def _shown(self, row: bytes) -> Message:
        return views.message(self.number_id, self.contact_id, parse_message_row(row)[1])


@dataclass(slots=True)
class ConversationLeaf:
    """Conversations, newest activity first; told once, however often it is asked."""

    number_id: NumberId
    rows: list[bytes]
    next: str | None
    rendered: Rendered
    told: bytes | None = None

    @property
    def conversations(self) -> list[Conversation]:
        """Each as it is shown."""
        return [self._shown(row) for row in self.rows]

    def json_bytes(self) -> bytes:
        """As a `ConversationPage`."""
        return b"{%b}" % self.fields()

    def fields(self) -> bytes:
        """What such a page, and a snapshot, hold."""
        if self.told is None:
            told = self.rendered.all(f"c{self.number_id}", self.rows, lambda row: self._shown(row).json_bytes())
            self.told = b'"next":%b,"conversations":[%b]' % (orjson.dumps(self.next), b",".join(told))
        return self.told

    def _shown(self, row: bytes) -> Conversation:
        return views.conversation(self.number_id, ThreadRecord.model_validate_json(row))


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A number as it is shown, told once; what it was made of tells whether it is still so."""

    record: NumberRecord
    status: bytes | None
    number: Number
    json: bytes


@dataclass(frozen=True, slots=True)
class SnapshotLeaf:
    """The newest conversations, the number, and the cursor that both are good from."""

    cursor: Cursor
    shown: ShownNumber
    listed: ConversationLeaf

    @property
    def number(self) -> Number:
        """As it is shown."""
        return self.shown.number

    @property
    def conversations(self) -> list[Conversation]:
        """Each as it is shown."""
        return self.listed.conversations

    @property
    def next(self) -> str | None:
        """Where the list goes on."""
        return self.listed.next

    def json_bytes(self) -> bytes:
        """As a `Snapshot`."""
        return b'{"cursor":%b,"number":%b,%b}' % (orjson.dumps(self.cursor), self.shown.json, self.listed.fields())
