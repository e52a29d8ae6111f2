"""Who a customer is to a business."""

from simulator.customer import Customer

YUKI = Customer(id="yuki", name="佐藤ゆき", phone=None, bsuid="JP.1", username="yuki.bakes")


def test_a_customer_without_a_phone_shows_none() -> None:
    """Username customers have a BSUID and a username, and no wa_id key at all."""
    assert {"profile": {"name": "佐藤ゆき", "username": "yuki.bakes"}, "user_id": "JP.1"} == YUKI.profile()


def test_a_hidden_phone_is_not_shown_but_is_there() -> None:
    """The network knows the phone, the business does not."""
    sam = Customer(id="sam", name="Sam", phone="447700900106", bsuid="GB.1", shares_phone=False)

    assert "wa_id" not in sam.profile()
    assert "447700900106" == sam.address


def test_a_thread_is_begun_once() -> None:
    """Asking twice gives the same thread."""
    assert YUKI.thread("1") is YUKI.thread("1")
    assert YUKI.thread("1") is not YUKI.thread("2")


def test_what_is_shown_can_be_asked_by_number() -> None:
    """The admin API sees each thread with what was last said."""
    ada = Customer(id="ada", name="Ada", phone="4915112345678", bsuid=None)
    ada.thread("1").written.append("wamid.a")

    assert "wamid.a" == ada.shown()["threads"]["1"]["last_written"]
