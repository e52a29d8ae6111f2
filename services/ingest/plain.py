"""What nearly every body of a busy number is, read in one step: its statuses and texts with nothing odd about them.

It tells the very bytes that `translate` would, and its test holds it to that: whatever needs a second look, or has a
rule of its own, is not plain.
"""

from typing import Annotated, Any, Literal, NamedTuple, NotRequired, cast

import orjson
from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict  # before Python 3.12 pydantic reads no others

from services.ingest.document import Fields
from services.ingest.parts import at_ms
from services.ingest.statuses import OUR_ID
from shared.contract.events import Signature
from shared.contract.ids import NUMBER_ID_PATTERN, NumberId, WorkspaceId
from shared.graph_wiring import is_id

Words = Annotated[str, StringConstraints(min_length=1, max_length=1024)]
Digits = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,15}$")]

_OPEN = ConfigDict(strict=True, extra="ignore")  # nobody reads what else there is
_CLOSED = ConfigDict(strict=True, extra="forbid")
_KEPT = ConfigDict(strict=True, extra="allow")


@with_config(_OPEN)
class _Profile(TypedDict):
    name: NotRequired[Words]
    username: NotRequired[Words]


@with_config(_OPEN)
class _Card(TypedDict):
    profile: NotRequired[_Profile]
    wa_id: NotRequired[Digits]
    user_id: NotRequired[Words]
    parent_user_id: NotRequired[None]


@with_config(_KEPT)
class _Status(TypedDict):
    id: Words
    status: Literal["sent", "delivered", "read", "played"]
    timestamp: Digits
    type: NotRequired[Literal["message"]]
    recipient_id: NotRequired[Digits]
    recipient_user_id: NotRequired[Words]
    recipient_parent_user_id: NotRequired[None]
    parent_recipient_user_id: NotRequired[None]
    recipient_type: NotRequired[None]
    biz_opaque_callback_data: NotRequired[Annotated[str, StringConstraints(pattern=f"^{OUR_ID}$")]]
    errors: NotRequired[None]


@with_config(_CLOSED)
class _Words(TypedDict):
    body: str


_Text = TypedDict(
    "_Text",
    {
        "from": NotRequired[Digits],
        "from_user_id": NotRequired[Words],
        "from_parent_user_id": NotRequired[None],
        "id": Words,
        "timestamp": Digits,
        "type": Literal["text"],
        "text": _Words,
    },
)
with_config(_CLOSED)(_Text)  # what a message says beside its words, and what it answers, have rules of their own


@with_config(_OPEN)
class _Metadata(TypedDict):
    phone_number_id: Annotated[str, StringConstraints(pattern=NUMBER_ID_PATTERN)]


@with_config(_CLOSED)
class _Value(TypedDict):
    messaging_product: NotRequired[Any]
    metadata: _Metadata
    contacts: NotRequired[Annotated[list[_Card], Field(max_length=1)]]
    statuses: NotRequired[Annotated[list[_Status], Field(min_length=1)]]
    messages: NotRequired[Annotated[list[_Text], Field(min_length=1)]]


@with_config(_OPEN)
class _Change(TypedDict):
    field: Literal["messages"]
    value: _Value


@with_config(_OPEN)
class _Entry(TypedDict):
    id: str
    changes: list[_Change]


@with_config(_OPEN)
class _Body(TypedDict):
    entry: list[_Entry]


_read = TypeAdapter(_Body).validator.validate_python
_NAMED = _Status.__annotations__.keys()


class Plain(NamedTuple):
    """Texts and statuses with their contacts, in the order of their events."""

    number_id: NumberId
    account: str | None  # of the last entry that names one
    told: list[tuple[Fields, Fields]]

    def lines(self, workspace_id: WorkspaceId, signature: Signature, received_ms: int) -> list[bytes]:
        """Their events, as lines for the broker."""
        lines = []
        for position, (part, contact) in enumerate(self.told):
            event: Fields = {
                "workspace_id": workspace_id,
                "number_id": self.number_id,
                "received_ms": received_ms,
                "position": position,
                "signature": signature,
            }
            happened_ms = at_ms(float(part["timestamp"]), received_ms)
            tell = _report if "status" in part else _say
            tell(event, part, contact, happened_ms)
            lines.append(orjson.dumps(event))
        return lines


def _say(event: Fields, text: Fields, contact: Fields, sent_ms: int) -> None:
    event["type"] = "message.received"
    event["wamid"] = text["id"]
    event["contact"] = contact
    event["sent_ms"] = sent_ms
    event["content"] = {"type": "text", "text": text["text"]}
    event["history"] = event["standby"] = False


def _report(event: Fields, status: Fields, contact: Fields, at: int) -> None:
    event["type"] = "status.reported"
    event["wamid"] = status["id"]
    if "biz_opaque_callback_data" in status:
        event["message_id"] = status["biz_opaque_callback_data"]
    event["status"] = status["status"]
    event["at_ms"] = at
    event["contact"] = contact
    raw = {name: held for name, held in status.items() if name not in _NAMED}
    if raw:
        event["raw"] = raw


def read(fields: Fields) -> Plain | None:
    """A plain body; None when it is not."""
    try:
        body: _Body = _read(fields)
    except ValidationError:
        return None
    numbers = set[str]()
    told: list[tuple[Fields, Fields]] = []
    for entry in body["entry"]:
        for change in entry["changes"]:
            value = change["value"]
            numbers.add(value["metadata"]["phone_number_id"])
            cards, before = value.get("contacts"), len(told)
            card = cards[0] if cards else None
            for text in value.get("messages", ()):
                contact = _contact(text.get("from"), text.get("from_user_id"), card)
                if not contact:
                    return None
                told.append((cast("Fields", text), contact))
            for status in value.get("statuses", ()):
                contact = _contact(status.get("recipient_id"), status.get("recipient_user_id"), card)
                if contact is None:
                    return None
                told.append((cast("Fields", status), contact))
            if len(told) == before:
                return None
    if len(numbers) != 1:
        return None
    accounts = (entry["id"] for entry in reversed(body["entry"]))
    return Plain(NumberId(numbers.pop()), next(filter(is_id, accounts), None), told)


def _contact(wa_id: str | None, user_id: str | None, card: _Card | None) -> Fields | None:
    """Whom it is about, if the card says so in the same words; the general way knows what to do with others."""
    contact: Fields = {}
    if user_id is not None:
        contact["user_id"] = user_id
    if wa_id is not None:
        contact["wa_id"] = wa_id
    if card is None:
        return contact
    if not contact or wa_id != card.get("wa_id") or user_id != card.get("user_id"):
        return None
    profile = card.get("profile")
    if profile is not None:
        contact.update(profile)
    return contact
