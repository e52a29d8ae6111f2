"""What was learnt joined into what is known: one conversation per contact, one row per message; and what is erased."""

import uuid
from collections.abc import Iterator

from services.api import records, thread
from services.api.records import MessageRecord, Reacted
from services.api.thread import ThreadRecord
from services.api.tombstones import NoKey, forgetting, is_hashed
from services.api.working import Working
from shared.contract.ids import MessageId, ThreadId, Wamid
from shared.contract.trusted import trusted


class Joining:
    """Joins records into what a batch works on; what is from before an erasure is dropped wherever it is met."""

    def __init__(self, working: Working) -> None:
        self.working = working

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
        erased_ms = max([facts.erased_ms, *(working.threads[t].erased_ms for t in found)])
        # What is stored of these is from before the erasure, or mixed: it is looked through row by row, and what stays
        # goes to a thread of its own.
        lower = {t for t in found if working.threads[t].erased_ms < erased_ms}
        behind = lower & working.loaded.threads.keys()
        if behind.issuperset(found):
            begun = ThreadId(uuid.uuid4().hex)
            working.begin(begun, facts.model_copy(update={"id": begun}))
            found.append(begun)
        first, *others = sorted(found, key=lambda t: (t in behind, working.threads[t].since_ms, t))
        record = thread.join(working.threads[first], facts)
        for other in others:
            record = thread.join(record, working.threads.pop(other))
            working.merged[other] = first
        self._name(first, record)
        if lower:
            # Also what was merged into one of them in this very batch, whose rows are where they were.
            working.detached |= {t for t in working.loaded.threads if working.leads_through(t, lower)}
            for message in list(self._rows_of(first)):
                self._visit(message)
        return first

    def _name(self, owner: ThreadId, record: ThreadRecord) -> None:
        """Keep a thread's record, with every identifier that it still has leading to it."""
        working = self.working
        if record.erased_ms:
            if working.digest is None:
                raise NoKey
            known = record
            record = forgetting(known, working.digest)
            for name in known.identifiers.keys() - record.identifiers.keys():
                working.touch("alias", name)
                working.aliases.pop(name, None)
        working.threads[owner] = record
        for name in record.identifiers:
            if working.aliases.get(name) != owner:
                working.touch("alias", name)
                working.aliases[name] = owner

    def _rows_of(self, owner: ThreadId) -> Iterator[MessageId]:
        """The messages of a thread among those of this batch; looking binds nothing together."""
        for message, (own, _) in self.working.messages.items():
            while own in self.working.merged:
                own = self.working.merged[own]
            if own == owner:
                yield message

    def _place(self, owner: ThreadId, record: MessageRecord) -> None:
        """A message has been said in a thread: it becomes a row there, with all that was reported before."""
        working = self.working
        existing = self._row(record.id)
        erased = working.erased(record.id) or (working.erased(record.wamid) if record.wamid else None)
        before = erased or (existing[0] if existing is not None else None)
        if before is not None:
            owner = self._know(trusted(ThreadRecord, id=ThreadId(""), since_ms=record_ms(record)), (owner, before))
        if existing is not None:
            record = records.join(existing[1], record)
        early = working.early.pop(record.id, None)
        if early is not None:
            record = records.join(record, early)
        if erased or self._is_past(owner, record):
            self._drop(owner, record)
        else:
            self._take_in(owner, record)

    def _learn(self, report: MessageRecord) -> None:
        """Something was reported of a message, known or not; a row takes it in, else it waits for the row."""
        working = self.working
        existing = self._row(report.id)
        erased = working.erased(report.id)
        if erased is not None:
            self._drop(erased, report)
        elif existing is None:
            early = working.early.get(report.id)
            working.early[report.id] = records.join(early, report) if early else report
        else:
            self._take_in(existing[0], records.join(existing[1], report))

    def _take_in(self, owner: ThreadId, record: MessageRecord) -> None:
        """Keep a row, and tell what it knows of others: who it went to, its wamid, and the message it reacts to."""
        claimed = record.claimed if record.said and record.said.origin == "agent" else ()
        record = self._without_erased_context(owner, record)
        kept = record
        if record.contacts or record.trace is not None or claimed:
            told = {"contacts": (), "trace": None, "claimed": () if claimed else record.claimed}
            kept = record.model_copy(update=told)
        self.working.messages[record.id] = (owner, kept)
        for met in record.contacts:
            self._know(thread.known(met.contact, met.at_ms, own=False), (owner,))
        self._show_on_target(record)
        for wamid in claimed:
            self._linked(record.id, wamid)

    def _linked(self, message: MessageId, wamid: Wamid) -> MessageId:
        """Our message and this wamid are one: what was known under the wamid belongs to the message."""
        working = self.working
        if working.resolve(wamid) == message:
            return message
        erased = working.erased(message) or working.erased(wamid)
        if erased is not None:
            self._forget(message, erased)
            self._forget(wamid, erased)
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

    def _mend_quote(self, quoting: MessageId, quoted: MessageId | None) -> None:
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
        reacted = trusted(
            Reacted,
            emoji=emoji,
            at_ms=record.said.sent_ms,
            id=record.id,
            statuses=record.statuses,
            errors=record.errors,
        )
        self._learn(trusted(MessageRecord, id=self.working.resolve(record.target), reactions={"business": reacted}))

    def _row(self, message: MessageId) -> tuple[ThreadId, MessageRecord] | None:
        """The row of a message, unless it is from before its conversation was erased: then it goes now."""
        found = self.working.row(message)
        if found is not None and self._is_past(*found):
            self._drop(*found)
            return None
        return found

    def _visit(self, message: MessageId) -> None:
        """Look at one message because its conversation was erased: it goes, or stays without what it answers."""
        erased = self.working.erased(message)
        if erased is not None:
            self._forget(message, erased)
        elif (row := self._row(message)) is not None:
            self._take_in(*row)

    def _age(self, message: MessageId, oldest_ms: int) -> None:
        """The message goes, without a trace, if it is from before then."""
        row = self.working.row(message)
        if row is None or row[1].said is None or row[1].said.sent_ms >= oldest_ms:
            return
        del self.working.messages[message]
        if row[1].wamid is not None:
            self.working.resolve(row[1].wamid)
            self.working.wamids.pop(row[1].wamid, None)

    def _is_past(self, owner: ThreadId, record: MessageRecord) -> bool:
        erased_ms = self.working.threads[owner].erased_ms
        if not erased_ms or record.said is None:
            return False
        return record.said.sent_ms <= erased_ms or (record.target is not None and self._is_erased(record.target))

    def _is_erased(self, reference: str) -> bool:
        """Whether this names a message that is gone, or goes as it is looked at."""
        if self.working.digest is None:
            return False
        self._row(self.working.resolve(reference))
        return self.working.erased(reference) is not None

    def _without_erased_context(self, owner: ThreadId, record: MessageRecord) -> MessageRecord:
        context = record.said.context if record.said is not None else None
        if context is None or context.message_id is None or record.said is None:
            return record
        if not self._is_erased(context.message_id):
            quoted = self.working.resolve(context.message_id)
            if self.working.threads[owner].erased_ms and self.working.row(quoted) is None:
                # It may yet turn out to be from before the erasure.
                self._learn(trusted(MessageRecord, id=quoted, quoted_by=(record.id,)))
            return record
        said = record.said.model_copy(update={"context": context.model_copy(update={"message_id": None})})
        return record.model_copy(update={"said": said})

    def _drop(self, owner: ThreadId, record: MessageRecord) -> None:
        """Nothing of this message stays but hashes of its ids, so that whatever else tells of it is dropped too."""
        working = self.working
        # Another app's callback data may claim anything; what nobody has said yet can only have been ours.
        believed = record.claimed if record.said is None or record.said.origin == "agent" else ()
        for name in dict.fromkeys([record.id, *([record.wamid] if record.wamid else []), *believed]):
            self._forget(name, owner)
        for met in record.contacts:
            self._know(thread.known(met.contact, met.at_ms, own=False), (owner,))
        for quoting in record.quoted_by:
            self._mend_quote(working.resolve(quoting), None)
        context = record.said.context if record.said is not None else None
        if context is not None and context.message_id is not None:
            self._unquoted(working.resolve(context.message_id), record.id)

    def _forget(self, name: str, owner: ThreadId) -> None:
        """From now on this id or wamid names an erased message."""
        working = self.working
        if is_hashed(name):
            if working.erased(name) is None:
                working.gone[name] = owner
            return
        assert working.digest is not None
        message = working.resolve(name)
        for known in dict.fromkeys([name, message]):
            if working.erased(known) is None:
                working.gone[working.digest(known)] = owner
            working.wamids.pop(known, None)
            row = working.messages.pop(MessageId(known), None)
            early = working.early.pop(known, None)
            if row is not None:
                self._drop(working.living(row[0]), row[1])
            if early is not None:
                self._drop(owner, early)

    def _unquoted(self, quoted: MessageId, quoting: MessageId) -> None:
        """The reply is gone, so the message that it answers knows nothing of it any more."""
        working = self.working
        row, early = working.messages.get(quoted), working.early.get(quoted)
        if row is not None and quoting in row[1].quoted_by:
            working.messages[quoted] = (row[0], _without(row[1], quoting))
        if early is not None and quoting in early.quoted_by:
            rest = _without(early, quoting)
            if rest.model_copy(update={"trace": None}) == trusted(MessageRecord, id=early.id):
                del working.early[quoted]
            else:
                working.early[quoted] = rest


def record_ms(record: MessageRecord) -> int:
    """When the message was said; 0 when nothing tells."""
    return record.said.sent_ms if record.said else 0


def _without(record: MessageRecord, quoting: MessageId) -> MessageRecord:
    return record.model_copy(update={"quoted_by": tuple(q for q in record.quoted_by if q != quoting)})
