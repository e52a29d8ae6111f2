"""What one component of a batch writes, and the changes it announces. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from services.api import gaps, views
from services.api.gaps import Sign
from services.api.records import MessageRecord
from services.api.thread import ThreadRecord
from services.api.working import Cell, Loaded, Working
from shared.contract.chat import Conversation
from shared.contract.feed import Removed
from shared.contract.ids import MessageId, NumberId, ThreadId


@dataclass(frozen=True)
class Rows:
    """How a thread's indexes change: rows as they were (None for new) and as they are (None for dropped)."""

    before: MessageRecord | None
    after: MessageRecord | None


@dataclass(frozen=True)
class Question:
    """What the store has to measure of a thread before it can land: with old members left out of `top`."""

    thread: ThreadId
    sources: tuple[ThreadId, ...]  # itself and what was merged into it
    marker: str
    leave_out: frozenset[str]  # sort keys of rows that this batch changes


@dataclass(frozen=True)
class Measure:
    """Its answer: unread beyond the marker in the store now, and the last row that the batch does not change."""

    unread: int = 0
    top: MessageRecord | None = None


@dataclass
class Landing:
    """Everything one component writes: lands whole if no cell it read has changed since."""

    cells: dict[Cell, str]
    aliases: dict[str, ThreadId | None] = field(default_factory=dict)  # None for an identifier that is forgotten
    wamids: dict[str, MessageId | None] = field(default_factory=dict)
    early: dict[str, MessageRecord | None] = field(default_factory=dict)
    signs: dict[str, tuple[Sign | None, Sign | None]] = field(default_factory=dict)  # of what is early: was, is
    gone: dict[str, ThreadId] = field(default_factory=dict)
    merged: dict[ThreadId, ThreadId] = field(default_factory=dict)
    detached: dict[ThreadId, ThreadId] = field(default_factory=dict)  # as merged, but its messages have to be looked at
    is_erasure: bool = False
    erasures: bytes | None = None
    threads: dict[ThreadId, ThreadRecord] = field(default_factory=dict)
    rows: dict[MessageId, tuple[ThreadId, Rows]] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    marked: set[ThreadId] = field(default_factory=set)  # what is read may be another part of these
    renamed: set[ThreadId] = field(default_factory=set)  # a search looks for other words in these

    @property
    def is_empty(self) -> bool:
        """Whether everything was known already."""
        names = self.aliases or self.wamids or self.gone
        return not (names or self.early or self.merged or self.detached or self.threads or self.rows)


