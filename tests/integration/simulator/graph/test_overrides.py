"""Callbacks of a number or an account."""

from simulator import Simulator
from tests.integration.simulator.caller import Caller
from tests.integration.simulator.listener import Listener, eventually

NUMBER = "/106540352242922"
ACCOUNT = "/102290129340398/subscribed_apps"


async def test_a_number_can_have_a_callback_of_its_own(sim: Simulator, caller: Caller, listener: Listener) -> None:
    """Messages go there, account fields do not; removing brings them back."""
    async with Listener().listening() as own:
        override = {"override_callback_uri": own.url, "verify_token": own.verify_token}
        assert {"success": True} == (await caller.call("POST", NUMBER, {"webhook_configuration": override})).body
        shown = (await caller.call("GET", f"{NUMBER}?fields=webhook_configuration")).body["webhook_configuration"]
        assert {"phone_number": own.url, "application": listener.url} == shown
        sim.write("maria")
        sim.deliver_field("account_update")
        await eventually(lambda: own.messages and listener.changes)
        assert [] == listener.messages

        gone = {"webhook_configuration": {"override_callback_uri": ""}}
        await caller.call("POST", NUMBER, gone)
        sim.write("maria")
        await eventually(lambda: listener.messages)


async def test_an_account_can_have_one_too(sim: Simulator, caller: Caller, listener: Listener) -> None:
    """By subscribed_apps, and without a body it is removed."""
    async with Listener().listening() as own:
        override = {"override_callback_uri": own.url, "verify_token": own.verify_token}
        await caller.call("POST", ACCOUNT, override)
        assert own.url == (await caller.call("GET", ACCOUNT)).body["data"][0]["override_callback_uri"]
        sim.write("maria")
        await eventually(lambda: own.messages)
        await caller.call("POST", ACCOUNT)
        assert "override_callback_uri" not in (await caller.call("GET", ACCOUNT)).body["data"][0]


async def test_an_override_must_shake_hands(caller: Caller, listener: Listener) -> None:
    """A wrong verify token is refused by Graph, and so is an address that is too long."""
    wrong = {"override_callback_uri": listener.url, "verify_token": "wrong"}
    assert 2200 == (await caller.call("POST", ACCOUNT, wrong)).error
    assert 100 == (await caller.call("POST", ACCOUNT, {"override_callback_uri": "http://x/" + "x" * 200})).error
