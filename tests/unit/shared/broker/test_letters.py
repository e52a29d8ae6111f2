"""What may be shown of a dead letter: enough to tell what is wrong, nothing that a customer or Meta gave us."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from shared.broker.door import DeadLetter
from shared.broker.letters import LINES_SHOWN_MAX, kinds, redacted

TEXT = "my card is 4111"


def letter(*lines: bytes) -> DeadLetter:
    """Buried with these lines."""
    return DeadLetter(b"\n".join(lines), {}, "a reason", 1, 1_700_000_000_000)


def test_kinds_are_told_and_counted() -> None:
    """Only what looks like one of ours: a type could be anything in a broken body."""
    received, odd = b'{"type":"message.received"}', orjson.dumps({"type": TEXT})
    assert "message.received x4, ? x3" == kinds(letter(*[received] * 4, odd, b"[1]", b"no json"))


def test_the_shape_shows_fields_and_lengths() -> None:
    """Which fields there are is what tells a person why nobody could read it."""
    body = {"type": "message.received", "number_id": "1065", "sent_ms": 5, "seen": True, "text": {"body": TEXT}}
    shown = '{"type":"message.received","number_id":"(4 characters)","sent_ms":"(a number)","seen":true,'
    assert [shown + '"text":{"body":"(15 characters)"}}'] == redacted(orjson.dumps(body))
    assert ["(7 bytes that are no JSON)"] == redacted(b"no json")
    assert LINES_SHOWN_MAX + 1 == len(redacted(b"\n".join([b"{}"] * 1000)))


anything = st.recursive(
    st.text(alphabet="QZ4", min_size=1) | st.integers(min_value=4_000_000, max_value=4_000_999),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(alphabet="QZ4"), inner),
)


@given(anything)
def test_nothing_that_was_written_is_shown(body: object) -> None:
    """Neither as a value nor as a name, wherever it stands."""
    shown = "".join(redacted(orjson.dumps(body))) + kinds(letter(orjson.dumps({"type": body})))
    assert not set("QZ") & set(shown)
    assert "4000" not in shown


def test_the_id_is_the_same_at_every_look_and_another_for_another() -> None:
    """It is made of the time and the body, so that both brokers give the same."""
    assert letter(b"{}").id == letter(b"{}").id
    assert letter(b"{}").id != letter(b"[]").id
    assert 12 == len(letter(b"").id)
