"""Broker messages taken apart: facts by number, and lines that are none."""

from services.api.facts import Facts, taken_ms
from shared.contract.events import encode
from shared.contract.ids import NumberId
from tests.scenario import NUMBER, WORKSPACE
from tests.telling import asked, came, marked_unread, ms


def test_lines_are_sorted_by_number_in_their_order() -> None:
    """Events and commands alike, from all bodies; empty lines are nothing."""
    other = came("c").model_copy(update={"number_id": NumberId("2")})
    lines = [encode(came("a")), encode(other), marked_unread(at=1).model_dump_json().encode()]
    facts = Facts([b"\n".join([*lines[:2], b""]), lines[2]])

    assert [(WORKSPACE, NUMBER), (WORKSPACE, "2")] == list(facts.by_number)
    assert [lines[0], lines[2]] == [line for line, _ in facts.by_number[(WORKSPACE, NUMBER)]]
    assert [came("a"), marked_unread(at=1)] == [fact for _, fact in facts.by_number[(WORKSPACE, NUMBER)]]
    assert [] == facts.poison


def test_a_line_that_is_no_fact_is_poison_alone() -> None:
    """Not JSON, no type, an unknown type, a missing field, no text at all: its neighbours stay."""
    good = encode(came("a"))
    bad = [b"{", b"{}", b'{"type":"message.eaten"}', b'{"type":"message.received"}', b"\xff\xfe", b"[]", b"7"]
    facts = Facts([b"\n".join([good, *bad, good])])

    assert bad == [poison.body for poison in facts.poison]
    assert 2 == len(facts.by_number[(WORKSPACE, NUMBER)])


def test_the_reason_quotes_nothing_of_the_line() -> None:
    """Dead letters are listed in the open."""
    line = b'{"type":"message.received","wamid":["my secret words"],"contact":"+15550000100"}'
    (poison,) = Facts([line]).poison

    assert poison.reason.startswith("not a fact: ")
    assert "secret" not in poison.reason
    assert "1555" not in poison.reason


def test_a_deep_or_a_long_line_is_poison_and_no_crash() -> None:
    """Whatever somebody puts into the queue."""
    facts = Facts([b"[" * 100_000, b'{"type":"' + b"x" * 1_000_000 + b'"}'])

    assert 2 == len(facts.poison)
    assert all(len(poison.reason) < 200 for poison in facts.poison)


def test_the_oldest_of_facts_is_as_old_as_it_was_taken_in() -> None:
    """An event when ingest or the sender had it, a command when the api had it, whatever they tell of; none is 0."""
    assert ms(5) == taken_ms([came(at=0, arrived=9), asked(at=5)])
    assert ms(4) == taken_ms([came(at=0, arrived=4), asked(at=5)])
    assert 0 == taken_ms([])