class Lander:
    """Compares what a batch read with what it became, component by component."""

    def __init__(self, number_id: NumberId, working: Working) -> None:
        self.number_id = number_id
        self.working = working
        self.landings = {root: self._landing(cells) for root, cells in working.components().items()}

    def questions(self) -> list[Question]:
        """What must be measured before the landings can be finished: what the threads' records do not tell."""
        return [
            Question(thread, self._sources(landing, thread), record.read_up_to, frozenset(self._old_keys(landing)))
            for landing in self.landings.values()
            for thread, record in landing.threads.items()
            if self._is_open(landing, thread, record)
        ]

    def finish(self, measures: dict[ThreadId, Measure]) -> dict[Cell, Landing]:
        """The landings with derived fields and changes; those that change nothing are left out."""
        for landing in self.landings.values():
            for thread in landing.threads:
                self._derive(landing, thread, measures.get(thread))
        return {root: landing for root, landing in self.landings.items() if not landing.is_empty}

    def _landing(self, cells: Iterable[Cell]) -> Landing:
        working, loaded = self.working, self.working.loaded
        landing = Landing(cells={cell: loaded.versions.get(cell, "") for cell in cells}, erasures=loaded.erasures)
        touched: set[ThreadId] = set()
        for table, name in landing.cells:
            match table:
                case "alias" if working.aliases.get(name) != loaded.aliases.get(name):
                    landing.aliases[name] = working.aliases.get(name)
                case "wamid" if working.wamids.get(name) != loaded.wamids.get(name):
                    landing.wamids[name] = working.wamids.get(name)
                case "gone" if working.gone.get(name) != loaded.gone.get(name):
                    landing.gone[name] = self._living(working.gone[name])  # it may have begun and ended in this batch
                case "early" if working.early.get(name) != loaded.early.get(name):
                    landing.early[name] = working.early.get(name)
                    landing.signs[name] = gaps.sign(loaded.early.get(name)), gaps.sign(working.early.get(name))
                case "message":
                    self._row(landing, MessageId(name), touched)
                case "thread":
                    thread = ThreadId(name)
                    if thread in working.merged and thread in loaded.threads:
                        into = landing.detached if thread in working.detached else landing.merged
                        into[thread] = self._living(thread)
                        touched.add(into[thread])
                    elif thread in working.threads and working.threads[thread] != loaded.threads.get(thread):
                        touched.add(thread)
        for thread in touched:
            before, record = loaded.threads.get(thread), working.threads[thread]
            landing.threads[thread] = record
            landing.is_erasure |= record.erased_ms > (before.erased_ms if before is not None else 0)
        return landing

    def _row(self, landing: Landing, message: MessageId, touched: set[ThreadId]) -> None:
        before, after = self.working.loaded.messages.get(message), self.working.messages.get(message)
        # What is left of a detached thread stands in no index yet, and was told to be gone.
        moves = before is not None and self.working.is_detached(before[0])
        if (before and before[1]) == (after and after[1]) and not moves:
            return
        owner = self._living((after or before or ("", None))[0])  # type: ignore[arg-type]
        if moves and after is not None and _is_past(after[1], self.working.threads[owner]):
            return  # nobody has looked at it yet: it goes when somebody does
        landing.rows[message] = (owner, Rows(before[1] if before and not moves else None, after[1] if after else None))
        if after is not None or not moves:
            touched.add(owner)

    def _living(self, thread: ThreadId) -> ThreadId:
        while thread in self.working.merged:
            thread = self.working.merged[thread]
        return thread

    def _sources(self, landing: Landing, thread: ThreadId) -> tuple[ThreadId, ...]:
        stored = self.working.loaded.threads
        if not landing.merged:
            return (thread,) if thread in stored else ()
        return tuple(t for t in (thread, *(o for o, into in landing.merged.items() if into == thread)) if t in stored)

    def _old_keys(self, landing: Landing) -> list[str]:
        return [r.before.sort_key for _, r in landing.rows.values() if r.before is not None and r.before.is_row]

    def _is_open(self, landing: Landing, thread: ThreadId, record: ThreadRecord) -> bool:
        """Whether its unread count or its last message are not to be told from its record and the rows that change."""
        sources, before = self._sources(landing, thread), self.working.loaded.threads.get(thread)
        if not sources or before is None or sources != (thread,):
            return bool(sources)
        if (before.read_up_to, before.erased_ms) != (record.read_up_to, record.erased_ms):
            return True
        if before.last_activity_ms is None:
            return False  # nothing stands in it
        last = before.preview.message_id if before.preview is not None else None
        rows = [rows for owner, rows in landing.rows.values() if owner == thread]
        for was, now in ((rows.before, rows.after) for rows in rows):
            if was is not None and was.id == last:
                return not (was.is_row and now is not None and now.is_row and now.sort_key >= was.sort_key)
        # Of two in one millisecond the record does not tell which comes after the other.
        return last is None or any(_said_ms(rows.after) == before.last_activity_ms for rows in rows)

    def _derive(self, landing: Landing, thread: ThreadId, measure: Measure | None) -> None:
        record, before = landing.threads[thread], self.working.loaded.threads.get(thread)
        rows = [rows for owner, rows in landing.rows.values() if owner == thread]
        known = measure.unread if measure is not None else before.unread if before is not None else 0
        unread = known + sum(_unread(r.after, record.read_up_to) - _unread(r.before, record.read_up_to) for r in rows)
        visible = [r.after for r in rows if r.after is not None and r.after.is_row]
        if measure is not None and measure.top is not None:
            visible.append(measure.top)
        last = max(visible, key=lambda m: m.sort_key) if visible else None
        at_ms, preview = _said_ms(last), None
        if measure is None and before is not None and _outlasts(before, rows, at_ms):
            at_ms, preview = before.last_activity_ms, before.preview
        elif last is not None:
            preview = views.preview(last)
        record = record.model_copy(
            update={"revision": record.revision + 1, "unread": unread, "preview": preview, "last_activity_ms": at_ms}
        )
        landing.threads[thread] = record
        if before is None or before.read_up_to != record.read_up_to or thread in landing.merged.values():
            landing.marked.add(thread)
        if before is None or before.last_activity_ms is None or _named(before) != _named(record):
            landing.renamed.add(thread)
        landing.changes += self._changes(landing, record, rows, self.working.loaded)

    def _changes(self, landing: Landing, record: ThreadRecord, rows: list[Rows], loaded: Loaded) -> list[str]:
        """Messages first, so that a conversation never previews what was not told; then what moved away."""
        found = []
        contact_id = record.contact_id
        shown = [r.after for r in rows if r.after is not None and r.after.is_row]
        for message in sorted(shown, key=lambda m: m.sort_key):
            found.append(_change("message", views.message(self.number_id, contact_id, message).json_bytes()))
        for row in rows:
            if row.after is None and row.before is not None and row.before.is_row:
                gone = Removed(of="message", number_id=self.number_id, contact_id=contact_id, id=row.before.id)
                found.append(_change("removed", gone.json_bytes()))
        left = [old for old, into in landing.detached.items() if into == record.id]
        found = [*self._removals(left, loaded), *found]
        before = loaded.threads.get(record.id)
        if record.last_activity_ms is None:
            return [*found, *self._removals([record.id] if before is not None else [], loaded)]
        conversation = views.conversation(self.number_id, record)
        if before is None or _standing(before) != _standing(record) or not self._shows(before, conversation):
            found.append(_change("conversation", conversation.json_bytes()))
        for source in self._sources(landing, record.id):
            old = loaded.threads[source]
            if old.last_activity_ms is not None and old.contact_id != contact_id:
                moved = Removed(
                    of="conversation", number_id=self.number_id, contact_id=old.contact_id, replaced_by=contact_id
                )
                found.append(_change("removed", moved.json_bytes()))
        return found

    def _shows(self, record: ThreadRecord, conversation: Conversation) -> bool:
        return views.conversation(self.number_id, record) == conversation

    def _removals(self, threads: Iterable[ThreadId], loaded: Loaded) -> list[str]:
        """What tells browsers to forget these conversations."""
        shown = [loaded.threads[thread] for thread in threads if loaded.threads[thread].last_activity_ms is not None]
        gone = [Removed(of="conversation", number_id=self.number_id, contact_id=old.contact_id) for old in shown]
        return [_change("removed", one.json_bytes()) for one in gone]


