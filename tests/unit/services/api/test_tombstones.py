"""Erasing a customer holds in any order, after any repeats, in any batches; and nothing of the customer stays."""

import dataclasses
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.api.projection import Fact
from services.api.thread import Known, ThreadRecord, Told
from services.api.tombstones import digester, forgetting, is_hashed
from shared.contract.events import ContactErased, Identity
from shared.contract.ids import NumberId, ThreadId
from shared.contract.order import arrival_key
from shared.contract.status import Status
from tests import scenario
from tests.memory import DIGEST, Memory, projected, told
from tests.scenario import OWN, PEOPLE
from tests.telling import (
    came,
    ms,
    reported,
)

PATIENT = settings(max_examples=40)


def erased(*names: str, at: float, references: tuple[str, ...] = ()) -> Any:
    """A customer has been erased."""
    return ContactErased(
        **OWN,
        received_ms=ms(at),
        erasure_id="e",
        names=tuple(map(DIGEST, names)),
        references=tuple(map(DIGEST, references)),
        at_ms=ms(at),
    )


def kept(memory: Memory) -> str:
    """All that the store would hold, as one text."""
    state = dataclasses.replace(memory.state, versions={})
    return repr(state)


@PATIENT
@given(scenario.facts, st.lists(scenario.erased(DIGEST), min_size=1, max_size=3), st.data())
def test_any_order_any_repeats_and_any_batches_erase_the_same(
    facts: list[Fact], erasures: list[ContactErased], data: st.DataObject
) -> None:
    """Invariant "any order, any repeats", with erasures among the facts: an erasure is one of them."""
    facts = [*facts, *erasures]
    expected = projected([[*erasures, *facts]])
    repeats = data.draw(st.lists(st.sampled_from(facts), max_size=8))
    shuffled: list[Fact] = list(data.draw(st.permutations([*facts, *repeats])))
    size = data.draw(st.integers(1, 12))

    assert expected == projected([shuffled[n : n + size] for n in range(0, len(shuffled), size)])


@PATIENT
@given(scenario.facts, st.data())
def test_nothing_of_an_erased_customer_stays(facts: list[Fact], data: st.DataObject) -> None:
    """No identifier, name, text or message id, whatever came before, and whatever comes late."""
    late = data.draw(st.integers(0, len(facts)))
    people = (*PEOPLE[0].identifiers, "US.101", "15550000101")
    memory = Memory()
    for fact in facts[:late]:
        memory.project([fact])
    memory.project([erased(*people, at=200)])
    for fact in facts[late:]:
        memory.project([fact])

    shown = repr(memory.shown())
    for canary in (*people, "in 0", "in 3", "out 0", "out 3", "echo 3", "Ann"):
        assert canary not in shown
    named = repr((memory.state.aliases, memory.state.threads, memory.state.messages))
    for canary in (*people, "in 0'", "in 3'", "out 0", "out 3", "echo 3", "Ann"):
        assert canary not in named


def test_whoever_writes_again_begins_anew() -> None:
    """What is from before stays gone, also what comes late; what comes after is a conversation like any other."""
    memory = told(came("before", at=1), erased("US.100", "15550000100", at=10), came("new", at=20), came("late", at=2))
    conversation, messages = memory.only

    assert ["new"] == list(messages)
    assert ("US.100", ["15550000100"], 1) == (
        conversation["contact_id"],
        conversation["aliases"],
        conversation["unread"],
    )
    assert "before" not in kept(memory)


def test_whose_an_erased_message_was_is_known_when_the_conversation_began_and_was_merged_in_one_batch() -> None:
    """What comes late of it finds a conversation that was stored."""
    memory = Memory()
    by_id, by_phone = Identity(user_id="US.100"), Identity(wa_id="15550000100")
    memory.project([erased("15550000100", at=3), came("a", by_phone, at=1), came("a", by_id, at=1)])
    memory.project([reported(Status.READ, 20, "a", by_phone), erased("15550000100", at=10)])
    memory.project([reported(Status.READ, 20, "a", by_id)])

    assert {*memory.state.gone.values()} <= {*memory.state.threads, *memory.state.merged}
    assert {} == memory.shown()


def test_browsers_are_told_to_forget_and_then_what_is_new() -> None:
    """First that the conversation is gone; what has come since comes again."""
    memory = Memory()
    memory.project([came("old", at=1), came("new", at=20)])
    told_before = len(memory.changes)
    memory.project([erased("US.100", at=10)])

    kinds = [change[9 : change.index('"', 9)] for change in memory.changes[told_before:]]
    assert ["removed", "message", "conversation"] == kinds
    assert "old" not in "".join(memory.changes[told_before:])


def test_hashes_of_two_numbers_have_nothing_in_common() -> None:
    """Nor have those of two keys; and a hash is not hashed again."""
    a, b = digester(b"key", NumberId("1")), digester(b"key", NumberId("2"))

    assert 3 == len({a("x"), b("x"), digester(b"other", NumberId("1"))("x")})
    assert a("x") == a(a("x"))
    assert is_hashed(a("x"))


def test_a_record_forgets_what_is_from_before() -> None:
    """Attribute by attribute: what is from after the moment stays."""
    record = ThreadRecord(
        id=ThreadId("t"),
        since_ms=1,
        identifiers={"US.1": Known(kind="user_id", at_ms=5, own_ms=5), "1": Known(kind="wa_id", at_ms=30, own_ms=30)},
        name=Told(text="Ann", at_ms=5),
        username=Told(text="ann", at_ms=30),
        read_up_to=arrival_key(4, 0, "wamid.x"),
        read_ms=30,
        unread_ms=6,
        last_inbound_ms=5,
        erased_ms=10,
    )
    left = forgetting(record, DIGEST)

    assert {DIGEST("US.1"), DIGEST("1"), "1"} == left.identifiers.keys()
    assert (None, "ann", "", 30, 0, None) == (
        left.name,
        left.username and left.username.text,
        left.read_up_to,
        left.read_ms,
        left.unread_ms,
        left.last_inbound_ms,
    )
    assert left == forgetting(left, DIGEST)
