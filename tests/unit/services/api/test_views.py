"""What a browser is shown of stored records."""

from services.api import views
from services.api.records import MessageRecord, Said
from services.api.thread import Known, ThreadRecord
from shared.contract.content import TEXT_LENGTH_MAX
from shared.contract.ids import ContactId, MessageId, NumberId, ThreadId
from shared.contract.status import Status
from tests.memory import told
from tests.scenario import text
from tests.telling import ANN, asked, came, echoed, marked_unread, ms, reacted, read, reported

DAY_S = 24 * 3600


def test_the_window_is_24_hours_from_the_latest_inbound() -> None:
    """Reactions of the contact count; system notices, echoes and what we send do not."""
    quiet = [came("s", at=50, content={"type": "system", "system": {}}), echoed("e", at=60), asked(at=70)]
    conversation, _ = told(came("in", at=10), *quiet).only
    later, _ = told(came("in", at=10), reacted("in", "👍", at=20), reacted("in", "🙏", at=90, by_contact=False)).only

    assert (ms(10), ms(10 + DAY_S)) == (conversation["last_inbound_at"], conversation["window_expires_at"])
    assert ms(20 + DAY_S) == later["window_expires_at"]


def test_the_read_marker_moves_only_forward() -> None:
    """What arrived after the furthest marker counts, in whichever order the markers come."""
    a, b, c = came("a", at=1), came("b", at=2), came("c", at=3)
    conversation, _ = told(a, b, c, read(b, at=10), read(a, at=11)).only

    assert 1 == conversation["unread"]


def test_what_arrived_after_the_marker_counts_even_if_it_was_sent_before() -> None:
    """A message that was long on its way is still to be read."""
    late = came("late", at=1, arrived=30)
    conversation, messages = told(came("a", at=5), read(came("a", at=5), at=10), late).only

    assert ["late", "a"] == list(messages)
    assert 1 == conversation["unread"]


def test_a_conversation_can_be_marked_unread_and_read_again() -> None:
    """Marked, it counts at least one; reading later takes the mark away, marking earlier than reading puts none."""
    message = came("a", at=1)
    everything = [message, read(message, at=10), marked_unread(at=11)]
    marked, _ = told(*everything).only
    again, _ = told(*everything, read(message, at=12)).only
    with_more, _ = told(*everything, came("b", at=13), came("c", at=14)).only

    assert (1, True) == (marked["unread"], marked["marked_unread"])
    assert (0, False) == (again["unread"], again["marked_unread"])
    assert (2, True) == (with_more["unread"], with_more["marked_unread"])


def test_an_inbound_message_has_no_status() -> None:
    """Statuses are of what was sent."""
    _, messages = told(came("a"), reported(Status.READ, at=2, wamid="a")).only

    assert (None, None, None) == tuple(messages["a"][name] for name in ("status", "status_at", "error"))


def test_only_what_is_signed_is_not_marked() -> None:
    """`unsigned` is shown for what nobody could check."""
    _, messages = told(came("a"), came("b", signature="unsigned"), came("c", signature="unchecked")).only

    assert [None, True, True] == [messages[name]["unsigned"] for name in "abc"]


def test_history_and_standby_are_flagged_and_not_unread() -> None:
    """They are shown in their place."""
    conversation, messages = told(came("a", history=True), came("b", standby=True)).only

    assert (True, None) == (messages["a"]["history"], messages["a"]["standby"])
    assert (None, True) == (messages["b"]["history"], messages["b"]["standby"])
    assert 0 == conversation["unread"]


def test_a_preview_is_one_short_line() -> None:
    """A long text is cut; media have their kind and caption."""
    said = Said(origin="customer", content=text("x" * TEXT_LENGTH_MAX), sent_ms=1, received_ms=1)
    image = said.model_copy(
        update={"content": came(content={"type": "image", "image": {"id": "1", "caption": "A cat"}}).content}
    )

    assert "x" * 200 == views.preview(MessageRecord(id=MessageId("m"), said=said)).text
    assert "[image] A cat" == views.preview(MessageRecord(id=MessageId("m"), said=image)).text


def test_a_contact_without_anything_is_shown_by_what_is_known() -> None:
    """No name, no phone, no message: no error either."""
    record = ThreadRecord(id=ThreadId("t"), since_ms=1, identifiers={"US.1": Known(kind="user_id", at_ms=1)})
    conversation = views.conversation(NumberId("1"), record)

    assert ContactId("US.1") == conversation.contact_id
    assert (None, None, None) == (conversation.contact.name, conversation.contact.phone, conversation.preview)
    assert b"null" not in conversation.json_bytes()


def test_a_reaction_of_the_contact_is_by_its_present_name() -> None:
    """`by` is the contact id that the conversation has."""
    _, messages = told(came(who=ANN), reacted("in", "👍", at=2, who=ANN)).only

    assert "US.100" == messages["in"]["reactions"][0]["by"]


def test_a_place_in_the_webhook_orders_what_is_otherwise_equal() -> None:
    """The second and later messages of one body carry their position; the first, and what stood alone, carry none."""
    first, second = came("b", at=1), came("a", at=1, position=1)
    _, messages = told(second, first).only

    assert ["b", "a"] == list(messages)
    assert [None, 1] == [each.get("position") for each in messages.values()]
