"""debug_token."""

import orjson

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


async def test_a_token_is_described_in_a_batch(caller: Caller) -> None:
    """As an answer of its own, text in text; what is no inspection is refused in its place."""
    asked = [
        {"method": "GET", "relative_url": "debug_token?input_token=simulated-access-token"},
        {"method": "GET", "relative_url": "v25.0/debug_token"},
        {"method": "POST", "relative_url": "106540352242922/messages"},
    ]
    answer = await caller.call("POST", "/", {"batch": asked})

    assert [200, 400, 400] == [each["code"] for each in answer.body]
    assert orjson.loads(answer.body[0]["body"])["data"]["is_valid"]
    assert [100, 100] == [orjson.loads(each["body"])["error"]["code"] for each in answer.body[1:]]
    batches: tuple[object, ...] = ([], "nonsense", None)
    for batch in batches:
        assert 100 == (await caller.call("POST", "/", {"batch": batch})).error


async def test_an_app_s_fields_are_told_to_the_app_alone(sim: Simulator, caller: Caller) -> None:
    """As app/subscriptions has it: the app's own token, and no other; without a field there is no subscription."""
    path = "/670843887433847/subscriptions"
    assert 15 == (await caller.call("GET", path)).error
    caller.token = "670843887433847|wrong"
    assert 190 == (await caller.call("GET", path)).error
    caller.token = "670843887433847|simulated-app-secret"
    [told] = (await caller.call("GET", path)).body["data"]
    assert ("whatsapp_business_account", True) == (told["object"], told["active"])
    assert {"name": "messages", "version": "v25.0"} in told["fields"]
    assert 100 == (await caller.call("GET", "/1/subscriptions")).error
    sim.subscribe(fields=())
    assert [] == (await caller.call("GET", path)).body["data"]
