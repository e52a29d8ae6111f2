"""The envelope is read however it is bent, and every change knows its number."""

import pytest

from services.ingest import payload
from services.ingest.payload import NO_NUMBER
from tests.payloads import bodies


def test_every_change_of_every_entry_is_found_in_order() -> None:
    """Meta batches up to a thousand updates over entries and changes."""
    one, two, three = (bodies.change(bodies.value(str(n))) for n in (1, 2, 3))
    document = {"entry": [{"id": "a", "changes": [one, two]}, {"id": "b", "changes": [three]}]}

    assert [("a", "1"), ("a", "2"), ("b", "3")] == [(c.account_id, c.number_id) for c in payload.changes(document)]


@pytest.mark.parametrize(
    ("document", "problems"),
    [
        ({}, ["entry: not a list"]),
        ({"entry": None}, ["entry: not a list"]),
        ({"entry": []}, []),
        ({"entry": [1, None, "x"]}, ["entry: not an object"]),
        ({"entry": [{}]}, ["changes: not a list"]),
        ({"entry": [{"changes": {"field": "messages"}}]}, ["changes: not a list"]),
        ({"entry": [{"changes": [1, 2]}]}, ["change: not an object"]),
        ({"entry": [{"changes": [{}]}]}, ["field: missing"]),
        ({"entry": [{"changes": [{"field": "security"}]}]}, ["value: not an object"]),
        ({"entry": [{"changes": [{"field": "security", "value": None}]}]}, [None]),
        ({"entry": [{"changes": [{"field": "messages", "value": []}]}]}, ["value: not an object"]),
        ({"entry": [{"changes": [{"field": "messages", "value": {}}]}]}, ["metadata.phone_number_id: missing"]),
        (
            {"entry": [{"changes": [{"field": "new", "value": {"messages": []}}]}]},
            ["metadata.phone_number_id: missing"],
        ),
        ({"entry": [{"changes": [{"field": "new", "value": {}}]}]}, [None]),
    ],
)
def test_what_cannot_be_read_is_carried_with_the_reason(
    document: dict[str, object], problems: list[str | None]
) -> None:
    """Nothing raises, and strays of one list are one problem."""
    assert problems == [change.problem for change in payload.changes(document)]


def test_the_bare_shape_of_metas_samples_is_read() -> None:
    """A change without an envelope, or an entry that is itself the change."""
    change = bodies.change(bodies.value())

    assert [bodies.NUMBER] == [c.number_id for c in payload.changes(change)]
    assert [bodies.NUMBER] == [c.number_id for c in payload.changes({"entry": [{"id": "a", **change}]})]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ({"metadata": {"phone_number_id": "123"}}, "123"),
        ({"metadata": {"phone_number_id": 123}}, "123"),
        ({"phone_number_settings": {"phone_number_id": "123"}}, "123"),
        ({"recipient": {"phone_number_id": "123"}}, "123"),
        ({"metadata": {"phone_number_id": ""}}, NO_NUMBER),
        ({"metadata": {"phone_number_id": True}}, NO_NUMBER),
        ({"metadata": {"phone_number_id": "1}:{2"}}, NO_NUMBER),
        ({"metadata": {"phone_number_id": "1\n"}}, NO_NUMBER),
        ({"metadata": {"phone_number_id": "1" * 65}}, NO_NUMBER),
        ({"metadata": "123"}, NO_NUMBER),
        ({}, NO_NUMBER),
    ],
)
def test_the_number_is_found_where_the_field_keeps_it(value: dict[str, object], number: str) -> None:
    """And only what can be a number's id: it becomes part of keys."""
    (change,) = payload.changes(bodies.envelope(bodies.change(value, "some_field")))

    assert number == change.number_id


def test_a_value_is_sorted_into_lists_and_the_rest() -> None:
    """Known lists by name, what only looks like one apart, all else kept for later."""
    value = payload.value_of({**bodies.value(messages=[1], statuses="odd", contacts=None), "errors": [2]})

    assert {"messages": [1]} == value.lists
    assert {"statuses": "odd"} == value.odd
    assert {"errors": [2]} == value.rest
    assert bodies.DISPLAY_NUMBER == value.display_number
