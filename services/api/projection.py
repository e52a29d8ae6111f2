"""What each fact means for chat state: events and commands in, joined records out. Pure; any order, any repeats."""

import uuid

from services.api import records, thread
from services.api.records import Edited, MessageRecord, Met, Reacted, Said, Trace
from services.api.thread import Known, ThreadRecord
from services.api.working import Working
from shared.contract import commands, events
from shared.contract.chat import Origin
from shared.contract.events import Identity
from shared.contract.ids import MessageId, ThreadId, Wamid
from shared.contract.status import Status

Fact = events.Event | commands.Command

_HERE = Trace(sent_here=True)


def identifiers_of(fact: Fact) -> list[str]:
    """The contact's names that have to be read before this fact can be applied."""
    match fact:
        case events.ContactIdentified(contact=contact, previous=previous):
            return [*contact.identifiers, *(previous.identifiers if previous else ())]
        case commands.SendMessage() | commands.MarkRead() | commands.MarkUnread():
            return [fact.contact_id]
    named = getattr(fact, "contact", None)
    return list(named.identifiers) if isinstance(named, Identity) else []


def references_of(fact: Fact) -> list[str]:
    """The message ids and wamids that have to be read before this fact can be applied."""
    names = ("wamid", "message_id", "target", "target_message_id", "context_message_id")
    found = [name for name in (getattr(fact, n, None) for n in names) if name]
    context = getattr(fact, "context", None)
    return [*found, context.message_id] if isinstance(context, events.Context) and context.message_id else found


