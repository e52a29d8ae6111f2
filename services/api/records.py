"""Chat state as it is stored: records that only ever join, so that any order and any repeats end the same.

Every fact is a small record; `join` is commutative, associative and idempotent. What a browser sees is derived from
the joined records (views.py), and nothing is counted twice because nothing is counted here.
"""

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, JsonValue

from shared.contract.chat import Origin
from shared.contract.commands import Agent
from shared.contract.content import Content
from shared.contract.errors import GraphError
from shared.contract.events import Context, Identity, Signature
from shared.contract.ids import MessageId, ThreadId, Wamid
from shared.contract.order import arrival_key, sort_key
from shared.contract.status import Status, furthest
from shared.contract.trusted import altered, trusted

# Another app may put one constant into the callback data of all it sends; a message of ours has one wamid.
CLAIMED_MAX = 16

_ITSELF = Wamid("=")  # in a row, where the wamid is the id

_Text = TypeVar("_Text", bound=str)

_ORIGINS: tuple[Origin, ...] = ("customer", "api", "phone_app", "agent")  # who knows best what was said: the last
_SIGNATURES: tuple[Signature, ...] = ("unchecked", "unsigned", "verified")
_HOLLOW = frozenset({"unsupported", "media_placeholder", "unknown", "ephemeral"})  # types that say nothing themselves


