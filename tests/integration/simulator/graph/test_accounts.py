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


async def test_other_apps_may_be_subscribed_beside_ours_or_instead(sim: Simulator, caller: Caller) -> None:
    """Each with an id and a name; ours is the one of the token."""
    told = {"subscribed": False, "other_apps": ["Old provider"]}
    assert 204 == (await caller.admin("PUT", "/subscription", told)).code

    def names(body: dict[str, list[dict[str, dict[str, str]]]]) -> list[str]:
        return [each["whatsapp_business_api_data"]["name"] for each in body["data"]]

    assert ["Old provider"] == names((await caller.call("GET", f"{ACCOUNT}/subscribed_apps")).body)
    await caller.admin("PUT", "/subscription", {})
    listed = (await caller.call("GET", f"{ACCOUNT}/subscribed_apps")).body
    assert ["Old provider", "Simulated app"] == names(listed)
    assert sim.settings.app_id == listed["data"][1]["whatsapp_business_api_data"]["id"]


async def test_an_account_is_managed_with_the_permission_only(sim: Simulator, caller: Caller) -> None:
    """Error 200; the number itself is still to be seen."""
    sim.add_token("narrow", scopes=("whatsapp_business_messaging",))
    caller.token = "narrow"

    assert 200 == (await caller.call("GET", f"{ACCOUNT}/subscribed_apps")).error
    assert 200 == (await caller.call("POST", f"{ACCOUNT}/subscribed_apps")).error
    assert 200 == (await caller.call("GET", f"/{sim.settings.phone_number_id}")).code
