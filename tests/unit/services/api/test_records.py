"""Records of messages join in any order and any number of times, and say what counts as unread."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.api import records
from services.api.records import Edited, MessageRecord, Met, Reacted, Said
from shared.contract.content import Content
from shared.contract.errors import GraphError
from shared.contract.events import Context, Identity
from shared.contract.ids import MessageId, ThreadId, Wamid
from shared.contract.status import Status
from tests.scenario import text

ERRORS = st.builds(GraphError, code=st.integers(1, 2), message=st.just("x"))
STATUSES = st.dictionaries(st.sampled_from(list(Status)), st.integers(0, 3), max_size=3)
CONTENTS = st.sampled_from([text("a"), text("b"), {"type": "unsupported"}, {"type": "media_placeholder"}])
FAILURES = st.dictionaries(st.sampled_from([Status.FAILED, Status.UNKNOWN]), ERRORS)

said = st.builds(
    Said,
    origin=st.sampled_from(["customer", "agent", "phone_app", "api"]),
    content=CONTENTS,
    sent_ms=st.integers(0, 3),
    received_ms=st.integers(0, 3),
    position=st.integers(0, 1),
    context=st.none() | st.builds(Context, message_id=st.sampled_from("mn")),
    history=st.booleans(),
    standby=st.booleans(),
    signature=st.sampled_from(["unchecked", "unsigned", "verified"]),
)


@st.composite
def reaction(draw: st.DrawFn) -> Reacted:
    """One of two: what an id says is always the same, but for how far it has got."""
    name, emoji, at_ms = draw(st.sampled_from([("r1", "👍", 1), ("r2", "", 1), ("r3", "🙏", 2)]))
    return Reacted(emoji=emoji, at_ms=at_ms, id=name, statuses=draw(STATUSES), errors=draw(FAILURES))


messages = st.builds(
    MessageRecord,
    id=st.just(MessageId("m")),
    wamid=st.none() | st.just(Wamid("w")),
    said=st.none() | said,
    statuses=STATUSES,
    errors=FAILURES,
    reactions=st.dictionaries(st.sampled_from(["contact", "business"]), reaction()),
    edited=st.none() | st.builds(Edited, content=CONTENTS, at_ms=st.integers(0, 2), id=st.sampled_from("ef")),
    revoked_ms=st.none() | st.integers(1, 3),
    contacts=st.sampled_from([(), (Met(contact=Identity(wa_id="1"), at_ms=1),)]),
    quoted_by=st.sampled_from([(), (MessageId("q"),)]),
)


@settings(max_examples=200)
@given(messages, messages, messages)
def test_records_of_a_message_join_in_any_order_and_any_number_of_times(
    a: MessageRecord, b: MessageRecord, c: MessageRecord
) -> None:
    """Commutative, associative, idempotent."""
    join = records.join

    assert join(a, b) == join(b, a)
    assert join(join(a, b), c) == join(a, join(b, c))
    assert join(a, b) == join(join(a, b), b)


@settings(max_examples=50)
@given(messages)
def test_a_record_is_stored_whole(record: MessageRecord) -> None:
    """Thread and record come back as they were."""
    row = records.message_row(ThreadId("t"), record).encode()

    assert (ThreadId("t"), record) == records.parse_message_row(row)


def test_a_wamid_that_is_the_id_is_stored_once() -> None:
    """And rows of earlier versions, which have it twice, are read as ever."""
    name = "wamid.HBgLMTU1NTAwMDExMTEVAgARGBQ000000000001AA=="
    record = MessageRecord(id=MessageId(name), wamid=Wamid(name))
    row = records.message_row(ThreadId("t"), record)

    assert 1 == row.count(name)
    assert (ThreadId("t"), record) == records.parse_message_row(row.encode())
    assert (ThreadId("t"), record) == records.parse_message_row(f"t\n\n{record.stored()}".encode())


def _said(**more: object) -> MessageRecord:
    known = {"origin": "customer", "content": text("x"), "sent_ms": 1, "received_ms": 2, **more}
    return MessageRecord(id=MessageId("m"), said=Said.model_validate(known))


def test_the_text_wins_over_what_says_nothing() -> None:
    """An `unsupported` that arrives for a message which is known does not hide it, nor does a placeholder."""
    hollow = [_said(content={"type": kind}) for kind in ("unsupported", "media_placeholder", "zzz unknown")]
    for other in hollow[:2]:
        assert records.join(other, _said()).said == _said().said


def test_a_message_that_came_live_is_not_history() -> None:
    """An import of what is known already makes nothing read, and the reverse nothing unread."""
    assert not _is_history(records.join(_said(history=True), _said()))
    assert not _is_history(records.join(_said(), _said(history=True)))


def _is_history(record: MessageRecord) -> bool:
    assert record.said is not None
    return record.said.history


@pytest.mark.parametrize(
    ("record", "counts"),
    [
        (_said(), True),
        (_said(content={"type": "image"}), True),
        (_said(content={"type": "something new"}), True),
        (_said(origin="agent"), False),
        (_said(origin="phone_app"), False),
        (_said(history=True), False),
        (_said(standby=True), False),
        (_said(content={"type": "system", "system": {}}), False),
        (_said(content={"type": "reaction", "reaction": {"message_id": "x", "emoji": "👍"}}), False),
        (MessageRecord(id=MessageId("m"), revoked_ms=1), False),
    ],
)
def test_what_counts_as_unread(record: MessageRecord, counts: bool) -> None:
    """What a person wrote, live, in their own thread: no system notice, import, standby, reaction, edit or revoke."""
    assert counts == record.counts_as_unread


def test_a_content_type_is_kept_through_the_store() -> None:
    """What Meta adds tomorrow survives: it is kept whole."""
    strange: Content = _said(content={"type": "hologram", "hologram": {"depth": 3}}).said.content  # type: ignore[union-attr]
    row = records.message_row(ThreadId("t"), _said(content=strange.model_dump())).encode()
    found = records.parse_message_row(row)[1].said

    assert found is not None
    assert {"type": "hologram", "hologram": {"depth": 3}} == found.content.model_dump()
