"""POST /{phone_number_id}/messages."""

from simulator import Simulator
from tests.integration.simulator.caller import Caller
from tests.integration.simulator.listener import Listener, eventually

MARIA = "+34600555101"
MESSAGES = "/106540352242922/messages"


async def test_a_text_is_accepted_and_its_ticks_climb(sim: Simulator, caller: Caller, listener: Listener) -> None:
    """Answer, then sent, delivered, read, all with our token."""
    sim.write("maria")
    answer = await caller.send(MARIA, biz_opaque_callback_data="click-1")
    wamid = answer.body["messages"][0]["id"]

    expected = {"input": MARIA, "wa_id": "34600555101", "user_id": "ES.34600555101000000001"}
    assert [expected] == answer.body["contacts"]
    assert await sim.settled()
    assert {"sent", "delivered", "read"} == {s["status"] for s in listener.statuses}
    assert {(wamid, "click-1")} == {(s["id"], s["biz_opaque_callback_data"]) for s in listener.statuses}


async def test_the_wa_id_can_differ_from_what_was_dialled(sim: Simulator, caller: Caller) -> None:
    """Brazil's ninth digit."""
    sim.write("joao")
    contact = (await caller.send("+5511955550108")).body["contacts"][0]

    assert ("+5511955550108", "551155550108") == (contact["input"], contact["wa_id"])


async def test_any_version_will_do(sim: Simulator, caller: Caller) -> None:
    """v23.0 as well as v26.0."""
    sim.write("maria")
    for version in ("v23.0", "v26.0"):
        caller.version = version
        assert (await caller.send(MARIA)).error is None


async def test_a_read_receipt_is_noted(sim: Simulator, caller: Caller) -> None:
    """With the typing indicator; unknown messages are refused."""
    wamid = sim.write("maria")
    receipt = {"messaging_product": "whatsapp", "status": "read", "typing_indicator": {"type": "text"}}

    assert {"success": True} == (await caller.call("POST", MESSAGES, {**receipt, "message_id": wamid})).body
    note = next(r for r in sim.ledger.records("note") if r["what"] == "inbound.read")
    assert (wamid, "maria", True) == (note["wamid"], note["customer_id"], note["typing"])
    assert 131009 == (await caller.call("POST", MESSAGES, {**receipt, "message_id": "wamid.unknown"})).error


async def test_media_must_be_there(sim: Simulator, caller: Caller) -> None:
    """An id nobody uploaded is refused; a link is not looked at."""
    sim.write("maria")

    assert 131009 == (await caller.send(MARIA, None, type="image", image={"id": "1"})).error
    link = {"link": "https://example.com/cake.jpg"}
    assert (await caller.send(MARIA, None, type="image", image=link)).error is None


async def test_a_voice_note_is_played(sim: Simulator, caller: Caller, listener: Listener) -> None:
    """Four statuses."""
    sim.write("maria")
    await caller.send(MARIA, None, type="audio", audio={"link": "https://example.com/a.ogg", "voice": True})

    await eventually(lambda: {"sent", "delivered", "read", "played"} == {s["status"] for s in listener.statuses})


async def test_an_early_status_comes_before_the_answer(caller: Caller, listener: Listener) -> None:
    """As implementers have seen."""
    answer = await caller.send("+15555000005")

    assert answer.body["messages"][0]["id"] in {s["id"] for s in listener.statuses}


async def test_magic_bsuids_fail_too(caller: Caller, listener: Listener) -> None:
    """Now, or later."""
    assert 131026 == (await caller.send(None, recipient="US.CODE131026")).error
    assert (await caller.send(None, recipient="US.LATE131049")).error is None
    await eventually(lambda: listener.statuses)
    assert 131049 == listener.statuses[0]["errors"][0]["code"]


async def test_a_body_that_is_no_json_is_refused(caller: Caller) -> None:
    """As an invalid parameter."""
    assert 100 == (await caller.call("POST", MESSAGES, b"{")).error
