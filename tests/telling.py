"""Facts in a few words each, for examples that a person can read; times are seconds after `scenario.T`."""

from typing import Any

from shared.contract import commands, events
from shared.contract.errors import GraphError
from shared.contract.events import Context, Identity
from shared.contract.ids import ContactId, MessageId, Wamid
from shared.contract.order import arrival_key
from shared.contract.status import Status
from tests.scenario import OWN, T, text

ANN = Identity(user_id="US.100", wa_id="15550000100", name="Ann")
OURS = MessageId("0000000a-0000-4000-8000-000000000000")


def came(name: str = "in", who: Identity = ANN, at: float = 0, *, arrived: float | None = None, **more: Any) -> Any:
    """A contact has written."""
    quoted = more.pop("quoting", None)
    return events.MessageReceived(
        **OWN, received_ms=ms(at if arrived is None else arrived), wamid=Wamid(name), contact=who, sent_ms=ms(at),
        context=Context(message_id=quoted) if quoted else None, **{"content": text(f"{name} said"), **more},
    )  # fmt: skip


def echoed(name: str, who: Identity = ANN, at: float = 0, **more: Any) -> Any:
    """The business has written on its phone."""
    return events.MessageEchoed(
        **OWN, received_ms=ms(at), wamid=Wamid(name), contact=who, sent_ms=ms(at),
        **{"content": text(f"{name} echoed"), **more},
    )  # fmt: skip


def asked(contact: str = "US.100", at: float = 0, message: MessageId = OURS, **more: Any) -> Any:
    """An agent has answered."""
    return commands.SendMessage(
        **OWN, at_ms=ms(at), message_id=message, lane="lane", address=commands.Address(), contact_id=ContactId(contact),
        **{"content": text("an answer"), **more},
    )  # fmt: skip


def reaction_asked(target: str, emoji: str, at: float = 0, message: MessageId = OURS) -> Any:
    """An agent has reacted to a message."""
    content = {"type": "reaction", "reaction": {"message_id": target, "emoji": emoji}}
    return asked(at=at, message=message, content=content, target_message_id=target, target_wamid=target)


def accepted(wamid: str = "out", at: float = 0, message: MessageId = OURS, who: Identity = ANN) -> Any:
    """Graph has taken it."""
    return events.SendAccepted(
        **OWN, received_ms=ms(at), message_id=message, wamid=Wamid(wamid), contact=who, at_ms=ms(at)
    )


def failed(at: float = 0, message: MessageId = OURS) -> Any:
    """Graph has refused it."""
    return events.SendFailed(**OWN, received_ms=ms(at), message_id=message, error=NOT_SENT, at_ms=ms(at))


def uncertain(at: float = 0, message: MessageId = OURS) -> Any:
    """Nobody knows."""
    return events.SendUncertain(**OWN, received_ms=ms(at), message_id=message, error=NOT_KNOWN, at_ms=ms(at))


def reported(status: Status, at: float = 0, wamid: str = "out", who: Identity = ANN, **more: Any) -> Any:
    """WhatsApp tells how far it has got."""
    error = UNDELIVERABLE if status is Status.FAILED else None
    return events.StatusReported(
        **OWN, received_ms=ms(at), wamid=Wamid(wamid), status=status, at_ms=ms(at), contact=who, error=error, **more
    )


def reacted(target: str, emoji: str, at: float = 0, who: Identity = ANN, *, by_contact: bool = True) -> Any:
    """The contact, or the business on its phone, has reacted to a message."""
    return events.ReactionReceived(
        **OWN, received_ms=ms(at), wamid=Wamid(f"reaction at {at}"), target=Wamid(target), contact=who, emoji=emoji,
        at_ms=ms(at), by_contact=by_contact,
    )  # fmt: skip


def edited(target: str, words: str, at: float = 0) -> Any:
    """The author says it in other words."""
    return events.MessageEdited(
        **OWN, received_ms=ms(at), wamid=Wamid(f"edit at {at}"), target=Wamid(target), contact=ANN,
        content=text(words), at_ms=ms(at),
    )  # fmt: skip


def revoked(target: str, at: float = 0) -> Any:
    """The author takes it back."""
    return events.MessageRevoked(
        **OWN, received_ms=ms(at), wamid=Wamid(f"revoke at {at}"), target=Wamid(target), contact=ANN, at_ms=ms(at)
    )


def identified(who: Identity, previous: Identity | None = None, at: float = 0) -> Any:
    """Meta tells how the contact is called now."""
    return events.ContactIdentified(**OWN, received_ms=ms(at), contact=who, previous=previous, at_ms=ms(at))


def read(up_to: Any, at: float, contact: str = "US.100") -> Any:
    """An agent has read up to a message."""
    key = arrival_key(up_to.received_ms, up_to.position, up_to.wamid)
    return commands.MarkRead(**OWN, at_ms=ms(at), contact_id=ContactId(contact), up_to=key)


def marked_unread(at: float, contact: str = "US.100") -> Any:
    """An agent wants it to stand out."""
    return commands.MarkUnread(**OWN, at_ms=ms(at), contact_id=ContactId(contact))


def ms(at: float) -> int:
    """Seconds after the beginning, as the product counts time."""
    return T + int(at * 1000)


NOT_SENT = GraphError(code=131009, message="refused")
NOT_KNOWN = GraphError(code=131000, message="nobody knows")
UNDELIVERABLE = GraphError(code=131026, message="undeliverable")