class Projection:
    """Applies facts to what a batch works on."""

    def __init__(self, working: Working) -> None:
        self.working = working

    def apply(self, fact: Fact) -> None:
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
                edited = Edited(content=fact.content, at_ms=fact.at_ms, id=fact.wamid)
                self._learn(MessageRecord(id=self.working.resolve(fact.target), edited=edited))
            case events.MessageRevoked():
                self._learn(MessageRecord(id=self.working.resolve(fact.target), revoked_ms=fact.at_ms))
            case events.ContactIdentified():
                self._identified(fact)
            case events.SendAccepted():
                message = self._linked(fact.message_id, fact.wamid)
                statuses = {Status.ACCEPTED: fact.at_ms}
                contacts = _met(fact.contact, fact.at_ms)
                told = MessageRecord(id=message, wamid=fact.wamid, statuses=statuses, contacts=contacts, trace=_HERE)
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

    def _received(self, fact: events.MessageReceived) -> None:
        # A system notice is WhatsApp's, not the contact's: it opens no window (META 6).
        inbound_ms = fact.sent_ms if fact.content.type != "system" else None
        owner = self._know(thread.known(fact.contact, fact.sent_ms), last_inbound_ms=inbound_ms)
        message = self.working.resolve(fact.wamid)
        self._place(owner, MessageRecord(id=message, wamid=fact.wamid, said=self._said("customer", message, fact)))

    def _echoed(self, fact: events.MessageEchoed) -> None:
        owner = self._know(thread.known(fact.contact, fact.sent_ms))
        message = self.working.resolve(fact.wamid)
        said = self._said(fact.origin, message, fact)
        statuses = {fact.status or Status.SENT: fact.sent_ms}
        self._place(owner, MessageRecord(id=message, wamid=fact.wamid, said=said, statuses=statuses))

    def _said(self, origin: Origin, message: MessageId, fact: events.MessageReceived | events.MessageEchoed) -> Said:
        return Said(
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
        row = self.working.row(quoted)
        settled = row is not None and row[1].said is not None and row[1].said.origin in ("customer", "agent")
        if quoted == context.message_id and not settled:
            self._learn(MessageRecord(id=quoted, quoted_by=(message,), trace=Trace(quoted=not fact.history)))
        return context.model_copy(update={"message_id": quoted})

    def _asked(self, fact: commands.SendMessage) -> None:
        context = events.Context(message_id=fact.context_message_id) if fact.context_message_id else None
        said = Said(
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
        self._place(owner, MessageRecord(id=message, said=said, statuses=statuses, target=target))

    def _status(self, fact: events.StatusReported) -> None:
        if fact.message_id is not None:
            # Only a claim: other apps of the business put what they like into their callback data.
            self._learn(MessageRecord(id=self.working.resolve(fact.message_id), claimed=(fact.wamid,)))
        message = self.working.resolve(fact.wamid)
        errors = {fact.status: fact.error} if fact.error else {}
        self._learn(
            MessageRecord(
                id=message,
                wamid=fact.wamid,
                statuses={fact.status: fact.at_ms},
                errors=errors,
                contacts=_met(fact.contact, fact.at_ms),
                trace=Trace(callback=fact.message_id or ""),
            )
        )

    def _settled(
        self, message: MessageId, status: Status, at_ms: int, fact: events.SendFailed | events.SendUncertain
    ) -> None:
        errors = {status: fact.error} if fact.error else {}
        told = MessageRecord(id=self.working.resolve(message), statuses={status: at_ms}, errors=errors, trace=_HERE)
        self._learn(told)

    def _reaction(self, fact: events.ReactionReceived) -> None:
        inbound_ms = fact.at_ms if fact.by_contact else None
        self._know(thread.known(fact.contact, fact.at_ms), last_inbound_ms=inbound_ms)
        reacted = Reacted(emoji=fact.emoji, at_ms=fact.at_ms, id=fact.wamid)
        by = "contact" if fact.by_contact else "business"
        self._learn(MessageRecord(id=self.working.resolve(fact.target), reactions={by: reacted}))

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
        named = {fact.contact_id: Known(kind=thread.kind_of(fact.contact_id), at_ms=0)}
        return ThreadRecord(id=ThreadId(""), since_ms=fact.at_ms, identifiers={str(n): k for n, k in named.items()})

    def _know(
        self,
        facts: ThreadRecord,
        owners: tuple[ThreadId, ...] = (),
        *,
        read_up_to: str = "",
        read_ms: int = 0,
        unread_ms: int = 0,
        last_inbound_ms: int | None = None,
    ) -> ThreadId:
        """Join facts into the one thread that `owners` and every identifier in the facts mean."""
        working = self.working
        facts = facts.model_copy(
            update={
                "read_up_to": read_up_to,
                "read_ms": read_ms,
                "unread_ms": unread_ms,
                "last_inbound_ms": last_inbound_ms,
            }
        )
        found = list(dict.fromkeys([*working.threads_of(facts.identifiers), *map(working.living, owners)]))
        if not found:
            found = [ThreadId(uuid.uuid4().hex)]
            working.begin(found[0], facts.model_copy(update={"id": found[0]}))
        first, *others = sorted(found, key=lambda t: (working.threads[t].since_ms, t))
        record = thread.join(working.threads[first], facts)
        for other in others:
            record = thread.join(record, working.threads.pop(other))
            working.merged[other] = first
        working.threads[first] = record
        for name in record.identifiers:
            if working.aliases.get(name) != first:
                working.touch("alias", name)
                working.aliases[name] = first
        return first

    def _place(self, owner: ThreadId, record: MessageRecord) -> None:
        """A message has been said in a thread: it becomes a row there, with all that was reported before."""
        working = self.working
        existing = working.row(record.id)
        if existing is not None:
            owner = self._know(ThreadRecord(id=ThreadId(""), since_ms=record_ms(record)), (owner, existing[0]))
            record = records.join(existing[1], record)
        early = working.early.pop(record.id, None)
        if early is not None:
            record = records.join(record, early)
        self._take_in(owner, record)

    def _learn(self, report: MessageRecord) -> None:
        """Something was reported of a message, known or not; a row takes it in, else it waits for the row."""
        working = self.working
        existing = working.row(report.id)
        if existing is None:
            early = working.early.get(report.id)
            working.early[report.id] = records.join(early, report) if early else report
            return
        self._take_in(existing[0], records.join(existing[1], report))

    def _take_in(self, owner: ThreadId, record: MessageRecord) -> None:
        """Keep a row, and tell what it knows of others: who it went to, its wamid, and the message it reacts to."""
        claimed = record.claimed if record.said and record.said.origin == "agent" else ()
        kept = record.model_copy(update={"contacts": (), "trace": None, "claimed": () if claimed else record.claimed})
        self.working.messages[record.id] = (owner, kept)
        for met in record.contacts:
            self._know(thread.known(met.contact, met.at_ms), (owner,))
        self._show_on_target(record)
        for wamid in claimed:
            self._linked(record.id, wamid)

    def _linked(self, message: MessageId, wamid: Wamid) -> MessageId:
        """Our message and this wamid are one: what was known under the wamid belongs to the message."""
        working = self.working
        if working.resolve(wamid) == message:
            return message
        working.point(wamid, message)
        working.resolve(message)
        row = working.row(MessageId(wamid))
        if row is not None:
            del working.messages[MessageId(wamid)]
            self._place(row[0], row[1].model_copy(update={"id": message}))
        early = working.early.pop(wamid, None)
        if early is not None:
            self._learn(early.model_copy(update={"id": message}))
        for quoting in (*(row[1].quoted_by if row else ()), *(early.quoted_by if early else ())):
            self._mend_quote(working.resolve(quoting), message)
        return message

    def _mend_quote(self, quoting: MessageId, quoted: MessageId) -> None:
        row = self.working.row(quoting)
        if row is None or row[1].said is None or row[1].said.context is None:
            return  # not read yet: touching it has asked for it
        context = row[1].said.context.model_copy(update={"message_id": quoted})
        said = row[1].said.model_copy(update={"context": context})
        self.working.messages[quoting] = (row[0], row[1].model_copy(update={"said": said}))

    def _show_on_target(self, record: MessageRecord) -> None:
        """A reaction of ours is no row: the message it is on shows it, with how far it has got."""
        if record.target is None or record.said is None:
            return
        emoji = getattr(getattr(record.said.content, "reaction", None), "emoji", "")
        reacted = Reacted(
            emoji=emoji, at_ms=record.said.sent_ms, id=record.id, statuses=record.statuses, errors=record.errors
        )
        self._learn(MessageRecord(id=self.working.resolve(record.target), reactions={"business": reacted}))


def record_ms(record: MessageRecord) -> int:
    """When the message was said; 0 when nothing tells."""
    return record.said.sent_ms if record.said else 0


def _met(contact: Identity, at_ms: int) -> tuple[Met, ...]:
    return (Met(contact=contact, at_ms=at_ms),) if contact.identifiers else ()
