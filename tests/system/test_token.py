"""A token that Meta no longer takes: sends wait for a new one, and then go out in order."""

import uuid

import pytest

from demo.door import Refused
from tests.system.books import balance
from tests.system.browser import Browser
from tests.system.shop import Shop


async def test_sends_wait_for_a_new_token_and_then_go_out_in_order(opened: Shop) -> None:
    """The number says so; nothing fails, and what customers write still comes in."""
    ada = opened.customer()
    await opened.hears(ada)
    simulator = opened.stack.simulator
    async with Browser(opened) as browser:
        simulator.refuse(190, token=opened.access_token)
        asked = [await opened.posts(ada, f"{count}") for count in range(5)]
        await browser.until(lambda state: state.number["state"] == "token_refused")
        assert 190 == browser.state.number["error"]["code"]
        await browser.until_shown(opened.writes(ada, "still there?"))
        for message_id in asked:
            assert "queued" == (await browser.until_shown(message_id))["status"]

        opened.access_token = uuid.uuid4().hex
        simulator.add_token(opened.access_token, [opened.number_id])
        await opened.agent.ask("PATCH", opened.path, {"access_token": opened.access_token})
        await browser.until(lambda state: state.number["state"] == "connected")
        await browser.until_shown(asked[-1], "read")
        await balance(opened, browser)
    said = [each for each in simulator.ledger.records("received") if each["customer_id"] == ada.id]
    assert ["0", "1", "2", "3", "4"] == [each["content"]["text"]["body"] for each in said]


async def test_a_token_that_graph_refuses_is_not_taken(opened: Shop) -> None:
    """422 with Graph's own words, and the old one goes on."""
    ada = opened.customer()
    await opened.hears(ada)
    with pytest.raises(Refused, match="422 graph_refused"):
        await opened.agent.ask("PATCH", opened.path, {"access_token": "wrong"})
    with pytest.raises(Refused, match="422 graph_refused"):
        await opened.connect(access_token="wrong")

    message_id = await opened.posts(ada)
    await opened.until_shown(ada, message_id, "read")
    assert "connected" == (await opened.agent.ask("GET", opened.path))["state"]
