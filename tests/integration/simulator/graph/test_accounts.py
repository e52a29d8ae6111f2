"""Below an account."""

from simulator import Simulator
from simulator.number import Number
from tests.integration.simulator.caller import Caller
from tests.integration.simulator.listener import Listener, eventually

ACCOUNT = "/102290129340398"


async def test_an_unsubscribed_app_hears_nothing(sim: Simulator, caller: Caller, listener: Listener) -> None:
    """Until it subscribes again; what happened meanwhile cannot be had."""
    await caller.call("DELETE", f"{ACCOUNT}/subscribed_apps")
    assert [] == (await caller.call("GET", f"{ACCOUNT}/subscribed_apps")).body["data"]
    sim.write("maria", "unheard")
    await caller.call("POST", f"{ACCOUNT}/subscribed_apps")
    sim.write("maria", "heard")

    await eventually(lambda: listener.messages)
    assert ["heard"] == [m["text"]["body"] for m in listener.messages]


async def test_an_account_lists_its_numbers_and_templates(sim: Simulator, caller: Caller) -> None:
    """Its own only."""
    sim.add_number(Number("777", "888", "15550002222", "Second shop"))

    numbers = (await caller.call("GET", f"{ACCOUNT}/phone_numbers")).body["data"]
    assert ["106540352242922"] == [n["id"] for n in numbers]
    templates = (await caller.call("GET", f"{ACCOUNT}/message_templates")).body["data"]
    assert "hello_world" in {t["name"] for t in templates}
    assert 100 == (await caller.call("GET", "/999/phone_numbers")).error
