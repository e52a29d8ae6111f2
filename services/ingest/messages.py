"""Messages of every list as events: inbound ones, echoes of what the business wrote elsewhere, history imports."""

from dataclasses import dataclass

from services.ingest import contacts
from services.ingest.contacts import Directory, identity
from services.ingest.document import Fields
from services.ingest.parts import (
    Call,
    Chunk,
    Edit,
    Message,
    Reaction,
    Revoke,
    StandbyEcho,
    Thread,
    Unreadable,
    at_ms,
    context_of,
)
from services.ingest.scene import Scene
from shared.contract.events import (
    AccountReported,
    Identity,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
    MessageRevoked,
    ReactionReceived,
)
from shared.contract.status import Status

_HISTORY_STATUS = {
    "PENDING": Status.ACCEPTED,  # one grey clock on the phone: WhatsApp has not confirmed it
    "SENT": Status.SENT,
    "ERROR": Status.FAILED,
    "DELIVERED": Status.DELIVERED,
    "READ": Status.READ,
    "PLAYED": Status.PLAYED,
}


@dataclass(frozen=True, slots=True)
class Told:
    """Where a message was told of, which is most of what it means."""

    scene: Scene
    cards: Directory
    history: bool = False
    standby: bool = False
    origin: str = "phone_app"

    def inbound(self, part: Fields) -> None:
        """A message of the list `messages`: from a contact, or within history from either side."""
        message = Message.read(part)
        if self.history and _written_by(message, self.own_number, None):
            self._outbound(message, self._peer(message.to, message.to_user_id, message.to_parent_user_id))
        else:
            self._inbound(message, self._sender(message))

    def echoed(self, part: Fields) -> None:
        """A message of the list `message_echoes`: written by the business, but not through us."""
        if "message" in part and "type" not in part:
            self._sent_by_another_app(part)
            return
        message = Message.read(part)
        self._outbound(message, self._peer(message.to, message.to_user_id, message.to_parent_user_id))

    def chunk(self, part: Fields) -> None:
        """A piece of a history import: its threads, and how far the import is or why there is none."""
        chunk = Chunk.read(part)
        progress = {key: held for key, held in part.items() if key != "threads"}
        if progress:
            account = self.scene.change.account_id
            self.scene.tell(AccountReported, field=self.scene.change.field, account_id=account, value=progress)
        self.scene.each(chunk.threads or [], "threads", self._thread)

    @property
    def own_number(self) -> str | None:
        """The business number's digits, to tell who wrote an imported message."""
        return identity(self.scene.display_number).wa_id

    def _thread(self, part: Fields) -> None:
        thread = Thread.read(part)
        peer = contacts.thread_identity(thread.id, thread.context)

        def tell(message_part: Fields) -> None:
            message = Message.read(message_part)
            if _written_by(message, self.own_number, peer):
                to = identity(message.to, message.to_user_id, message.to_parent_user_id)
                self._outbound(message, self._somebody(_joined(peer, to)))
            else:
                sender = identity(message.from_, message.from_user_id, message.from_parent_user_id)
                self._inbound(message, self._somebody(_joined(peer, sender)))

        self.scene.each(thread.messages, "messages", tell)

    def _inbound(self, message: Message, contact: Identity) -> None:
        scene, kind = self.scene, message.kind
        happened_ms = at_ms(message.timestamp, scene.received_ms)
        if self._altered(message, contact, by_contact=True):
            return
        scene.tell(
            MessageReceived,
            wamid=message.id,
            contact=contact,
            sent_ms=happened_ms,
            content=_content(kind, message.unknown),
            context=context_of(message.context),
            history=self.history,
            standby=self.standby,
            raw=_raw(message, kind, told_status=False),
        )
        if kind == "system":
            contacts.changed(scene, message, message.unknown["system"])

    def _outbound(self, message: Message, contact: Identity | None) -> None:
        scene, kind = self.scene, message.kind
        # An edit, a revoke or a reaction names its target, and so need not say whom the business wrote to.
        if self._altered(message, contact or Identity(), by_contact=False):
            return
        if contact is None:
            raise Unreadable("to: missing")
        scene.tell(
            MessageEchoed,
            wamid=message.id,
            contact=contact,
            sent_ms=at_ms(message.timestamp, scene.received_ms),
            content=_content(kind, message.unknown),
            origin=self.origin,
            context=context_of(message.context),
            status=_HISTORY_STATUS.get(message.history_status or ""),
            history=self.history,
            standby=self.standby,
            raw=_raw(message, kind, told_status=True),
        )

    def _altered(self, message: Message, contact: Identity, *, by_contact: bool) -> bool:
        """Tell of what only changes an earlier message; False when the message says something itself."""
        scene, kind = self.scene, message.kind
        told = {"wamid": message.id, "contact": contact, "at_ms": at_ms(message.timestamp, scene.received_ms)}
        if kind == "reaction":
            reaction = Reaction.read(message.unknown.get("reaction"))
            emoji = reaction.emoji or ""
            target = reaction.message_id
            scene.tell(
                ReactionReceived, **told, target=target, emoji=emoji, by_contact=by_contact, standby=self.standby
            )
        elif kind == "edit":
            edit = Edit.read(message.unknown.get("edit"))
            said = edit.message
            new_kind = said.type or next(iter(said.unknown), "unknown")
            scene.tell(MessageEdited, **told, target=edit.original_message_id, content=_content(new_kind, said.unknown))
        elif kind == "revoke":
            revoke = Revoke.read(message.unknown.get("revoke"))
            scene.tell(MessageRevoked, **told, target=revoke.original_message_id)
        else:
            return False
        return True

    def _sent_by_another_app(self, part: Fields) -> None:
        echo = StandbyEcho.read(part)
        sent = echo.message
        message = Message.read(
            {**sent.unknown, "id": echo.id, "timestamp": echo.timestamp, "type": sent.type, "context": sent.context}
        )
        self._outbound(message, self._peer(sent.to, sent.recipient, None))

    def _sender(self, message: Message) -> Identity:
        if message.group_id:
            return group(message.group_id)
        told = (message.from_, message.from_user_id, message.from_parent_user_id)
        return self.cards.same(*told) or self._somebody(identity(*told))

    def _peer(self, wa_id: str | None, user_id: str | None, parent_user_id: str | None) -> Identity | None:
        peer = identity(wa_id, user_id, parent_user_id)
        return self.cards.complete(peer) if peer.identifiers else self.cards.only()

    def _somebody(self, told: Identity) -> Identity:
        whole = self.cards.complete(told) if told.identifiers else self.cards.only()
        if whole is None or not whole.identifiers:
            raise Unreadable("from: missing")
        return whole


