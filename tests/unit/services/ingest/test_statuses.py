"""Statuses say how far our messages have got, and Meta's words survive when one failed."""

from typing import Any

import pytest

from shared.contract.errors import GraphError
from shared.contract.events import AccountReported, Identity, StatusReported
from shared.contract.status import Status
from tests.payloads import bodies
from tests.unit.services.ingest.tales import of_value, only, reasons

OURS = "0b7c2f5e-9a51-4d3e-8a0e-2f6d1c9b7a10"


def report(word: str = "delivered", **more: Any) -> StatusReported:
    """The event of one status."""
    return only(StatusReported, of_value(statuses=[bodies.status("wamid.1", word, **more)]))


@pytest.mark.parametrize("word", ["sent", "delivered", "read", "played", "failed"])
def test_metas_words_are_our_statuses(word: str) -> None:
    """All that WhatsApp reports."""
    assert Status(word) == report(word).status


@pytest.mark.parametrize("word", ["deleted", "warning", "queued", "unknown", "accepted", "", "READ", "novelty"])
def test_any_other_word_is_kept_and_counted(word: str) -> None:
    """Our own words too: Meta cannot say that a message waits here."""
    assert ["status: not known"] == reasons(of_value(statuses=[bodies.status("wamid.1", word)]))


@pytest.mark.parametrize(
    ("opaque", "message_id"),
    [
        (OURS, OURS),
        (OURS.upper(), OURS.upper()),
        ("campaign:7", None),
        (OURS + "x", None),
        ("", None),
        ("x" * 512, None),
    ],
)
def test_only_an_id_of_ours_names_a_message(opaque: str, message_id: str | None) -> None:
    """Other apps put one string on many messages, which must not become one."""
    told = report(biz_opaque_callback_data=opaque)

    assert message_id == told.message_id
    assert (None if message_id else {"biz_opaque_callback_data": opaque}) == told.raw


@pytest.mark.parametrize("key", ["recipient_parent_user_id", "parent_recipient_user_id"])
def test_every_identifier_of_the_recipient_is_read(key: str) -> None:
    """Under the parent's old and new name."""
    told = report(recipient_user_id="BR.1", **{key: "BR.ENT.1"})

    assert Identity(user_id="BR.1", parent_user_id="BR.ENT.1", wa_id=bodies.CONTACT) == told.contact


def test_a_card_names_the_recipient() -> None:
    """Values of statuses have contacts since 2026."""
    card = {"wa_id": bodies.CONTACT, "user_id": "BR.1", "profile": {"username": "ana"}}
    told = only(StatusReported, of_value(contacts=[card], statuses=[bodies.status("wamid.1")]))

    assert Identity(user_id="BR.1", wa_id=bodies.CONTACT, username="ana") == told.contact


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            {"code": 131047, "title": "T", "message": "M", "error_data": {"details": "D"}, "href": "h"},
            GraphError(code=131047, title="T", message="M", details="D"),
        ),
        ({"code": "470", "title": "T", "details": "D"}, GraphError(code="470", title="T", message="T", details="D")),
        ({"message": "M"}, GraphError(code="unknown", message="M")),
        ({"code": {}}, None),
        ("odd", None),
    ],
)
def test_a_failure_keeps_metas_words(error: Any, expected: GraphError | None) -> None:
    """In every shape; one that cannot be read costs the words, not the failure."""
    told = report("failed", errors=[error])

    assert expected == told.error
    assert {"errors": [error]} == told.raw


@pytest.mark.parametrize("errors", [None, [], {}, "odd"])
def test_a_failure_without_a_reason_is_still_a_failure(errors: Any) -> None:
    """The status matters more than why."""
    told = report("failed", errors=errors)

    assert (Status.FAILED, None) == (told.status, told.error)


def test_prices_and_conversations_go_to_raw() -> None:
    """Shown as Meta tells them, never computed."""
    told = report(pricing={"type": "regular"}, conversation={"id": "c"})

    assert {"pricing": {"type": "regular"}, "conversation": {"id": "c"}} == told.raw


def test_a_status_of_a_group_belongs_to_the_group() -> None:
    """As its messages do."""
    told = report(recipient_id="group-1", recipient_type="group", recipient_participant_id=bodies.CONTACT)

    assert Identity(user_id="group-1") == told.contact


@pytest.mark.parametrize("field", ["messages", "calls"])
def test_statuses_of_calls_and_payments_are_kept_as_they_came(field: str) -> None:
    """They say nothing of a message."""
    part = bodies.status("wacid.1", "RINGING", type="call")

    assert {"statuses": [part]} == only(AccountReported, of_value(field, statuses=[part])).value


@pytest.mark.parametrize("broken", [{"id": None}, {"timestamp": None}, {"status": None}, {"recipient_id": []}])
def test_a_broken_status_is_set_aside_and_its_neighbours_live_on(broken: dict[str, Any]) -> None:
    """One status of a thousand."""
    told = of_value(
        statuses=[bodies.status("wamid.1"), {**bodies.status("wamid.2"), **broken}, bodies.status("wamid.3")]
    )

    assert ["StatusReported", "PartUnrecognised", "StatusReported"] == [type(event).__name__ for event in told]
