"""Who a contact is, from whatever was told of it in whichever order."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.api import thread
from services.api.thread import Known, ThreadRecord
from shared.contract.events import Identity
from shared.contract.ids import ThreadId
from shared.contract.status import Status
from tests.memory import told
from tests.telling import ANN, OURS, asked, came, echoed, identified, ms, read, reported

PHONE, BSUID = Identity(wa_id="15550000100"), Identity(user_id="US.100")


@pytest.mark.parametrize(
    ("identifier", "kind"),
    [("US.100", "user_id"), ("US.ENT.100", "parent_user_id"), ("15550000100", "wa_id"), ("us.100", "wa_id")],
)
def test_an_identifier_tells_its_kind_by_its_form(identifier: str, kind: str) -> None:
    """A browser names a contact by one string, whichever it is."""
    assert kind == thread.kind_of(identifier)


def test_a_contact_is_named_by_its_phone_until_a_bsuid_is_known() -> None:
    """wa_id only; BSUID only; both."""
    (phone,) = told(came(who=PHONE)).shown()
    (bsuid,) = told(came(who=BSUID)).shown()
    conversation, _ = told(came(who=ANN)).only

    assert ("15550000100", "US.100") == (phone, bsuid)
    assert ("US.100", ["15550000100"]) == (conversation["contact_id"], conversation["aliases"])
    assert "+15550000100" == conversation["contact"]["phone"]


def test_the_newest_bsuid_by_event_time_names_the_contact() -> None:
    """Not the one that arrived last."""
    new, old = Identity(user_id="US.099", wa_id="15550000100"), Identity(user_id="US.100", wa_id="15550000100")
    conversation, _ = told(came("a", who=new, at=5), came("b", who=old, at=1)).only

    assert ("US.099", ["15550000100", "US.100"]) == (conversation["contact_id"], conversation["aliases"])


def test_a_parent_bsuid_names_a_contact_only_when_nothing_else_does() -> None:
    """It is no address that we can send to."""
    parent = Identity(parent_user_id="US.ENT.1")
    both = Identity(parent_user_id="US.ENT.1", wa_id="15550000100")

    assert ["US.ENT.1"] == list(told(came(who=parent)).shown())
    assert ["15550000100"] == list(told(came(who=both)).shown())


def test_a_changed_identity_names_the_same_contact() -> None:
    """`previous` of one event: the new identifiers win, the old ones stay aliases.

    Also against the message that tells of it, which is from the old identity and of the same second.
    """
    new = Identity(user_id="US.099", wa_id="15550000099")
    conversation, messages = told(came(who=ANN, at=5), identified(new, ANN, at=5)).only

    assert ("US.099", "+15550000099") == (conversation["contact_id"], conversation["contact"]["phone"])
    assert ["15550000099", "15550000100", "US.100"] == conversation["aliases"]
    assert "US.099" == messages["in"]["contact_id"]


def test_two_threads_found_to_be_one_become_one() -> None:
    """Messages, unread, window and read marker of both; every identifier is an alias."""
    a, b = came("a", who=PHONE, at=1), came("b", who=BSUID, at=2)
    memory = told(a, b, read(a, 5, "15550000100"), echoed("c", PHONE, at=3), identified(ANN, at=6))
    conversation, messages = memory.only

    assert ["a", "b", "c"] == list(messages)
    assert 1 == conversation["unread"]
    assert ms(2) == conversation["last_inbound_at"]
    assert ("US.100", ["15550000100"]) == (conversation["contact_id"], conversation["aliases"])


def test_two_threads_that_become_one_are_told_so() -> None:
    """The feed has the conversation under its new name, and `removed ... replaced_by` for the old one."""
    memory = told(came("a", who=PHONE, at=1), came("b", who=BSUID, at=2))
    before = len(memory.changes)
    memory.project([identified(ANN, at=6)])

    conversation, removed = memory.changes[before:]
    assert '"kind":"conversation"' in conversation
    assert '"contact_id":"US.100"' in conversation
    assert '"contact_id":"15550000100"' in removed
    assert '"replaced_by":"US.100"' in removed


def test_a_status_links_a_bsuid_to_the_phone_that_was_written_to() -> None:
    """Also when it comes before anything else about the message."""
    status = reported(Status.SENT, at=3, message_id=OURS)
    memory = told(came("a", who=PHONE, at=1), came("b", who=BSUID, at=2), asked("15550000100", at=2), status)

    assert ["US.100"] == list(memory.shown())


def test_the_latest_name_by_event_time_is_shown() -> None:
    """A history import does not bring an old name back."""
    now = Identity(wa_id="1", name="Ann Now", username="ann.now")
    then = Identity(wa_id="1", name="Ann Then", username="ann.then")
    imported = came("old", who=then, at=1, arrived=9, history=True)
    conversation, _ = told(came("new", who=now, at=5), imported).only

    assert ("Ann Now", "ann.now") == tuple(conversation["contact"][name] for name in ("name", "username"))
    assert (1, ms(5)) == (conversation["unread"], conversation["last_activity_at"])


def test_what_a_browser_calls_a_contact_is_no_news_of_it() -> None:
    """An answer to an old alias makes it no newer than it was."""
    new = Identity(user_id="US.101", wa_id="15550000101")
    memory = told(came(who=ANN), identified(new, ANN, at=5), asked("15550000100", at=9))

    assert "+15550000101" == memory.only[0]["contact"]["phone"]


records = st.builds(
    ThreadRecord,
    id=st.just(ThreadId("t")),
    since_ms=st.integers(1, 3),
    identifiers=st.dictionaries(
        st.sampled_from(["1", "US.2"]),
        st.builds(Known, kind=st.sampled_from(["user_id", "wa_id"]), at_ms=st.integers(0, 3)),
    ),
    name=st.none() | st.builds(thread.Told, text=st.sampled_from("ab"), at_ms=st.integers(0, 3)),
    read_up_to=st.sampled_from(["", "a", "b"]),
    read_ms=st.integers(0, 3),
    unread_ms=st.integers(0, 3),
    last_inbound_ms=st.none() | st.integers(1, 3),
)


@settings(max_examples=100)
@given(records, records, records)
def test_records_of_a_contact_join_in_any_order_and_any_number_of_times(
    a: ThreadRecord, b: ThreadRecord, c: ThreadRecord
) -> None:
    """Commutative, associative, idempotent."""
    join = thread.join

    assert join(a, b) == join(b, a)
    assert join(join(a, b), c) == join(a, join(b, c))
    assert join(a, b) == join(join(a, b), b)
