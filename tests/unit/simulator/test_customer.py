"""Who a customer is to a business."""

from simulator.customer import Customer, Sent, Thread, Written

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
    ada.thread("1").written.append(Written("wamid.a", {}, 0.0))

    assert "wamid.a" == ada.shown()["threads"]["1"]["last_written"]


def test_a_message_never_falls_back_behind_what_it_has_reached() -> None:
    """Statuses come late and repeat; what nobody knows changes nothing."""
    sent = Sent("wamid.a", "1", "ada", {}, "text", 0.0, by_phone=True)
    for state in ("sent", "read", "delivered", "failed", "hologram"):
        sent.reach(state)

    assert "read" == sent.status


def test_a_read_receipt_is_for_everything_up_to_it() -> None:
    """And for nothing when the message is not known."""
    thread = Thread()
    thread.written.extend(Written(wamid, {}, 0.0) for wamid in ("a", "b", "c"))
    thread.mark_read("nobody's")
    assert [False, False, False] == [written.is_read for written in thread.written]

    thread.mark_read("b")
    assert [True, True, False] == [written.is_read for written in thread.written]


def test_edits_and_removals_change_the_message_they_are_about() -> None:
    """And no other."""
    thread = Thread()
    thread.written.extend(Written(wamid, {"type": "text"}, 0.0) for wamid in ("a", "b"))
    thread.edit("a", {"type": "text", "text": {"body": "better"}})
    thread.revoke("b")

    assert [(True, False), (False, True)] == [(written.is_edited, written.is_revoked) for written in thread.written]
    assert {"type": "text", "text": {"body": "better"}} == thread.written[0].content
