"""GET and POST of a node."""

from simulator import Simulator
from tests.integration.simulator.caller import Caller

NUMBER = "/106540352242922"


async def test_a_lookup_answers_the_fields_asked_for_and_the_id(caller: Caller) -> None:
    """No more."""
    answer = await caller.call("GET", f"{NUMBER}?fields=verified_name,throughput{{level}}")

    expected = {"verified_name": "Lakeside Bakery", "throughput": {"level": "STANDARD"}, "id": NUMBER[1:]}
    assert expected == answer.body


async def test_a_field_that_does_not_exist_is_an_error(caller: Caller) -> None:
    """Code 100, naming the field."""
    answer = await caller.call("GET", f"{NUMBER}?fields=shoe_size")

    assert 100 == answer.error
    assert "shoe_size" in answer.body["error"]["message"]


async def test_without_fields_the_usual_ones_are_answered(caller: Caller) -> None:
    """Where webhooks go among them."""
    answer = await caller.call("GET", NUMBER)

    assert "+15550783881" == answer.body["display_phone_number"]
    assert "application" in answer.body["webhook_configuration"]


async def test_an_account_is_a_node_too(caller: Caller) -> None:
    """And any other id is nothing."""
    assert "Simulated business" == (await caller.call("GET", "/102290129340398?fields=name")).body["name"]
    assert 33 == (await caller.call("GET", "/404")).body["error"]["error_subcode"]
    assert 33 == (await caller.call("POST", "/404/dance")).body["error"]["error_subcode"]


async def test_posting_to_a_number_needs_something_to_change(sim: Simulator, caller: Caller) -> None:
    """Only its webhook override can be changed here."""
    assert 100 == (await caller.call("POST", NUMBER, {})).error


async def test_a_number_s_health_names_its_account_and_the_caller_s_app(sim: Simulator, caller: Caller) -> None:
    """Which nothing else tells without the token in a URL."""
    entities = (await caller.call("GET", f"{NUMBER}?fields=health_status")).body["health_status"]["entities"]

    named = {each["entity_type"]: each["id"] for each in entities}
    assert (NUMBER[1:], sim.settings.account_id, sim.settings.app_id) == (
        named["PHONE_NUMBER"],
        named["WABA"],
        named["APP"],
    )