class Record(BaseModel):
    """A frozen value in the store."""

    model_config = ConfigDict(frozen=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """The same with some fields changed; as all of it is frozen, nothing else is copied."""
        return altered(self, dict(update or {}))

    def __eq__(self, other: object) -> bool:
        """Field by field; those that are one and the same value are not looked into."""
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        """Of those alone whose fields can be hashed."""
        return hash(tuple(self.__dict__.values()))

    def stored(self) -> str:
        """As compact JSON, without what is absent or as usual."""
        return self.model_dump_json(exclude_none=True, exclude_defaults=True)


class Said(Record):
    """That a message exists and what it says."""

    origin: Origin
    content: Content
    sent_ms: int
    received_ms: int
    position: int = 0
    agent: Agent | None = None
    context: Context | None = None
    history: bool = False
    standby: bool = False
    signature: Signature = "verified"
    raw: dict[str, JsonValue] | None = None


class Reacted(Record):
    """The latest emoji of one party on a message; an empty one is a reaction taken back."""

    emoji: str
    at_ms: int
    id: str  # of the reaction itself: orders reactions of one millisecond, and joins its statuses
    statuses: dict[Status, int] = {}
    errors: dict[Status, GraphError] = {}


class Edited(Record):
    """The latest version of a message's content."""

    content: Content
    at_ms: int
    id: str


class Met(Record):
    """Who a report said the message went to; kept until the message's own conversation is known."""

    contact: Identity
    at_ms: int


class Trace(Record):
    """What tells where a message without a row might be from; of no use once there is a row."""

    sent_here: bool = False  # our sender told of it
    callback: str = ""  # what its statuses carry as our id; any app may put anything there
    quoted: bool = False  # by what was said now: imported history quotes what is older than itself


class MessageRecord(Record):
    """All that is known of one message; `said` is absent while only reports about it have arrived."""

    id: MessageId
    wamid: Wamid | None = None
    said: Said | None = None
    target: MessageId | None = None  # for a reaction of ours: the message that shows it
    statuses: dict[Status, int] = {}  # the earliest time of each
    errors: dict[Status, GraphError] = {}
    reactions: dict[str, Reacted] = {}  # by "contact" or "business"
    edited: Edited | None = None
    revoked_ms: int | None = None
    contacts: tuple[Met, ...] = ()
    claimed: tuple[Wamid, ...] = ()  # that a status says are this message; believed once it is known to be ours
    trace: Trace | None = None
    quoted_by: tuple[MessageId, ...] = ()  # replies that name it by a wamid which may turn out to be ours

    @property
    def status(self) -> Status | None:
        """How far it has got."""
        return furthest(self.statuses)

    @property
    def is_row(self) -> bool:
        """Whether a conversation shows it: it has been said, and it is not a reaction."""
        return self.said is not None and self.said.content.type != "reaction"

    @property
    def sort_key(self) -> str:
        """Where it stands in its conversation; only for what has been said."""
        assert self.said is not None
        return sort_key(self.said.sent_ms, self.said.received_ms, self.said.position, self.id)

    @property
    def arrival_key(self) -> str:
        """When it arrived, for unread; only for what has been said."""
        assert self.said is not None
        return arrival_key(self.said.received_ms, self.said.position, self.id)

    @property
    def waits(self) -> bool:
        """Whether an agent asked for it, and Graph has not had it yet."""
        return self.said is not None and self.said.origin == "agent" and self.status is Status.QUEUED

    @property
    def counts_as_unread(self) -> bool:
        """Inbound, live and from a person: what an agent still has to read."""
        said = self.said
        return (
            said is not None
            and self.is_row
            and said.origin == "customer"
            and not said.history
            and not said.standby
            and said.content.type != "system"
        )


def join(a: MessageRecord, b: MessageRecord) -> MessageRecord:
    """What both know of the same message; `a.id` names the result."""
    return trusted(
        MessageRecord,
        id=a.id,
        wamid=_greater(a.wamid, b.wamid),
        said=_join_said(a.said, b.said),
        target=_greater(a.target, b.target),
        statuses=_earliest(a.statuses, b.statuses),
        errors=_join_errors(a.errors, b.errors) if a.errors or b.errors else {},
        reactions=_join_reactions(a.reactions, b.reactions) if a.reactions or b.reactions else {},
        edited=_latest_edit(a.edited, b.edited),
        revoked_ms=_least(a.revoked_ms, b.revoked_ms),
        contacts=_all_met(a.contacts, b.contacts),
        claimed=tuple(sorted({*a.claimed, *b.claimed})[:CLAIMED_MAX]) if a.claimed or b.claimed else (),
        trace=_join_traces(a.trace, b.trace),
        quoted_by=tuple(sorted({*a.quoted_by, *b.quoted_by})) if a.quoted_by or b.quoted_by else (),
    )


def join_reaction(a: Reacted, b: Reacted) -> Reacted:
    """The later of two reactions of one party; of one and the same reaction, all that is known."""
    if a.id != b.id:
        return max(a, b, key=lambda r: (r.at_ms, r.id))
    return Reacted(
        emoji=max(a.emoji, b.emoji),
        at_ms=min(a.at_ms, b.at_ms),
        id=a.id,
        statuses=_earliest(a.statuses, b.statuses),
        errors=_join_errors(a.errors, b.errors),
    )


def _join_said(a: Said | None, b: Said | None) -> Said | None:
    if a is None or b is None:
        return a or b
    best = max(a, b, key=_authority)
    arrived = min((a.received_ms, a.position), (b.received_ms, b.position))
    return best.model_copy(
        update={
            "sent_ms": min(s.sent_ms for s in (a, b) if s.origin == best.origin),
            "received_ms": arrived[0],
            "position": arrived[1],
            "agent": best.agent or a.agent or b.agent,
            "history": a.history and b.history,
            "standby": a.standby and b.standby,
            "signature": max(a.signature, b.signature, key=_SIGNATURES.index),
        }
    )


def _authority(said: Said) -> tuple[int, bool, bool, str]:
    words = said.model_dump_json(include={"content", "context", "raw", "agent"})
    return _ORIGINS.index(said.origin), said.content.type not in _HOLLOW, said.context is not None, words


def _join_reactions(a: dict[str, Reacted], b: dict[str, Reacted]) -> dict[str, Reacted]:
    return {by: join_reaction(a.get(by) or b[by], b.get(by) or a[by]) for by in sorted({*a, *b})}


def _latest_edit(a: Edited | None, b: Edited | None) -> Edited | None:
    if a is None or b is None:
        return a or b
    return max(a, b, key=lambda e: (e.at_ms, e.id, e.model_dump_json()))


def _all_met(a: tuple[Met, ...], b: tuple[Met, ...]) -> tuple[Met, ...]:
    found = {*a, *b}
    return tuple(sorted(found, key=Met.model_dump_json) if len(found) > 1 else found)


def _join_traces(a: Trace | None, b: Trace | None) -> Trace | None:
    if a is None or b is None:
        return a or b
    return Trace(
        sent_here=a.sent_here or b.sent_here, callback=max(a.callback, b.callback), quoted=a.quoted or b.quoted
    )


def _earliest(a: dict[Status, int], b: dict[Status, int]) -> dict[Status, int]:
    if not a or not b:
        return a or b
    return {s: min(a.get(s, b.get(s, 0)), b.get(s, a.get(s, 0))) for s in Status if s in a or s in b}


def _join_errors(a: dict[Status, GraphError], b: dict[Status, GraphError]) -> dict[Status, GraphError]:
    def known(status: Status) -> GraphError:
        return max((e[status] for e in (a, b) if status in e), key=GraphError.model_dump_json)

    return {status: known(status) for status in Status if status in a or status in b}


def _greater(a: _Text | None, b: _Text | None) -> _Text | None:
    return max(a, b) if a is not None and b is not None else a if b is None else b


def _least(a: int | None, b: int | None) -> int | None:
    return min(a, b) if a is not None and b is not None else a if b is None else b


def message_row(thread: ThreadId, record: MessageRecord) -> str:
    """The stored form: thread and target in front, so that the store's scripts can follow them without parsing JSON.

    What is only known by its wamid does not hold that twice: it is most of a short message.
    """
    kept = altered(record, {"wamid": _ITSELF}) if record.wamid == Wamid(record.id) else record
    return f"{thread}\n{record.target or ''}\n{kept.stored()}"


def parse_message_row(row: bytes) -> tuple[ThreadId, MessageRecord]:
    """The reverse of `message_row`."""
    thread, _, told = row.split(b"\n", 2)
    record = MessageRecord.model_validate_json(told)
    if record.wamid == _ITSELF:  # rows of earlier versions have it whole
        record = altered(record, {"wamid": Wamid(record.id)})
    return ThreadId(thread.decode()), record
