"""Whether a message is accepted."""

import pytest

from simulator import Simulator
from tests.integration.simulator.caller import Caller
from tests.integration.simulator.listener import Listener, eventually

MARIA = "+34600555101"


async def test_outside_the_window_free_text_is_refused(sim: Simulator, caller: Caller) -> None:
    """131047 before the customer has written, after 24 hours, and never within."""
    assert 131047 == (await caller.send(MARIA)).error
    sim.write("maria")
    assert (await caller.send(MARIA)).error is None
    sim.wind(24.1)
    assert 131047 == (await caller.send(MARIA)).error


async def test_an_old_message_opens_what_is_left_of_its_window(sim: Simulator, caller: Caller) -> None:
    """23 hours ago is open, 25 is not."""
    sim.write("maria", hours_ago=25)
    assert 131047 == (await caller.send(MARIA)).error
    sim.write("maria", hours_ago=23)
    assert (await caller.send(MARIA)).error is None


async def test_one_customer_can_be_aged_alone(sim: Simulator, caller: Caller) -> None:
    """The clock stays, the window closes."""
    sim.write("maria")
    sim.write("tunde")
    sim.age_window("maria", 25)

    assert 131047 == (await caller.send(MARIA)).error
    assert (await caller.send("+2348095550102")).error is None


async def test_a_closed_window_can_come_as_a_late_failure(sim: Simulator, caller: Caller, listener: Listener) -> None:
    """Accepted with 200, then `failed` with errors, as Meta mostly does."""
    sim.tune(window="late")
    accepted = await caller.send(MARIA, biz_opaque_callback_data="click-1")

    assert accepted.error is None
    await eventually(lambda: listener.statuses)
    assert ["failed"] == [s["status"] for s in listener.statuses]
    assert 131047 == listener.statuses[0]["errors"][0]["code"]
    assert "click-1" == listener.statuses[0]["biz_opaque_callback_data"]


async def test_a_template_goes_out_whenever(caller: Caller) -> None:
    """No window needed."""
    template = {"name": "hello_world", "language": {"code": "en_US"}}
    sent = await caller.send(MARIA, type="template", template=template, text=None)

    assert "accepted" == sent.body["messages"][0]["message_status"]


async def test_the_46th_message_in_a_row_hits_the_pair_limit(sim: Simulator, caller: Caller) -> None:
    """131056, and other customers do not notice."""
    sim.write("maria")
    sim.write("tunde")
    errors = [(await caller.send(MARIA)).error for _ in range(46)]

    assert [None] * 45 + [131056] == errors
    assert (await caller.send("+2348095550102")).error is None


async def test_a_number_has_its_messages_per_second(sim: Simulator, caller: Caller) -> None:
    """130429 past the throughput."""
    sim.tune(throughput_per_s=5, pair_interval_s=0)
    sim.write("maria")
    errors = [(await caller.send(MARIA)).error for _ in range(10)]

    assert errors[0] is None
    assert 130429 in errors


async def test_a_customer_without_a_phone_is_reached_by_bsuid(sim: Simulator, caller: Caller) -> None:
    """`recipient` instead of `to`; the answer names no wa_id."""
    sim.write("yuki")
    sent = await caller.send(None, recipient="JP.81905550105000000005")

    expected = {"input": "JP.81905550105000000005", "user_id": "JP.81905550105000000005"}
    assert [expected] == sent.body["contacts"]


async def test_unknown_and_impossible_recipients_are_refused(caller: Caller) -> None:
    """An unknown BSUID is undeliverable; ourselves we cannot write to."""
    assert 131026 == (await caller.send(None, recipient="JP.404")).error
    assert 131021 == (await caller.send("+15550783881")).error


@pytest.mark.parametrize("target", ["wamid.unknown", None])
async def test_a_reaction_to_nothing_fails_later(
    sim: Simulator, caller: Caller, listener: Listener, target: str | None
) -> None:
    """131009 by webhook, as documented; a reaction to a real message is sent."""
    wamid = sim.write("maria")
    reaction = {"message_id": target or wamid, "emoji": "👍"}
    await caller.send(MARIA, type="reaction", reaction=reaction, text=None)

    await eventually(lambda: listener.statuses)
    assert ("failed" if target else "sent") == listener.statuses[0]["status"]


async def test_a_click_sent_twice_is_counted(sim: Simulator, caller: Caller) -> None:
    """The ledger knows by biz_opaque_callback_data."""
    sim.write("maria")
    for click in ("a", "b", "b"):
        await caller.send(MARIA, biz_opaque_callback_data=click)

    assert {"b": 2} == sim.ledger.summary()["doubled"]
    assert ["a", "b", "b"] == [r["callback_token"] for r in sim.ledger.records("received")]
