"""debug_token."""

from simulator import Simulator
from tests.integration.simulator.caller import Caller


async def test_a_good_token_is_described(caller: Caller) -> None:
    """Valid, its scopes, and what for; the app's own token may ask."""
    caller.token = None
    answer = await caller.call(
        "GET", "/debug_token?input_token=simulated-access-token&access_token=670843887433847|simulated-app-secret"
    )
    described = answer.body["data"]

    assert described["is_valid"]
    assert "whatsapp_business_messaging" in described["scopes"]
    assert ["106540352242922"] == described["granular_scopes"][1]["target_ids"]


async def test_a_refused_or_unknown_token_is_not_valid(sim: Simulator, caller: Caller) -> None:
    """Told with 200 by whoever may ask."""
    sim.add_token("asker")
    sim.refuse()
    caller.token = "asker"

    for token in ("simulated-access-token", "nonsense"):
        described = (await caller.call("GET", f"/debug_token?input_token={token}")).body["data"]
        assert (False, 190) == (described["is_valid"], described["error"]["code"])
    assert 100 == (await caller.call("GET", "/debug_token")).error
