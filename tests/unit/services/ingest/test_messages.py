"""Messages of every list, from whichever side, become the right events."""

from typing import Any

import pytest

from shared.contract.events import (
    AccountReported,
    Identity,
    MessageEchoed,
    MessageEdited,
    MessageReceived,
    MessageRevoked,
    ReactionReceived,
)
from shared.contract.status import Status
from tests.payloads import bodies
from tests.unit.services.ingest.tales import of_value, only, reasons

GROUP = "Y2FwaV9ncm91cDoxNzA1NTU1MDEzOToxMjA"


def echo(**more: Any) -> dict[str, Any]:
    """A text that the business wrote on the phone."""
    return bodies.message(**{"from": bodies.DISPLAY_NUMBER, "to": bodies.CONTACT, **more})


def thread(*messages: Any, name: str = bodies.CONTACT, **more: Any) -> list[Any]:
    """The events of a history chunk with one thread."""
    return of_value("history", history=[{"threads": [{"id": name, "messages": list(messages), **more}]}])


def test_fields_without_a_name_here_go_to_raw() -> None:
    """What Meta adds tomorrow is kept."""
    told = only(MessageReceived, of_value(messages=[bodies.message(referral={"ref": "x"}, novelty=[1, None])]))

    assert {"referral": {"ref": "x"}, "novelty": [1, None]} == told.raw


def test_an_unknown_type_is_kept_as_it_came() -> None:
    """What the customer said survives our ignorance of it."""
    message = {"from": bodies.CONTACT, "id": "wamid.1", "timestamp": "1785000000", "type": "hologram"}
    told = only(MessageReceived, of_value(messages=[{**message, "hologram": {"depth": 3}}]))

    assert {"type": "hologram", "hologram": {"depth": 3}} == told.content.model_dump()


@pytest.mark.parametrize("context", ["wamid.1", {"novelty": 1}, [1]])
def test_an_unreadable_context_costs_only_the_quotation(context: Any) -> None:
    """It is kept raw."""
    told = only(MessageReceived, of_value(messages=[bodies.message(context=context)]))

    assert told.context is None
    assert {"context": context} == told.raw


@pytest.mark.parametrize(
    "broken",
    [
        {"id": None},
        {"id": ""},
        {"id": {}},
        {"timestamp": None},
        {"timestamp": "soon"},
        {"from": {}},
        {"from": None},
        {"type": {}},
        {"type": "text", "text": None},
        {"type": "text", "text": {"body": 5.5}},
        {"type": "contacts", "contacts": {}},
        {"type": "system", "system": "x"},
        {"type": "reaction", "reaction": {}},
        {"type": "reaction"},
        {"type": "edit", "edit": {"original_message_id": "x"}},
        {"type": "edit", "edit": {"original_message_id": "x", "message": {"type": "text"}}},
        {"type": "revoke", "revoke": {}},
    ],
)
def test_a_broken_message_is_set_aside_whole_and_its_neighbours_live_on(broken: dict[str, Any]) -> None:
    """Kept raw with the reason, and counted."""
    message = bodies.message(**broken)
    told = of_value(messages=[bodies.message("before"), message, bodies.message("after")])

    assert ["MessageReceived", "PartUnrecognised", "MessageReceived"] == [type(event).__name__ for event in told]
    assert message == told[1].raw  # type: ignore[attr-defined]
    assert not reasons(told)[0].startswith("unexpected")


def test_a_group_message_belongs_to_the_group() -> None:
    """Under the participant it would invite a private answer to what was said among many."""
    told = only(MessageReceived, of_value(messages=[bodies.message(group_id=GROUP, from_user_id="BR.1")]))

    assert Identity(user_id=GROUP) == told.contact
    assert {"group_id": GROUP, "from": bodies.CONTACT, "from_user_id": "BR.1"} == told.raw


def test_an_echo_is_what_the_business_wrote_on_the_phone() -> None:
    """The contact is whom it went to."""
    told = only(MessageEchoed, of_value("smb_message_echoes", message_echoes=[echo()]))

    assert (Identity(wa_id=bodies.CONTACT), "phone_app", False) == (told.contact, told.origin, told.standby)


def test_what_the_business_takes_back_or_changes_on_the_phone_is_understood() -> None:
    """Edit, revoke and reaction name their target, and so need no recipient."""
    edit = {
        "type": "edit",
        "edit": {"original_message_id": "wamid.A", "message": {"type": "text", "text": {"body": "new"}}},
    }
    revoke = {"type": "revoke", "revoke": {"original_message_id": "wamid.B"}}
    reaction = {"type": "reaction", "reaction": {"message_id": "wamid.C", "emoji": "👍"}}
    parts = [echo(**part, to=None) for part in (edit, revoke, reaction)]

    edited, revoked, reacted = of_value("smb_message_echoes", message_echoes=parts)

    assert isinstance(edited, MessageEdited)
    assert ("wamid.A", "new") == (edited.target, edited.content.text.body)  # type: ignore[union-attr]
    assert isinstance(revoked, MessageRevoked)
    assert "wamid.B" == revoked.target
    assert isinstance(reacted, ReactionReceived)
    assert ("wamid.C", "👍", False) == (reacted.target, reacted.emoji, reacted.by_contact)