def group(group_id: str) -> Identity:
    """A group as the one a conversation is with.

    Under its participants the inbox would invite a private answer to what was said among many, and open a window that
    is not open; who spoke is kept in `raw`.
    """
    return Identity(user_id=group_id)


def called(scene: Scene, cards: Directory, part: Fields) -> None:
    """A call: kept as it came, and shown when a contact begins one, because that opens the window like a message."""
    call = Call.read(part)
    report = {"calls": [part]}
    scene.tell(AccountReported, field=scene.change.field, account_id=scene.change.account_id, value=report)
    caller = cards.complete(identity(call.from_, call.from_user_id, call.from_parent_user_id))
    if call.event != "connect" or not caller.identifiers or call.direction == "BUSINESS_INITIATED":
        return
    if caller.wa_id is not None and caller.wa_id == identity(scene.display_number).wa_id:
        return
    scene.tell(
        MessageReceived,
        wamid=call.id,
        contact=caller,
        sent_ms=at_ms(call.timestamp, scene.received_ms),
        content={"type": "call", "call": {"direction": call.direction}},
    )


def _content(kind: str, unknown: Fields) -> Fields:
    content: Fields = {"type": kind}
    if kind in unknown:
        content[kind] = unknown[kind]
    return content


def _raw(message: Message, kind: str, *, told_status: bool) -> Fields | None:
    raw = {key: held for key, held in message.unknown.items() if key != kind}
    if message.group_id:
        raw["group_id"] = message.group_id
        raw["from"], raw["from_user_id"] = message.from_, message.from_user_id
    if message.context is not None and context_of(message.context) is None:
        raw["context"] = message.context
    if message.history_context is not None and not (told_status and message.history_status in _HISTORY_STATUS):
        raw["history_context"] = message.history_context
    return raw or None


def _written_by(message: Message, own_number: str | None, peer: Identity | None) -> bool:
    """Whether the business wrote an imported message."""
    sender = identity(message.from_, message.from_user_id, message.from_parent_user_id)
    if peer is not None and not set(sender.identifiers).isdisjoint(peer.identifiers):
        return False
    receiver = identity(message.to, message.to_user_id)
    if receiver.identifiers:
        return receiver.wa_id is None or receiver.wa_id != own_number
    if sender.wa_id is None:
        return False
    # The displayed number and the one in `from` differ for some countries, so the peer's own is the better witness.
    return sender.wa_id == own_number or (peer is not None and peer.wa_id not in (None, sender.wa_id))


def _joined(peer: Identity, told: Identity) -> Identity:
    return Identity(
        user_id=told.user_id or peer.user_id,
        parent_user_id=told.parent_user_id or peer.parent_user_id,
        wa_id=told.wa_id or peer.wa_id,
        username=peer.username,
    )
