"""Stored records as a browser sees them. Pure."""

from services.api.records import MessageRecord, Reacted
from services.api.thread import ThreadRecord
from shared.contract import chat
from shared.contract.advice import explained
from shared.contract.content import Content, OtherContent, placeholder, preview_text
from shared.contract.errors import GraphError
from shared.contract.ids import ContactId, NumberId
from shared.contract.status import Status
from shared.contract.trusted import trusted

WINDOW_MS = 24 * 60 * 60 * 1000  # META 6: free-form replies within 24 hours of the contact's last message

# What a revoked message says now: its author took the words back, so nobody is shown them.
_REVOKED = OtherContent(type="revoked")
_ENDED_BADLY = (Status.FAILED, Status.UNKNOWN)


def message(number_id: NumberId, contact_id: ContactId, record: MessageRecord) -> chat.Message:
    """One message, whole."""
    said = record.said
    assert said is not None
    content = content_of(record)
    outbound = said.origin != "customer"
    return trusted(
        chat.Message,
        id=record.id,
        number_id=number_id,
        contact_id=contact_id,
        wamid=record.wamid,
        direction="outbound" if outbound else "inbound",
        origin=said.origin,
        agent=said.agent,
        sent_at=said.sent_ms,
        received_at=said.received_ms,
        position=said.position or None,
        content=content,
        context=said.context,
        status=record.status if outbound else None,
        status_at=_reached(record.statuses) if outbound else None,
        error=_error(record.statuses, record.errors) if outbound else None,
        placeholder=placeholder(content),
        reactions=[_reaction(by, r, contact_id) for by, r in record.reactions.items() if r.emoji] or None,
        edited_at=record.edited.at_ms if record.edited else None,
        revoked_at=record.revoked_ms,
        history=said.history or None,
        standby=said.standby or None,
        unsigned=said.signature != "verified" or None,
        raw=said.raw if record.revoked_ms is None else None,  # it may quote the words
    )


def content_of(record: MessageRecord) -> Content:
    """What the message says now: as edited, and nothing once revoked."""
    assert record.said is not None
    if record.revoked_ms is not None:
        return _REVOKED
    return record.edited.content if record.edited else record.said.content


def preview(record: MessageRecord) -> chat.Preview:
    """One line of it for the chat list."""
    assert record.said is not None
    outbound = record.said.origin != "customer"
    content = content_of(record)
    return trusted(
        chat.Preview,
        direction="outbound" if outbound else "inbound",
        text=preview_text(content),
        type=content.type,
        status=record.status if outbound else None,
        message_id=record.id,
    )


def conversation(number_id: NumberId, record: ThreadRecord) -> chat.Conversation:
    """One conversation, whole."""
    inbound_ms = record.last_inbound_ms
    return trusted(
        chat.Conversation,
        number_id=number_id,
        contact_id=record.contact_id,
        aliases=record.aliases,
        contact=record.contact,
        last_activity_at=record.last_activity_ms or 0,
        preview=record.preview,
        unread=max(record.unread, 1) if record.marked_unread else record.unread,
        marked_unread=record.marked_unread,
        window_expires_at=inbound_ms + WINDOW_MS if inbound_ms is not None else None,
        last_inbound_at=inbound_ms,
    )


def _reached(statuses: dict[Status, int]) -> dict[Status, int]:
    """The steps to where it is now; what was overtaken (a failure before a delivery) is not shown beside it."""
    furthest = max(statuses, key=lambda s: s.rank, default=None)
    return {s: at for s, at in statuses.items() if s is furthest or s not in _ENDED_BADLY}


def _error(statuses: dict[Status, int], errors: dict[Status, GraphError]) -> GraphError | None:
    furthest = max(statuses, key=lambda s: s.rank, default=None)
    error = errors.get(furthest) if furthest in _ENDED_BADLY and furthest is not None else None
    return explained(error) if error else None


def _reaction(by: str, reacted: Reacted, contact_id: ContactId) -> chat.MessageReaction:
    return trusted(
        chat.MessageReaction,
        by=contact_id if by == "contact" else by,
        emoji=reacted.emoji,
        at=reacted.at_ms,
        status=max(reacted.statuses, key=lambda s: s.rank, default=None),
        error=_error(reacted.statuses, reacted.errors),
    )
