"""A body becomes lines for the broker, and what is held takes its proof along."""

import base64
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest import webhook
from services.ingest.document import Malformed
from services.ingest.payload import NO_NUMBER
from services.ingest.signature import Admission
from shared.contract import events
from shared.contract.events import EventsHeld, MessageReceived, Signature
from shared.contract.ids import NumberId, WorkspaceId
from shared.signature import Proof
from tests.payloads import bodies

A, B = NumberId("1001"), NumberId("1002")


def told(body: bytes, header: str | None = None, *, held: set[NumberId] | None = None) -> list[events.AnyEvent]:
    """The events of the lines of a body; `held` numbers are not connected."""
    read = webhook.read(body, header)
    signatures: dict[NumberId, Signature] = {n: "unchecked" if n in (held or ()) else "verified" for n in read.numbers}
    lines = read.lines(WorkspaceId("w"), Admission(signatures, frozenset(held or ())), 1_785_000_100_000)
    assert lines.events >= len(lines.lines)
    return [events.decode(line) for line in lines.lines]


def mixed(*numbers: NumberId) -> bytes:
    """A body with one message for each of the numbers."""
    return bodies.dump(
        bodies.envelope(*(bodies.change(bodies.value(n, messages=[bodies.message(n)])) for n in numbers))
    )


def test_each_event_is_one_line() -> None:
    """Whatever the customer wrote into it."""
    read = webhook.read(bodies.texts("one\ntwo\r\u2028three", "four"), None)
    lines = read.lines(WorkspaceId("w"), Admission(dict.fromkeys(read.numbers, "verified"), frozenset()), 1)

    assert 2 == len(lines.lines)
    assert not any(b"\n" in line for line in lines.lines)


def test_what_is_for_a_connected_number_passes_by_what_is_held() -> None:
    """One body, two numbers, one of them unknown here."""
    passed, held = told(mixed(B, A, B), held={B})

    assert isinstance(passed, MessageReceived)
    assert (A, "verified") == (passed.number_id, passed.signature)
    assert isinstance(held, EventsHeld)
    assert (B, "unchecked") == (held.number_id, held.signature)
    assert [(B, 0, "unchecked"), (B, 2, "unchecked")] == [(e.number_id, e.position, e.signature) for e in held.events]


def test_what_is_held_can_be_checked_later() -> None:
    """The exact bytes and the header travel with it."""
    body = mixed(A)
    (held,) = told(body, bodies.signed(body, "s"), held={A})

    assert isinstance(held, EventsHeld)
    again = zlib.decompress(base64.b64decode(held.body))
    assert body == again
    assert Proof(again, held.header).by_any([b"s"])


def test_a_header_of_odd_bytes_can_be_written() -> None:
    """A header that is no UTF-8 arrives as lone surrogates."""
    (held,) = told(mixed(A), "sha256=\udcff" + "x" * 10_000, held={A})

    assert isinstance(held, EventsHeld)
    assert held.header is not None
    assert len(held.header) <= 1000


def test_a_large_body_is_held_in_portions() -> None:
    """A bound of the parking drops what is held as one: not everything at once."""
    messages = [bodies.message() for _ in range(webhook.HELD_EVENTS_MAX + 1)]
    held = told(bodies.dump(bodies.envelope(bodies.change(bodies.value(A, messages=messages)))), held={A})

    assert [webhook.HELD_EVENTS_MAX, 1] == [len(one.events) for one in held if isinstance(one, EventsHeld)]


def test_a_body_that_tells_nothing_is_of_no_number() -> None:
    """So it must be signed like one about the account."""
    assert frozenset((NO_NUMBER,)) == webhook.read(b'{"entry":[]}', None).numbers


def test_too_many_numbers_are_malformed() -> None:
    """Each costs a question to the registry."""
    with pytest.raises(Malformed):
        webhook.read(mixed(*(NumberId(str(n)) for n in range(webhook.NUMBERS_MAX + 1))), None)


@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(str.encode)
    | st.dictionaries(
        st.sampled_from(["entry", "object", "field", "value"]),
        st.none()
        | st.integers()
        | st.text()
        | st.lists(
            st.dictionaries(
                st.sampled_from(["id", "changes", "field", "value"]), st.none() | st.text() | st.lists(st.integers())
            )
        ),
    ).map(lambda told: json.dumps(told).encode())
)
def test_arbitrary_bytes_are_told_or_malformed(body: bytes) -> None:
    """Nothing else comes out of the door's inside."""
    try:
        read = webhook.read(body, None)
    except Malformed:
        return
    read.lines(WorkspaceId("w"), Admission(dict.fromkeys(read.numbers, "unsigned"), frozenset()), 1)


def test_a_body_names_the_account_of_each_number() -> None:
    """Where it could be one: whoever asks Graph about it makes a path of it."""
    entries = [
        {"id": account, "changes": [bodies.change(bodies.value(n, messages=[bodies.message()]))]}
        for account, n in (("77", A), ("../me", B), (None, B))
    ]

    assert {A: "77"} == webhook.read(bodies.dump({"entry": entries}), None).accounts
