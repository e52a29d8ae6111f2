"""What Graph says of a number's wiring, read with no trust in its shape."""

from typing import Any

import pytest

from shared.graph_wiring import Ailment, App, Wiring, apps, is_id, wiring

WHOLE = {
    "id": "106540352242922",
    "health_status": {
        "can_send_message": "AVAILABLE",
        "entities": [
            {"entity_type": "PHONE_NUMBER", "id": "106540352242922"},
            {"entity_type": "WABA", "id": "77"},
            {"entity_type": "BUSINESS", "id": "88"},
            {"entity_type": "APP", "id": 99},
        ],
    },
    "webhook_configuration": {"application": "https://app.example/hook"},
}


def test_account_app_and_callback_are_found() -> None:
    """An id is text, also where Graph writes a number."""
    assert Wiring("77", "99", ("app", "https://app.example/hook")) == wiring(WHOLE)


def test_the_callback_in_force_is_the_most_special_one() -> None:
    """Number before account before app (META 1.7)."""
    urls = {"application": "https://c", "whatsapp_business_account": "https://b", "phone_number": "https://a"}
    found = []
    for name in ("phone_number", "whatsapp_business_account", "application"):
        found.append(wiring({"webhook_configuration": urls}).delivers_to)
        del urls[name]

    assert [("number", "https://a"), ("account", "https://b"), ("app", "https://c")] == found


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"health_status": None, "webhook_configuration": None},
        {"health_status": {"entities": {}}, "webhook_configuration": []},
        {"health_status": {"entities": [None, 7, {}, {"entity_type": "WABA"}, {"entity_type": "APP", "id": "a/b"}]}},
        {"health_status": [], "webhook_configuration": {"application": "", "phone_number": 7}},
    ],
)
def test_what_cannot_be_read_is_not_known(document: dict[str, Any]) -> None:
    """And no path is ever made of it."""
    assert Wiring() == wiring(document)


def test_apps_have_a_name_whatever_is_told() -> None:
    """What is no app is left out; what is no list is no answer."""
    listed: list[Any] = [
        {"whatsapp_business_api_data": {"id": "1", "name": "Ours"}},
        {"whatsapp_business_api_data": {"id": 2}},
        {"whatsapp_business_api_data": {}},
        {"whatsapp_business_api_data": None},
        None,
    ]

    assert (App("1", "Ours"), App("2", "2"), App("", "?")) == apps({"data": listed})
    assert () == apps({"data": []})
    assert apps({}) is None


def test_an_id_is_digits() -> None:
    """Not too many of them, and of one alphabet."""
    assert is_id("102290129340398")
    for text in (None, "", "a", "1/2", "٣", "1" * 33, "1\n"):
        assert not is_id(text)


def test_what_ails_a_number_is_told_with_meta_s_words() -> None:
    """By entity; what only limits is told apart from what blocks, and a block without words is one all the same."""
    entities = [
        {
            "entity_type": "WABA",
            "can_send_message": "BLOCKED",
            "errors": [{"error_code": 141006, "error_description": "No payment.", "possible_solution": "Add one."}, 7],
        },
        {"entity_type": "PHONE_NUMBER", "can_send_message": "LIMITED", "errors": [{"error_code": "x"}]},
        {"entity_type": "APP", "can_send_message": "BLOCKED", "errors": None},
        {"entity_type": "BUSINESS", "can_send_message": "AVAILABLE"},
    ]
    found = wiring(
        {
            "health_status": {"entities": entities},
            "status": "CONNECTED",
            "platform_type": "CLOUD_API",
            "name_status": 7,
            "is_on_biz_app": True,
        }
    )
    assert (
        Ailment("WABA", 141006, "No payment.", "Add one.", blocks=True),
        Ailment("PHONE_NUMBER", 0, ""),
        Ailment("APP", 0, "can_send_message: BLOCKED", None, blocks=True),
    ) == found.ailments
    assert ("CONNECTED", "CLOUD_API", None, True, True) == (
        found.status,
        found.platform,
        found.name_status,
        found.on_phone,
        found.health_told,
    )
