"""What Graph says of a token and of an app, read with no trust in its shape."""

from typing import Any

import pytest

from shared.graph_app import AppFields, Inspection, app_fields, inspection


def test_a_token_is_described() -> None:
    """In milliseconds; 0 is never, as Graph has it."""
    told = {"is_valid": True, "expires_at": 5, "scopes": ["a", "b"], "app_id": 7}
    assert Inspection(True, 5000, frozenset("ab"), "7") == inspection({"data": told})
    assert Inspection(True) == inspection({"data": {"is_valid": True, "expires_at": 0, "app_id": "a/b"}})
    assert Inspection(False) == inspection({"data": {"is_valid": False, "error": {"code": 190}}})


@pytest.mark.parametrize("document", [{}, {"data": None}, {"data": []}, {"data": {}}, {"data": {"is_valid": 1}}])
def test_what_describes_no_token_is_nothing(document: dict[str, Any]) -> None:
    """Rather than a token that is not valid."""
    assert inspection(document) is None


def test_the_fields_of_whatsapp_are_found() -> None:
    """As objects or as words; other products of the app are not ours."""
    page = {"object": "page", "fields": [{"name": "feed"}]}
    ours = {"object": "whatsapp_business_account", "active": True, "fields": [{"name": "messages"}, "history"]}
    assert AppFields(frozenset({"messages", "history"})) == app_fields({"data": [page, None, ours]})
    assert AppFields(frozenset(), active=False) == app_fields({"data": [{**ours, "active": False, "fields": None}]})
    assert AppFields() == app_fields({"data": [page]})
    assert app_fields({"data": {}}) is None
