"""Contacts are known by any identifier, and their identity may change in several ways."""

from typing import Any

import pytest

from services.ingest.contacts import identity
from shared.contract.events import AccountReported, ContactIdentified, Identity, MessageReceived
from tests.payloads import bodies
from tests.unit.services.ingest.tales import RECEIVED_MS, of_value, only, reasons

BSUID = "BR.10293847561029384756"
PARENT = "BR.ENT.55501928374655019283"
OTHER = "5511912345678"


@pytest.mark.parametrize(
    ("wa_id", "expected"),
    [
        ("5511987654321", Identity(wa_id="5511987654321")),
        ("+5511987654321", Identity(wa_id="5511987654321")),
        ("+55 (11) 98765-4321", Identity(wa_id="5511987654321")),
        (BSUID, Identity(user_id=BSUID)),
        (PARENT, Identity(parent_user_id=PARENT)),
        ("something new", Identity(wa_id="something new")),
        ("", Identity()),
        (None, Identity()),
    ],
)
def test_an_identifier_is_recognised_wherever_it_stands(wa_id: str | None, expected: Identity) -> None:
    """Phones lose their decoration, and a BSUID in the place of a phone is still a BSUID."""
    assert expected == identity(wa_id)


def test_cards_are_paired_by_identifier_and_not_by_place() -> None:
    """The order of contacts promises nothing."""
    cards = [{"wa_id": OTHER, "profile": {"name": "Rui"}}, {"wa_id": bodies.CONTACT, "profile": {"name": "Ana"}}]
    told = of_value(
        contacts=cards, messages=[bodies.message("I am Ana"), bodies.message("I am Rui", **{"from": OTHER})]
    )

    assert ["Ana", "Rui"] == [event.contact.name for event in told if isinstance(event, MessageReceived)]


def test_a_card_adds_the_identifiers_that_a_message_lacks() -> None:
    """A message with a phone and a card with the phone and the BSUID together name one person."""
    card = {"wa_id": bodies.CONTACT, "user_id": BSUID, "parent_user_id": PARENT, "profile": {"username": "ana"}}
    told = only(MessageReceived, of_value(contacts=[card], messages=[bodies.message()]))

    assert Identity(user_id=BSUID, parent_user_id=PARENT, wa_id=bodies.CONTACT, username="ana") == told.contact


def test_a_card_of_somebody_else_says_nothing_of_the_sender() -> None:
    """It introduces whoever it is about."""
    told = of_value(contacts=[{"wa_id": OTHER, "profile": {"name": "Rui"}}], messages=[bodies.message()])

    assert isinstance(told[0], MessageReceived)
    assert Identity(wa_id=bodies.CONTACT) == told[0].contact
    assert isinstance(told[1], ContactIdentified)
    assert Identity(wa_id=OTHER, name="Rui") == told[1].contact
    assert told[1].at_ms == RECEIVED_MS


def test_a_message_of_nobody_is_of_the_only_card() -> None:
    """With two cards it is of nobody."""
    cards = [{"user_id": BSUID}, {"wa_id": OTHER}]
    message = {**bodies.message(), "from": None}

    told = only(MessageReceived, of_value(contacts=cards[:1], messages=[message]))

    assert Identity(user_id=BSUID) == told.contact
    assert ["from: missing"] == reasons(of_value(contacts=cards, messages=[message]))


@pytest.mark.parametrize("card", [7, {"wa_id": {}}, {"profile": "Ana"}])
def test_an_unreadable_card_costs_only_the_name(card: Any) -> None:
    """The message beside it lives on."""
    told = of_value(contacts=[card], messages=[bodies.message()])

    assert 1 == len(reasons(told))
    assert isinstance(told[-1], MessageReceived)


def system(**told: Any) -> list[Any]:
    """The events of a system message from the usual contact."""
    message = {
        "from": bodies.CONTACT,
        "from_user_id": BSUID,
        "id": "wamid.S",
        "timestamp": "1785000000",
        "type": "system",
    }
    return of_value(messages=[{**message, "system": told}])


