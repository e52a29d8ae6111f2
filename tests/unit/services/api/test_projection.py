"""Any order, any repeats, any batches: the same chat state. Held here without a store, in test_projector with one."""

from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.api import views
from services.api.landing import Lander, Measure, Question
from services.api.projection import Fact, Projection
from services.api.working import Loaded, Working
from shared.contract import events
from shared.contract.events import Identity
from shared.contract.ids import ThreadId
from tests import scenario
from tests.scenario import NUMBER, OWN, SENT, T, Wamid


class Memory:
    """Chat state without a store: what the real one does with a landing, in the plainest way."""

    def __init__(self) -> None:
        self.state = Loaded()
        self.changes: list[str] = []

    def project(self, facts: Iterable[Fact]) -> None:
        """Apply one batch."""
        working = Working(self.state)
        projection = Projection(working)
        for fact in facts:
            projection.apply(fact)
            working.close_event()
        lander = Lander(NUMBER, working)
        landings = lander.finish({q.thread: self._measure(q) for q in lander.questions()})
        for landing in landings.values():
            self.changes += landing.changes
            self.state.merged |= landing.merged
            for old in landing.merged:
                del self.state.threads[old]
            self.state.threads |= landing.threads
            self.state.aliases |= landing.aliases
            self.state.wamids |= landing.wamids
            for name, early in landing.early.items():
                self.state.early.pop(name, None)
                if early is not None:
                    self.state.early[name] = early
            for message, (thread, rows) in landing.rows.items():
                self.state.messages.pop(message, None)
                if rows.after is not None:
                    self.state.messages[message] = (thread, rows.after)

    def _measure(self, question: Question) -> Measure:
        own = [r for t, r in self.state.messages.values() if self._living(t) in question.sources and r.is_row]
        unread = sum(r.counts_as_unread and r.arrival_key > question.marker for r in own)
        rest = [r for r in own if r.sort_key not in question.leave_out]
        return Measure(unread, max(rest, key=lambda r: r.sort_key, default=None))

    def _living(self, thread: ThreadId) -> ThreadId:
        while thread in self.state.merged:
            thread = self.state.merged[thread]
        return thread

    def shown(self) -> dict[str, Any]:
        """All that a browser could see."""
        shown: dict[str, Any] = {}
        for thread in self.state.threads.values():
            if thread.last_activity_ms is None:
                continue
            conversation = views.conversation(NUMBER, thread)
            own = [r for t, r in self.state.messages.values() if self._living(t) == thread.id and r.is_row]
            messages = [views.message(NUMBER, thread.contact_id, r) for r in sorted(own, key=lambda r: r.sort_key)]
            shown[conversation.contact_id] = (conversation.model_dump(), [m.model_dump() for m in messages])
        return shown


def projected(batches: Iterable[Sequence[Fact]]) -> dict[str, Any]:
    """What is shown after these batches."""
    memory = Memory()
    for batch in batches:
        memory.project(batch)
    return memory.shown()


def cut(facts: list[Fact], sizes: list[int]) -> list[list[Fact]]:
    """The facts in batches of these sizes; the rest is the last batch."""
    batches = []
    for size in sizes:
        batches.append(facts[:size])
        facts = facts[size:]
    return [batch for batch in [*batches, facts] if batch]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])
@given(scenario.facts, st.data())
def test_any_order_any_repeats_and_any_batches_show_the_same(facts: list[Fact], data: st.DataObject) -> None:
    """Invariant "any order, any repeats": what is shown depends on what happened, not on how it was told."""
    expected = projected([facts])
    repeats = data.draw(st.lists(st.sampled_from(facts), max_size=8))
    shuffled = data.draw(st.permutations([*facts, *repeats]))
    sizes = data.draw(st.lists(st.integers(1, 5), max_size=10))

    assert expected == projected(cut(list(shuffled), sizes))


def test_what_is_known_already_changes_nothing() -> None:
    """A webhook that Meta repeats puts nothing into the feed."""
    fact = events.MessageReceived(
        **OWN, received_ms=T, wamid=Wamid("wamid.x"), contact=Identity(wa_id="1"), sent_ms=T, content=scenario.text("x")
    )
    memory = Memory()
    memory.project([fact])
    told = len(memory.changes)
    memory.project([fact, fact])

    assert told == len(memory.changes)


def test_an_echo_of_what_was_sent_here_is_the_same_message() -> None:
    """One WhatsApp message is one row, whatever told of it first."""
    who = Identity(wa_id="1")
    echo = events.MessageEchoed(
        **OWN, received_ms=T, wamid=SENT[0][1], contact=who, sent_ms=T, content=scenario.text("hello")
    )
    accepted = events.SendAccepted(**OWN, received_ms=T, message_id=SENT[0][0], wamid=SENT[0][1], contact=who, at_ms=T)
    memory = Memory()
    memory.project([echo])
    memory.project([accepted])

    assert [SENT[0][0]] == [m["id"] for m in memory.shown()["1"][1]]
    assert any('"kind":"removed"' in change and SENT[0][1] in change for change in memory.changes)
