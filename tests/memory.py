"""Chat state without a store, for tests: what the real one does with a landing, in the plainest way."""

from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Any

from services.api import views
from services.api.gaps import Sign
from services.api.landing import Lander, Measure, Question
from services.api.projection import Fact, Named, Projection, Step, Visited
from services.api.tombstones import digester
from services.api.working import Loaded, Working
from shared.contract.chat import Conversation, Message
from shared.contract.ids import ThreadId
from tests.scenario import NUMBER

ORDERS_MAX = 120  # of five facts
DIGEST = digester(b"the key of these tests", NUMBER)


class Memory:
    """What a store would hold."""

    def __init__(self) -> None:
        self.state = Loaded()
        self.changes: list[str] = []
        self.signs: dict[str, Sign] = {}

    def project(self, facts: Iterable[Fact]) -> None:
        """Apply one batch, and what an erasure in it leaves to be done."""
        self._project(facts)
        aliases = self.state.aliases
        while apart := [n for n, t in aliases.items() if self._living(aliases.get(DIGEST(n), t)) != self._living(t)]:
            self._project([Named(name) for name in apart])
            aliases = self.state.aliases
        messages = self.state.messages
        while left := [m for m, (thread, _) in messages.items() if Working(self.state).is_detached(thread)]:
            self._project([Visited(message) for message in left])
        self.state.detached.clear()

    def _project(self, facts: Iterable[Step]) -> None:
        working = Working(self.state, DIGEST)
        projection = Projection(working)
        for fact in facts:
            projection.apply(fact)
            working.close_event()
        lander = Lander(NUMBER, working)
        landings = lander.finish({q.thread: self._measure(q) for q in lander.questions()})
        for landing in landings.values():
            self.changes += landing.changes
            self.state.merged |= landing.merged
            self.state.merged |= landing.detached
            self.state.detached |= landing.detached.keys()
            for old in (*landing.merged, *landing.detached):
                del self.state.threads[old]
            self.state.threads |= landing.threads
            self.state.aliases = {n: t for n, t in {**self.state.aliases, **landing.aliases}.items() if t is not None}
            self.state.wamids = {n: m for n, m in {**self.state.wamids, **landing.wamids}.items() if m is not None}
            self.state.gone |= landing.gone
            for name, early in landing.early.items():
                self.state.early.pop(name, None)
                if early is not None:
                    self.state.early[name] = early
            for name, (was, now) in landing.signs.items():
                assert self.signs.pop(name, None) == was
                if now is not None:
                    self.signs[name] = now
            for message, (thread, rows) in landing.rows.items():
                self.state.messages.pop(message, None)
                if rows.after is not None:
                    self.state.messages[message] = (thread, rows.after)
        for landing in landings.values():
            for thread, record in landing.threads.items():
                # What was not asked of the store is what it would have said.
                told = self._measure(Question(thread, (thread,), record.read_up_to, frozenset()))
                assert told.unread == record.unread
                assert (told.top.id if told.top else None) == (record.preview.message_id if record.preview else None)

    def _measure(self, question: Question) -> Measure:
        looked_at = Working(self.state)
        rows = [(t, r) for t, r in self.state.messages.values() if r.is_row and not looked_at.is_detached(t)]
        own = [r for t, r in rows if self._living(t) in question.sources]
        unread = sum(r.counts_as_unread and r.arrival_key > question.marker for r in own)
        rest = [r for r in own if r.sort_key not in question.leave_out]
        return Measure(unread, max(rest, key=lambda r: r.sort_key, default=None))

    def _living(self, thread: ThreadId) -> ThreadId:
        while thread in self.state.merged:
            thread = self.state.merged[thread]
        return thread

    def seen(self) -> dict[str, tuple[Conversation, list[Message]]]:
        """All that a browser could see."""
        seen: dict[str, tuple[Conversation, list[Message]]] = {}
        for thread in self.state.threads.values():
            if thread.last_activity_ms is None:
                continue
            conversation = views.conversation(NUMBER, thread)
            own = [r for t, r in self.state.messages.values() if self._living(t) == thread.id and r.is_row]
            messages = [views.message(NUMBER, thread.contact_id, r) for r in sorted(own, key=lambda r: r.sort_key)]
            seen[conversation.contact_id] = conversation, messages
        return seen

    def shown(self) -> dict[str, Any]:
        """The same as plain values, to be compared."""
        return {
            name: (c.model_dump(), [m.model_dump() for m in messages]) for name, (c, messages) in self.seen().items()
        }

    @property
    def only(self) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """The one conversation there is, and its messages by id, in their order."""
        ((conversation, messages),) = self.shown().values()
        return conversation, {message["id"]: message for message in messages}


def projected(batches: Iterable[Sequence[Fact]]) -> dict[str, Any]:
    """What is shown after these batches."""
    memory = Memory()
    for batch in batches:
        memory.project(batch)
    return memory.shown()


def told(*facts: Fact) -> Memory:
    """The state after these facts, which is the same in whichever order they are told, one by one or together."""
    memory = Memory()
    for fact in facts:
        memory.project([fact])
    expected = memory.shown()
    for number, order in enumerate(permutations(facts)):
        if number == ORDERS_MAX:
            break
        assert expected == projected([[fact] for fact in order]), [type(fact).__name__ for fact in order]
        assert expected == projected([order])
    return memory