@pytest.mark.parametrize(
    "reaction",
    [{"message_id": "wamid.C"}, {"message_id": "wamid.C", "emoji": ""}, {"message_id": "wamid.C", "emoji": None}],
)
def test_a_reaction_without_emoji_takes_it_back(reaction: dict[str, Any]) -> None:
    """Omitted, empty or null."""
    told = only(ReactionReceived, of_value(messages=[bodies.message(type="reaction", reaction=reaction)]))

    assert ("", True) == (told.emoji, told.by_contact)


def test_standby_messages_and_echoes_are_flagged() -> None:
    """Another app owned the thread; what it sent has the shape of a send request."""
    sent = {"messaging_product": "whatsapp", "to": f"+{bodies.CONTACT}", "text": {"body": "I answer"}}
    inner = {
        "messages": [bodies.message()],
        "message_echoes": [{"id": "wamid.E", "timestamp": "1785000001", "message": sent}],
    }

    received, echoed = of_value("standby", standby=inner)

    assert isinstance(received, MessageReceived)
    assert received.standby
    assert isinstance(echoed, MessageEchoed)
    assert (Identity(wa_id=bodies.CONTACT), "api", True) == (echoed.contact, echoed.origin, echoed.standby)
    assert echoed.raw is None


def test_standby_without_its_own_object_is_flagged_too() -> None:
    """The field alone says enough."""
    assert only(MessageReceived, of_value("standby", messages=[bodies.message()])).standby


@pytest.mark.parametrize(
    ("message", "is_ours"),
    [
        ({"from": bodies.CONTACT}, False),
        ({"from": bodies.CONTACT, "to": bodies.DISPLAY_NUMBER}, False),
        ({"from": bodies.DISPLAY_NUMBER, "to": bodies.CONTACT}, True),
        ({"from": bodies.DISPLAY_NUMBER}, True),
        ({"from": "15550783882"}, True),  # some countries' displayed numbers differ from the ones in `from`
        ({"from": None, "from_user_id": "BR.1"}, False),
        ({"from": None, "to_user_id": "BR.1"}, True),
    ],
)
def test_history_tells_who_wrote(message: dict[str, Any], is_ours: bool) -> None:
    """Whoever it was, the conversation is the thread's."""
    told = thread(bodies.message(**message))

    assert [MessageEchoed if is_ours else MessageReceived] == [type(event) for event in told]
    assert bodies.CONTACT == told[0].contact.wa_id
    assert told[0].history


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("PENDING", Status.ACCEPTED),
        ("SENT", Status.SENT),
        ("ERROR", Status.FAILED),
        ("DELIVERED", Status.DELIVERED),
        ("READ", Status.READ),
        ("PLAYED", Status.PLAYED),
        ("NEW", None),
    ],
)
def test_history_tells_how_far_our_messages_had_got(word: str, status: Status | None) -> None:
    """An unknown word is kept raw."""
    told = only(MessageEchoed, thread(echo(history_context={"status": word})))

    assert status == told.status
    assert (told.raw is None) == (status is not None)


def test_a_thread_learns_every_identifier_of_its_contact() -> None:
    """Newer imports say more than the name of the thread."""
    told = thread(bodies.message(), context={"wa_id": bodies.CONTACT, "user_id": "BR.1", "username": "ana"})

    assert Identity(user_id="BR.1", wa_id=bodies.CONTACT, username="ana") == only(MessageReceived, told).contact


def test_history_media_comes_later_as_messages() -> None:
    """From either side; without a recipient nobody knows whose it is."""
    told = of_value("history", messages=[bodies.message(), echo(), echo(to=None)])

    assert ["MessageReceived", "MessageEchoed", "PartUnrecognised"] == [type(event).__name__ for event in told]
    assert all(event.history for event in told[:2])  # type: ignore[attr-defined]


def test_a_declined_history_is_reported() -> None:
    """The doctor can say why there is none."""
    errors = {"errors": [{"code": 2593109}]}
    told = only(AccountReported, of_value("history", history=[errors]))

    assert errors == told.value


def test_a_call_of_a_contact_is_shown_and_kept() -> None:
    """It opens the window like a message, once: only its beginning is a row."""
    call = {"id": "wacid.1", "from": bodies.CONTACT, "timestamp": "1785000000", "direction": "USER_INITIATED"}

    kept, shown = of_value("calls", calls=[{**call, "event": "connect", "session": {"sdp": "v=0"}}])
    ended = of_value("calls", calls=[{**call, "event": "terminate"}])

    assert isinstance(kept, AccountReported)
    assert isinstance(shown, MessageReceived)
    assert ("wacid.1", "call", bodies.CONTACT) == (shown.wamid, shown.content.type, shown.contact.wa_id)
    only(AccountReported, ended)


@pytest.mark.parametrize("more", [{"direction": "BUSINESS_INITIATED"}, {"from": bodies.DISPLAY_NUMBER}])
def test_a_call_of_the_business_opens_nothing(more: dict[str, Any]) -> None:
    """It is kept as it came."""
    call = {"id": "wacid.1", "from": bodies.CONTACT, "timestamp": "1785000000", "event": "connect", **more}

    only(AccountReported, of_value("calls", calls=[call]))
