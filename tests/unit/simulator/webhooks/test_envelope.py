"""Bodies."""

from random import Random
from typing import Any

from simulator.webhooks.envelope import Shape, Update, wrap


def message(wamid: str, number_id: str = "1", account_id: str = "9") -> Update:
    """An update of one message."""
    value = {"metadata": {"phone_number_id": number_id}, "contacts": [{"wa_id": "5"}], "messages": [{"id": wamid}]}
    return Update(account_id, "messages", value, number_id)


def status(wamid: str, number_id: str = "1") -> Update:
    """An update of one status."""
    return Update("9", "messages", {"metadata": {"phone_number_id": number_id}, "statuses": [{"id": wamid}]}, number_id)


def changes(body: dict[str, Any]) -> list[dict[str, Any]]:
    """All changes of all entries."""
    return [change for entry in body["entry"] for change in entry["changes"]]


def test_each_update_is_a_change_of_its_account() -> None:
    """Neighbours of one account share an entry."""
    body = wrap([message("a"), message("b"), message("c", account_id="8")], "changes", Random(1))

    assert "whatsapp_business_account" == body["object"]
    assert [("9", 2), ("8", 1)] == [(entry["id"], len(entry["changes"])) for entry in body["entry"]]


def test_merged_neighbours_share_a_value_and_their_contacts() -> None:
    """Messages and statuses of one number in one value, each contact once."""
    [change] = changes(wrap([message("a"), message("b"), status("c")], "values", Random(1)))

    assert ["a", "b"] == [m["id"] for m in change["value"]["messages"]]
    assert ["c"] == [s["id"] for s in change["value"]["statuses"]]
    assert [{"wa_id": "5"}] == change["value"]["contacts"]


def test_two_numbers_never_share_a_value() -> None:
    """Metadata names one number only."""
    assert 2 == len(changes(wrap([message("a", "1"), message("b", "2")], "values", Random(1))))


def test_wrapping_leaves_the_updates_as_they_were() -> None:
    """The same update can go to a second callback."""
    first = message("a")
    wrap([first, message("b")], "values", Random(1))

    assert [{"id": "a"}] == first.value["messages"]


def test_nothing_is_lost_in_any_shape() -> None:
    """A thousand updates in, a thousand out, mixed or not."""
    updates = [message(str(n), str(n % 3)) for n in range(1_000)]

    shapes: tuple[Shape, ...] = ("changes", "values", "mixed")
    for shape in shapes:
        body = wrap(updates, shape, Random(1))
        assert {str(n) for n in range(1_000)} == {m["id"] for c in changes(body) for m in c["value"]["messages"]}


def test_account_fields_date_their_entry() -> None:
    """And messages do not."""
    body = wrap([Update("9", "account_update", {"event": "X"}, entry_time=7), message("a")], "mixed", Random(1))

    assert [7, None] == [entry.get("time") for entry in body["entry"]]
