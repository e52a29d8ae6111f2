"""What each fact means for chat state: events and commands in, joined records out. Pure; any order, any repeats."""

from dataclasses import dataclass

from pydantic import BaseModel

from services.api import thread
from services.api.joining import Joining
from services.api.records import Edited, MessageRecord, Met, Reacted, Said, Trace
from services.api.thread import Known, ThreadRecord
from shared.contract import commands, events
from shared.contract.chat import Origin
from shared.contract.events import Identity
from shared.contract.ids import MessageId, ThreadId
from shared.contract.status import Status
from shared.contract.trusted import trusted


@dataclass(frozen=True, slots=True)
class Visited:
    """Not told by anybody: a message of an erased conversation is looked at."""

    message_id: MessageId


@dataclass(frozen=True, slots=True)
class Named:
    """Not told by anybody either: an identifier is found to be an erased one."""

    identifier: str


@dataclass(frozen=True, slots=True)
class Aged:
    """Nor this: a message is older than its number keeps."""

    message_id: MessageId
    oldest_ms: int


Fact = events.Event | commands.Command
Step = Fact | Visited | Named | Aged

_REFERENCES = ("wamid", "message_id", "target", "target_message_id", "context_message_id")
_REFERRING: dict[type[object], tuple[str, ...]] = {}  # those of them that a kind of fact has
_HERE = Trace(sent_here=True)


def identifiers_of(fact: Step) -> list[str]:
    """The contact's names that have to be read before this fact can be applied."""
    match fact:
        case events.ContactIdentified(contact=contact, previous=previous):
            return [*contact.identifiers, *(previous.identifiers if previous else ())]
        case commands.SendMessage() | commands.MarkRead() | commands.MarkUnread():
            return [fact.contact_id]
        case events.ContactErased():
            return list(fact.names)
        case Named():
            return [fact.identifier]
    named = getattr(fact, "contact", None)
    return list(named.identifiers) if isinstance(named, Identity) else []


def hashes_of(fact: Step) -> tuple[str, ...]:
    """Erased messages that are named by hashes."""
    return fact.references if isinstance(fact, events.ContactErased) else ()


def references_of(fact: Step) -> list[str]:
    """The message ids and wamids that have to be read before this fact can be applied."""
    found = [name for name in [getattr(fact, field) for field in _referring(type(fact))] if name]
    context = getattr(fact, "context", None)
    return [*found, context.message_id] if isinstance(context, events.Context) and context.message_id else found


def introduced_by(fact: Step) -> str | None:
    """The message that is new with this fact, unless it is told again."""
    match fact:
        case events.MessageReceived(wamid=name) | commands.SendMessage(message_id=name):
            return name
    return None


def _referring(kind: type[object]) -> tuple[str, ...]:
    known = _REFERRING.get(kind)
    if known is None:
        fields = kind.model_fields if issubclass(kind, BaseModel) else getattr(kind, "__slots__", ())
        known = _REFERRING[kind] = tuple(name for name in _REFERENCES if name in fields)
    return known