@pytest.mark.parametrize(
    ("told", "new", "previous"),
    [
        (
            {"type": "user_changed_number", "wa_id": OTHER, "user_id": "BR.9", "previous_user_id": BSUID},
            Identity(wa_id=OTHER, user_id="BR.9"),
            Identity(wa_id=bodies.CONTACT, user_id=BSUID),
        ),
        (
            {
                "type": "user_changed_user_id",
                "user_id": "BR.9",
                "parent_user_id": "BR.ENT.9",
                "previous_user_id": "BR.8",
                "previous_parent_user_id": PARENT,
            },
            Identity(user_id="BR.9", parent_user_id="BR.ENT.9"),
            Identity(wa_id=bodies.CONTACT, user_id="BR.8", parent_user_id=PARENT),
        ),
        (
            {"type": "user_changed_user_id", "user_id": "BR.9"},
            Identity(user_id="BR.9"),
            Identity(wa_id=bodies.CONTACT, user_id=BSUID),
        ),
        (
            {"type": "customer_changed_number", "new_wa_id": OTHER, "customer": "5511900000000"},
            Identity(wa_id=OTHER),
            Identity(wa_id="5511900000000", user_id=BSUID),
        ),
        (
            {"type": "user_changed_user_id", "user_id": BSUID, "wa_id": bodies.CONTACT},
            Identity(user_id=BSUID, wa_id=bodies.CONTACT),
            None,
        ),
    ],
)
def test_a_system_message_links_the_new_identity_to_the_old(
    told: dict[str, Any], new: Identity, previous: Identity | None
) -> None:
    """Where Meta names no previous identifiers, whom the message is from is the old identity."""
    row, identified = system(**told)

    assert isinstance(row, MessageReceived)
    assert "system" == row.content.type
    assert (new, previous) == (identified.contact, identified.previous)


def test_a_new_device_is_no_new_identity() -> None:
    """The notice is a row and nothing else."""
    only(MessageReceived, system(type="customer_identity_changed", identity="hash", customer=bodies.CONTACT))


@pytest.mark.parametrize(
    ("part", "new", "previous"),
    [
        (
            {"wa_id": bodies.CONTACT, "user_id": {"previous": BSUID, "current": "BR.9"}},
            Identity(wa_id=bodies.CONTACT, user_id="BR.9"),
            Identity(user_id=BSUID),
        ),
        (
            {"user_id": {"previous": BSUID, "current": "BR.9"}, "parent_user_id": {"current": "BR.ENT.9"}},
            Identity(user_id="BR.9", parent_user_id="BR.ENT.9"),
            Identity(user_id=BSUID),
        ),
    ],
)
def test_the_field_for_changed_ids_is_understood(part: dict[str, Any], new: Identity, previous: Identity) -> None:
    """Not subscribable any more, and still seen."""
    told = only(ContactIdentified, of_value("user_id_update", user_id_update=[{**part, "timestamp": "1785000000"}]))

    assert (new, previous, 1_785_000_000_000) == (told.contact, told.previous, told.at_ms)


def test_the_address_book_names_contacts() -> None:
    """The phone's name for a contact, under whichever identifier it has."""
    part = {
        "type": "contact",
        "action": "add",
        "contact": {"full_name": "Ana S.", "first_name": "Ana", "phone_number": "+55 11 98765-4321"},
    }
    told = only(ContactIdentified, of_value("smb_app_state_sync", state_sync=[part]))

    assert Identity(wa_id=bodies.CONTACT, name="Ana S.") == told.contact
    assert RECEIVED_MS == told.at_ms


@pytest.mark.parametrize(
    "part",
    [
        {"type": "contact", "action": "remove", "contact": {"phone_number": bodies.CONTACT}},
        {"type": "label", "action": "add"},
        {"type": "contact", "action": "add", "contact": {"full_name": "Nobody"}},
    ],
)
def test_a_removed_or_unknown_entry_of_the_address_book_is_kept_as_it_came(part: dict[str, Any]) -> None:
    """Whoever wrote keeps the name under which agents know them."""
    told = only(AccountReported, of_value("smb_app_state_sync", state_sync=[part]))

    assert {"state_sync": [part]} == told.value
