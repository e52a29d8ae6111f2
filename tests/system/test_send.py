"""What an agent sends reaches WhatsApp once, and comes back as ticks that climb."""

import asyncio
import uuid
from typing import Any

import pytest

from demo.door import Refused
from tests.real.waiting import until
from tests.system.books import balance
from tests.system.browser import Browser
from tests.system.shop import Shop

CLIMB = ["queued", "accepted", "sent", "delivered", "read"]
IN_FORCE_S = 1.0  # until every process knows of a setting that another has taken


def received(shop: Shop, message_id: str) -> list[dict[str, Any]]:
    """What Graph has accepted under this id."""
    return [each for each in shop.stack.simulator.ledger.records("received") if each["callback_token"] == message_id]


async def test_an_answer_goes_out_once_and_its_ticks_climb(opened: Shop) -> None:
    """Asked for twice with the same id, as browsers do when a line breaks: still one message."""
    ada = opened.customer()
    await opened.hears(ada)
    async with Browser(opened) as browser:
        message_id = await opened.posts(ada, "Yes, until six")
        await opened.posts(ada, "Yes, until six", message_id)
        message = await browser.until_shown(message_id, "read")

        assert "Ben" == message["agent"]["name"]
        seen = browser.statuses(message_id)
        assert "queued" == seen[0]
        assert seen == [status for status in CLIMB if status in seen]  # none goes back, whichever were passed over
        assert {"sent", "delivered", "read"} <= set(message["status_at"])
        await balance(opened, browser)
    (accepted,) = received(opened, message_id)
    assert ("Yes, until six", message["wamid"]) == (accepted["content"]["text"]["body"], accepted["wamid"])


async def test_the_same_id_with_other_words_is_refused(opened: Shop) -> None:
    """409, and only the first is sent."""
    ada = opened.customer()
    await opened.hears(ada)
    message_id = await opened.posts(ada, "Yes")
    with pytest.raises(Refused, match="409 id_reused"):
        await opened.posts(ada, "No", message_id)
    await balance(opened)


async def test_a_reply_carries_what_it_answers(opened: Shop) -> None:
    """To WhatsApp as a wamid, in the inbox as our id; and a customer's reply to ours the other way round."""
    ada = opened.customer()
    question = await opened.hears(ada, "Do you deliver?")
    async with Browser(opened) as browser:
        answer_id = await opened.posts(ada, "We do", context={"message_id": question})
        answer = await browser.until_shown(answer_id, "read")
        thanks = opened.writes(ada, "Great", context_wamid=answer["wamid"])
        reply = await browser.until_shown(thanks)
        await balance(opened, browser)

    assert question == answer["context"]["message_id"]
    assert question == received(opened, answer_id)[0]["context_wamid"]
    assert answer_id == reply["context"]["message_id"]


async def test_reactions_land_on_their_messages_both_ways(opened: Shop) -> None:
    """They are never rows of their own, and an empty emoji takes one back."""
    ada = opened.customer()
    question = await opened.hears(ada, "Look at this")

    def emoji(of: str) -> dict[str, str]:
        return {each["by"]: each["emoji"] for each in browser.message(of).get("reactions") or []}

    async with Browser(opened) as browser:
        await opened.posts_reaction(ada, question, "🙏")
        await browser.until(lambda _: {"business": "🙏"} == emoji(question))
        await opened.posts_reaction(ada, question, "")
        await browser.until(lambda _: {} == emoji(question))
        answer_id = await opened.posts(ada)
        answer = await browser.until_shown(answer_id, "read")
        opened.stack.simulator.react(ada.id, "❤️", answer["wamid"], opened.number_id)
        await browser.until(lambda _: {ada.bsuid: "❤️"} == emoji(answer_id))
        assert {question, answer_id} == set(await opened.messages(ada))
        await balance(opened, browser)


async def test_reading_is_told_to_the_customer_only_where_that_is_wanted(opened: Shop) -> None:
    """Unread goes down in any case."""
    ada = opened.customer()
    ledger = opened.stack.simulator.ledger

    def receipts() -> int:
        calls = [each for each in ledger.records("call") if each["node"] == opened.number_id]
        return sum(each["method"] == "POST" for each in calls)

    async with Browser(opened) as browser:
        for told in (False, True):
            await opened.agent.ask("PATCH", opened.path, {"send_read_receipts": told})
            await asyncio.sleep(IN_FORCE_S)
            await opened.reads(ada, await opened.hears(ada))
            await browser.until(lambda state: state.conversations[ada.bsuid or ""]["unread"] == 0)
        await until(receipts)
        await balance(opened, browser)
        assert 1 == receipts()


async def test_many_conversations_are_answered_at_once_and_each_in_order(opened: Shop) -> None:
    """Twenty customers, five answers each, posted one after the other without waiting for ticks."""
    people = [opened.customer(f"{count}") for count in range(20)]
    await asyncio.gather(*(opened.hears(customer) for customer in people))

    async def answered(customer: Any) -> None:
        for count in range(5):
            await opened.posts(customer, f"{count}")

    async with Browser(opened) as browser:
        await asyncio.gather(*(answered(customer) for customer in people))
        await balance(opened, browser)
    for customer in people:
        said = [
            each for each in opened.stack.simulator.ledger.records("received") if each["customer_id"] == customer.id
        ]
        assert ["0", "1", "2", "3", "4"] == [each["content"]["text"]["body"] for each in said]


async def test_outside_the_reply_window_meta_decides(opened: Shop) -> None:
    """We ask, Meta refuses, and the message says why and what to do."""
    ada = opened.customer()
    wamid = opened.writes(ada, hours_ago=26)
    await opened.until_shown(ada, wamid)
    message_id = str(uuid.uuid4())
    await opened.posts(ada, message_id=message_id)
    message = await opened.until_shown(ada, message_id, "failed")

    assert 131047 == message["error"]["code"]
    assert message["error"]["advice"]