def _said_ms(record: MessageRecord | None) -> int | None:
    return record.said.sent_ms if record is not None and record.is_row and record.said is not None else None


def _outlasts(before: ThreadRecord, rows: list[Rows], latest_ms: int | None) -> bool:
    """Whether the last message is still the one that its record tells of, and which did not change."""
    if before.last_activity_ms is None or before.preview is None:
        return False
    if any(r.before is not None and r.before.id == before.preview.message_id for r in rows):
        return False
    return latest_ms is None or latest_ms < before.last_activity_ms


def _named(record: ThreadRecord) -> tuple[str | None, ...]:
    name, username = record.name, record.username
    return name.text if name else None, username.text if username else None, record.phone


def _standing(record: ThreadRecord) -> tuple[object, ...]:
    """What a list shows of it beside who it is: if it is another, so is the conversation."""
    return record.last_activity_ms, record.last_inbound_ms, record.preview


def _is_past(record: MessageRecord, owner: ThreadRecord) -> bool:
    return record.said is not None and record.said.sent_ms <= owner.erased_ms


def _unread(record: MessageRecord | None, marker: str) -> int:
    return int(record is not None and record.counts_as_unread and record.arrival_key > marker)


def _change(kind: str, value: bytes) -> str:
    return f'{{"kind":"{kind}","value":{value.decode()}}}'
