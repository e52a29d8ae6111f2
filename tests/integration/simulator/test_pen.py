"""What customers do with their phones."""

import pytest

from simulator import Simulator, samples
from tests.integration.simulator.caller import Caller
from tests.integration.simulator.listener import Listener, eventually


async def test_a_written_message_arrives_signed_and_is_in_the_ledger(sim: Simulator, listener: Listener) -> None:
    """The wamid in the webhook, in the ledger and in the answer is one."""
    wamid = sim.write("layla", "مرحبا https://example.com/")

    await eventually(lambda: listener.messages)
    assert wamid == listener.messages[0]["id"] == sim.ledger.records("inbound")[0]["wamid"]
    assert "مرحبا https://example.com/" == listener.messages[0]["text"]["body"]
    assert listener.signed()


@pytest.mark.parametrize("name", samples.names())
async def test_every_sample_can_be_written(sim: Simulator, listener: Listener, name: str) -> None:
    """And arrives with its type."""
    sim.write("maria", sample=name)

    await eventually(lambda: listener.messages)
    assert samples.content(name, lambda *_: ("1", "u"))["type"] == listener.messages[0]["type"]


async def test_reactions_edits_and_revokes_name_their_targets(
    sim: Simulator, caller: Caller, listener: Listener
) -> None:
    """The business's last message, and the customer's own."""
    written = sim.write("maria")
    sent = (await caller.send("+34600555101")).body["messages"][0]["id"]
    sim.react("maria", "❤️")
    sim.edit("maria", "Better")
    sim.revoke("maria")

    await eventually(lambda: len(listener.messages) == 4)
    by_type = {m["type"]: m for m in listener.messages}
    assert {"message_id": sent, "emoji": "❤️"} == by_type["reaction"]["reaction"]
    assert written == by_type["edit"]["edit"]["original_message_id"]
    assert "Better" == by_type["edit"]["edit"]["message"]["text"]["body"]
    assert written == by_type["revoke"]["revoke"]["original_message_id"]


async def test_a_reaction_taken_away_has_no_emoji(sim: Simulator, caller: Caller, listener: Listener) -> None:
    """The key is left out."""
    sim.write("maria")
    await caller.send("+34600555101")
    sim.react("maria", "")

    await eventually(lambda: len(listener.messages) == 2)
    assert "emoji" not in {m["type"]: m for m in listener.messages}["reaction"]["reaction"]


async def test_a_message_can_be_old(sim: Simulator, listener: Listener) -> None:
    """Dated back by hours."""
    sim.write("maria", hours_ago=30)

    await eventually(lambda: listener.messages)
    assert 30 == round((sim.parts.clock.now() - int(listener.messages[0]["timestamp"])) / 3600)


async def test_a_reply_quotes(sim: Simulator, caller: Caller, listener: Listener) -> None:
    """context names our number and our wamid."""
    sim.write("maria")
    sent = (await caller.send("+34600555101")).body["messages"][0]["id"]
    sim.write("maria", "Yes", context_wamid=sent)

    await eventually(lambda: len(listener.messages) == 2)
    replies = [m["context"] for m in listener.messages if "context" in m]
    assert [{"from": "15550783881", "id": sent}] == replies


async def test_an_echo_opens_no_window(sim: Simulator, caller: Caller, listener: Listener) -> None:
    """What the business typed on its phone arrives, and Graph still wants a template."""
    wamid = sim.echo("maria", "On my way")

    await eventually(lambda: listener.changes)
    assert "smb_message_echoes" == listener.changes[0]["field"]
    assert wamid == listener.changes[0]["value"]["message_echoes"][0]["id"]
    assert 131047 == (await caller.send("+34600555101")).error


async def test_a_new_number_brings_a_new_bsuid_and_says_so(sim: Simulator, listener: Listener) -> None:
    """A system message from the old identity with the new and the previous one."""
    sim.write("maria")
    old = sim.change_number("maria", "34600555999")

    await eventually(lambda: len(listener.messages) == 2)
    message = next(m for m in listener.messages if m["type"] == "system")
    assert ("34600555101", old["bsuid"]) == (message["from"], message["from_user_id"])
    assert "user_changed_number" == message["system"]["type"]
    assert ("34600555999", old["bsuid"]) == (message["system"]["wa_id"], message["system"]["previous_user_id"])
    assert sim.customer("34600555999") is sim.customer("maria")
    assert sim.parts.world.find("34600555101") is None


@pytest.mark.parametrize(("announce", "field"), [("legacy", "messages"), ("field", "user_id_update")])
async def test_older_ways_to_announce_a_change(sim: Simulator, listener: Listener, announce: str, field: str) -> None:
    """Before 2026, and in between."""
    sim.change_number("maria", "34600555999", announce)

    await eventually(lambda: listener.changes)
    assert field == listener.changes[0]["field"]
    if announce == "legacy":
        assert "34600555999" == listener.messages[0]["system"]["new_wa_id"]


async def test_a_customer_who_hides_the_phone_changes_id_only(sim: Simulator, listener: Listener) -> None:
    """user_changed_user_id, and no wa_id."""
    sim.change_number("sam")

    await eventually(lambda: listener.messages)
    assert "user_changed_user_id" == listener.messages[0]["system"]["type"]
    assert "wa_id" not in listener.messages[0]["system"]


async def test_what_was_sent_without_coverage_arrives_when_it_is_back(
    sim: Simulator, caller: Caller, listener: Listener
) -> None:
    """Sent, and only then delivered and read."""
    sim.write("priya")
    sim.set_online("priya", False)
    await caller.send("+919555550107")
    await eventually(lambda: listener.statuses)
    assert await sim.settled()
    assert ["sent"] == [s["status"] for s in listener.statuses]

    sim.set_online("priya", True)
    assert await sim.settled()
    assert ["sent", "delivered", "read"] == [s["status"] for s in listener.statuses]


async def test_reacting_to_nothing_is_an_error(sim: Simulator) -> None:
    """There must be something to react to, edit or take back."""
    with pytest.raises(LookupError):
        sim.react("maria", "👍")
    with pytest.raises(LookupError):
        sim.edit("maria", "x")