class Projection(Joining):
    """Applies facts to what a batch works on."""

    def apply(self, fact: Step) -> None:
        """Join one fact in."""
        match fact:
            case events.MessageReceived():
                self._received(fact)
            case events.MessageEchoed():
                self._echoed(fact)
            case events.StatusReported():
                self._status(fact)
            case events.ReactionReceived():
                self._reaction(fact)
            case events.MessageEdited():
                edited = trusted(Edited, content=fact.content, at_ms=fact.at_ms, id=fact.wamid)
                self._learn(trusted(MessageRecord, id=self.working.resolve(fact.target), edited=edited))
            case events.MessageRevoked():
                self._learn(trusted(MessageRecord, id=self.working.resolve(fact.target), revoked_ms=fact.at_ms))
            case events.ContactIdentified():
                self._identified(fact)
            case events.SendAccepted():
                message = self._linked(fact.message_id, fact.wamid)
                statuses = {Status.ACCEPTED: fact.at_ms}
                contacts = _met(fact.contact, fact.at_ms)
                told = trusted(
                    MessageRecord, id=message, wamid=fact.wamid, statuses=statuses, contacts=contacts, trace=_HERE
                )
                self._learn(told)
            case events.SendFailed():
                self._settled(fact.message_id, Status.FAILED, fact.at_ms, fact)
            case events.SendUncertain():
                self._settled(fact.message_id, Status.UNKNOWN, fact.at_ms, fact)
            case commands.SendMessage():
                self._asked(fact)
            case commands.MarkRead():
                self._know(self._weak(fact), read_up_to=fact.up_to, read_ms=fact.at_ms)
            case commands.MarkUnread():
                self._know(self._weak(fact), unread_ms=fact.at_ms)
            case events.ContactErased():
                self._erased(fact)
            case Visited():
                self._visit(self.working.resolve(fact.message_id))
            case Aged():
                self._age(self.working.resolve(fact.message_id), fact.oldest_ms)
            case Named():
                known = {fact.identifier: trusted(Known, kind=thread.kind_of(fact.identifier), at_ms=0)}
                self._know(trusted(ThreadRecord, id=ThreadId(""), since_ms=0, identifiers=known))

    def _received(self, fact: events.MessageReceived) -> None:
        # A system notice is WhatsApp's, not the contact's: it opens no window (META 6).
        inbound_ms = fact.sent_ms if fact.content.type != "system" else None
        owner = self._know(thread.known(fact.contact, fact.sent_ms), last_inbound_ms=inbound_ms)
        message = self.working.resolve(fact.wamid)
        self._place(
            owner, trusted(MessageRecord, id=message, wamid=fact.wamid, said=self._said("customer", message, fact))
        )

    def _echoed(self, fact: events.MessageEchoed) -> None:
        owner = self._know(thread.known(fact.contact, fact.sent_ms))
        message = self.working.resolve(fact.wamid)
        said = self._said(fact.origin, message, fact)
        statuses = {fact.status or Status.SENT: fact.sent_ms}
        self._place(owner, trusted(MessageRecord, id=message, wamid=fact.wamid, said=said, statuses=statuses))

    def _said(self, origin: Origin, message: MessageId, fact: events.MessageReceived | events.MessageEchoed) -> Said:
        return trusted(
            Said,
            origin=origin,
            content=fact.content,
            sent_ms=fact.sent_ms,
            received_ms=fact.received_ms,
            position=fact.position,
            context=self._quoting(message, fact),
            history=fact.history,
            standby=fact.standby,
            signature=fact.signature,
            raw=fact.raw,
        )

    def _quoting(
        self, message: MessageId, fact: events.MessageReceived | events.MessageEchoed
    ) -> events.Context | None:
        """The context with our own id of the quoted message, or a note at that message to mend it later."""
        context = fact.context
        if context is None or context.message_id is None:
            return context
        quoted = self.working.resolve(context.message_id)
        row = self._row(quoted)
        settled = row is not None and row[1].said is not None and row[1].said.origin in ("customer", "agent")
        if quoted == context.message_id and not settled:
            self._learn(
                trusted(MessageRecord, id=quoted, quoted_by=(message,), trace=trusted(Trace, quoted=not fact.history))
            )
        return context.model_copy(update={"message_id": quoted})

    def _asked(self, fact: commands.SendMessage) -> None:
        context = events.Context(message_id=fact.context_message_id) if fact.context_message_id else None
        said = trusted(
            Said,
            origin="agent",
            content=fact.content,
            sent_ms=fact.at_ms,
            received_ms=fact.at_ms,
            agent=fact.agent,
            context=context,
        )
        owner = self._know(self._weak(fact))
        message = self.working.resolve(fact.message_id)
        statuses = {Status.QUEUED: fact.at_ms}
        target = fact.target_message_id
        self._place(owner, trusted(MessageRecord, id=message, said=said, statuses=statuses, target=target))

    def _status(self, fact: events.StatusReported) -> None:
        if fact.message_id is not None:
            # Only a claim: other apps of the business put what they like into their callback data.
            self._learn(trusted(MessageRecord, id=self.working.resolve(fact.message_id), claimed=(fact.wamid,)))
        message = self.working.resolve(fact.wamid)
        errors = {fact.status: fact.error} if fact.error else {}
        self._learn(
            trusted(
                MessageRecord,
                id=message,
                wamid=fact.wamid,
                statuses={fact.status: fact.at_ms},
                errors=errors,
                contacts=_met(fact.contact, fact.at_ms),
                trace=trusted(Trace, callback=fact.message_id or ""),
            )
        )

    def _settled(
        self, message: MessageId, status: Status, at_ms: int, fact: events.SendFailed | events.SendUncertain
    ) -> None:
        errors = {status: fact.error} if fact.error else {}
        told = trusted(
            MessageRecord, id=self.working.resolve(message), statuses={status: at_ms}, errors=errors, trace=_HERE
        )
        self._learn(told)

    def _reaction(self, fact: events.ReactionReceived) -> None:
        inbound_ms = fact.at_ms if fact.by_contact else None
        self._know(thread.known(fact.contact, fact.at_ms), last_inbound_ms=inbound_ms)
        reacted = trusted(Reacted, emoji=fact.emoji, at_ms=fact.at_ms, id=fact.wamid)
        by = "contact" if fact.by_contact else "business"
        self._learn(trusted(MessageRecord, id=self.working.resolve(fact.target), reactions={by: reacted}))

    def _identified(self, fact: events.ContactIdentified) -> None:
        if fact.previous is None:
            facts = thread.known(fact.contact, fact.at_ms)
        else:
            # Meta counts whole seconds, and tells a change in a message from the old identity: in the second of a
            # change the new names are the newer ones, or we would go on writing to the old phone.
            changed = thread.known(fact.contact, fact.at_ms + 1)
            facts = thread.join(changed, thread.known(fact.previous, fact.at_ms))
        self._know(facts)

    def _weak(self, fact: commands.SendMessage | commands.MarkRead | commands.MarkUnread) -> ThreadRecord:
        """A contact as a browser names it: evidence that it exists, none that the name is current."""
        named = {fact.contact_id: trusted(Known, kind=thread.kind_of(fact.contact_id), at_ms=0, own_ms=fact.at_ms)}
        return trusted(
            ThreadRecord, id=ThreadId(""), since_ms=fact.at_ms, identifiers={str(n): k for n, k in named.items()}
        )

    def _erased(self, fact: events.ContactErased) -> None:
        names = {name: trusted(Known, kind="erased", at_ms=0) for name in fact.names}
        owner = self._know(
            trusted(ThreadRecord, id=ThreadId(""), since_ms=fact.at_ms, identifiers=names, erased_ms=fact.at_ms)
        )
        for reference in fact.references:
            self._forget(reference, owner)


def _met(contact: Identity, at_ms: int) -> tuple[Met, ...]:
    return (trusted(Met, contact=contact, at_ms=at_ms),) if contact.identifiers else ()
