"""What one batch works on: the records it read, as they become; and which of them must land together.

Everything that one event touches is one component: it commits whole or is projected again. Components share nothing,
so a conversation that somebody else just changed holds back no other.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from services.api.records import MessageRecord
from services.api.thread import ThreadRecord
from services.api.tombstones import Digest, is_hashed
from shared.contract.ids import MessageId, ThreadId, Wamid

Table = Literal["alias", "thread", "message", "wamid", "early", "gone"]


class Cell(NamedTuple):
    """One stored value: its table and its name there."""

    table: Table
    name: str


@dataclass
class Loaded:
    """What the store held when it was read; `versions` has a digest for every cell that was asked for."""

    aliases: dict[str, ThreadId] = field(default_factory=dict)
    threads: dict[ThreadId, ThreadRecord] = field(default_factory=dict)
    messages: dict[MessageId, tuple[ThreadId, MessageRecord]] = field(default_factory=dict)
    wamids: dict[str, MessageId] = field(default_factory=dict)
    early: dict[str, MessageRecord] = field(default_factory=dict)
    merged: dict[ThreadId, ThreadId] = field(default_factory=dict)  # old threads that point on
    detached: set[ThreadId] = field(default_factory=set)  # those of them whose messages are still to be looked through
    gone: dict[str, ThreadId] = field(default_factory=dict)  # hashes of erased messages' ids: whose they were
    felled: set[str] = field(default_factory=set)  # hashes of messages that were erased with the whole number
    floor_ms: int = 0  # up to when the whole number is erased
    erasures: bytes | None = None  # how often something was erased; absent means that no hash need be looked up
    versions: dict[Cell, str] = field(default_factory=dict)

    def takes_in(self, read: "Loaded") -> bool:
        """Whether it goes with what was read of other contacts and of no message: then both are one from now on."""
        if read.merged or not self.threads.keys().isdisjoint(read.threads):
            return False  # both tell of one conversation: which of them does?
        self.erasures, self.floor_ms = read.erasures, read.floor_ms
        self.aliases |= read.aliases
        self.threads |= read.threads
        self.versions |= read.versions
        return True


def version(value: bytes | None) -> str:
    """What stands for a stored value when it is compared at commit: itself if it is short, empty for none."""
    if value is None:
        return ""
    # Shorter than any digest, so that neither is taken for the other; an empty one is not none.
    return value.decode() if 0 < len(value) <= 32 else hashlib.sha1(value, usedforsecurity=False).hexdigest()


class Working:
    """Records as they become while events are applied; asks nothing, writes nothing."""

    def __init__(self, loaded: Loaded, digest: Digest | None = None) -> None:
        self.loaded = loaded
        self.digest = digest
        self.aliases = dict(loaded.aliases)
        self.threads = dict(loaded.threads)
        self.messages = dict(loaded.messages)
        self.wamids = dict(loaded.wamids)
        self.early = dict(loaded.early)
        self.merged = dict(loaded.merged)
        self.detached = set(loaded.detached)
        self.gone = dict(loaded.gone)
        self.missing: set[Cell] = set()  # what turned out to be needed and was not read: read it and begin again
        self._made: set[ThreadId] = set()  # threads that begin here: nothing to read
        self._parents: dict[Cell, Cell] = {}
        self._now: list[Cell] = []

    def touch(self, table: Table, name: str) -> None:
        """Count a cell to what the present event depends on; one that was never read could never be compared."""
        cell: Cell = tuple.__new__(Cell, (table, name))  # as Cell() does, at a third of the cost
        self._now.append(cell)
        if cell not in self.loaded.versions and name not in self._made:
            self.missing.add(cell)

    def begin(self, thread: ThreadId, record: ThreadRecord) -> None:
        """A thread that nobody has stored yet."""
        self._made.add(thread)
        self.touch("thread", thread)
        self.threads[thread] = record

    def close_event(self) -> Cell | None:
        """Bind together all that the event touched; returns a cell that stands for its component."""
        cells, self._now = self._now, []
        if not cells:
            return None
        parents, root = self._parents, self.root(cells[0])
        for cell in cells:
            if parents.setdefault(cell, root) is not root:
                parents[self.root(cell)] = root
        return root

    def root(self, cell: Cell) -> Cell:
        """The one cell that names this cell's component."""
        parents = self._parents
        parent = parents.setdefault(cell, cell)
        while parent is not cell and parent != cell:
            above = parents[cell] = parents[parent]
            cell, parent = parent, above
        return cell

    def components(self) -> dict[Cell, list[Cell]]:
        """Every component's cells, by its root."""
        found: dict[Cell, list[Cell]] = {}
        parents = self._parents
        for cell, parent in list(parents.items()):
            root = parent if parents[parent] is parent else self.root(cell)
            found.setdefault(root, []).append(cell)
        return found

    def living(self, thread: ThreadId) -> ThreadId:
        """The thread that an old one was merged into, or itself."""
        while thread in self.merged:
            self.touch("thread", thread)
            thread = self.merged[thread]
        self.touch("thread", thread)
        return thread

    def leads_through(self, thread: ThreadId, others: set[ThreadId]) -> bool:
        """Whether it is one of these, or was merged into one."""
        while thread not in others:
            if thread not in self.merged:
                return False
            thread = self.merged[thread]
        return True

    def is_detached(self, thread: ThreadId) -> bool:
        """Whether messages of this thread are still to be looked at, because what it became was erased."""
        while thread in self.merged:
            if thread in self.detached:
                return True
            thread = self.merged[thread]
        return False

    def threads_of(self, identifiers: Iterable[str]) -> list[ThreadId]:
        """The living threads that these identifiers name, each once."""
        found: list[ThreadId] = []
        names = list(identifiers)
        if self.digest is not None:
            names += [self.digest(name) for name in names if not is_hashed(name)]
        for name in names:
            self.touch("alias", name)
            thread = self.aliases.get(name)
            if thread is not None and (living := self.living(thread)) not in found:
                found.append(living)
        return found

    def resolve(self, reference: str) -> MessageId:
        """Our id of a message that is named by either of its ids."""
        self.touch("wamid", reference)
        message = self.wamids.get(reference, MessageId(reference))
        self.touch("message", message)
        self.touch("early", message)
        return message

    def erased(self, reference: str) -> ThreadId | None:
        """Whose message it was, if this names an erased one."""
        if self.digest is None:
            return None
        hashed = self.digest(reference)
        self.touch("gone", hashed)
        thread = self.gone.get(hashed)
        return None if thread is None else self.living(thread)

    def row(self, message: MessageId) -> tuple[ThreadId, MessageRecord] | None:
        """The stored message with its living thread."""
        found = self.messages.get(message)
        if found is None:
            return None
        return self.living(found[0]), found[1]

    def point(self, wamid: Wamid, message: MessageId) -> None:
        """From now on the wamid names our message."""
        self.touch("wamid", wamid)
        self.wamids[wamid] = message
