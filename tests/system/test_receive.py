"""What a customer writes is on the agents' screens by itself; how soon is measured by the bench, and not here."""

import pytest

from tests.real.waiting import PATIENCE, until
from tests.system.books import balance
from tests.system.browser import Browser
from tests.system.shop import Shop


async def test_a_message_is_on_the_socket_by_itself(opened: Shop) -> None:
    """From Meta's signed webhook through to the browser, and its conversation with it."""
    ada = opened.customer("Ada Lovelace")
    async with Browser(opened) as browser:
        await browser.until(lambda _: browser.connected)
        wamid = opened.writes(ada, "Is it open today? 🥖")
        message = await browser.until_shown(wamid)
        await browser.until(lambda state: ada.bsuid in state.conversations)

        assert "Is it open today? 🥖" == message["content"]["text"]["body"]
        assert ("inbound", "customer") == (message["direction"], message["origin"])
        conversation = browser.state.conversations[ada.bsuid or ""]
        assert ("Ada Lovelace", f"+{ada.phone}") == (conversation["contact"]["name"], conversation["contact"]["phone"])
        assert 1 == conversation["unread"]
        assert "window_expires_at" in conversation
        assert "unsigned" not in message  # the signature was checked
        await balance(opened, browser)


async def test_every_kind_of_customer_is_received(opened: Shop) -> None:
    """With a phone and no id, with an id and no phone, with both; each is one conversation."""
    people = [
        opened.customer("Phone", bsuid=None),
        opened.customer("Id", phone=None, username="id.only"),
        opened.customer("Both"),
    ]
    async with Browser(opened) as browser:
        for _ in range(2):
            for customer in people:
                opened.writes(customer)
        await balance(opened, browser)

    assert {(customer.bsuid or customer.phone, 2) for customer in people} == {
        (each["contact_id"], each["unread"]) for each in browser.state.conversations.values()
    }


async def test_a_body_that_comes_again_and_out_of_order_is_one_message_each(opened: Shop) -> None:
    """Meta repeats webhooks, and mixes them up."""
    ada = opened.customer()
    simulator = opened.stack.simulator
    simulator.tune(duplicate_rate=0.7, disorder_rate=0.5, disorder_delay_s=0.3)
    try:
        async with Browser(opened) as browser:
            for count in range(20):
                opened.writes(ada, f"{count}")
            await balance(opened, browser)
            assert 20 == (await opened.conversation(ada))["unread"]
    finally:
        simulator.tune(duplicate_rate=0.0, disorder_rate=0.0)


@pytest.mark.parametrize("signature", ["wrong", "none", "malformed"])
async def test_a_body_without_metas_signature_leaves_nothing(opened: Shop, signature: str) -> None:
    """401; the same body signed as it should be is then received."""
    ada = opened.customer()
    simulator = opened.stack.simulator
    simulator.tune(signature=signature)
    wamid = opened.writes(ada)
    await until(lambda: 401 in answers(opened))
    assert {} == await opened.conversation(ada)

    simulator.tune(signature="valid")
    await opened.until_shown(ada, wamid)
    outages = {503} if PATIENCE > 1 else set()  # where servers die
    assert {200, 401} == set(answers(opened)) - outages


def answers(shop: Shop) -> list[int]:
    """What Meta was answered, post by post."""
    return [
        each["http_code"]
        for each in shop.stack.simulator.ledger.records("delivery")
        if each["callback"] == shop.number_id
    ]
