"""Ticks only climb, in whichever order and however often Meta tells of them."""

import itertools
from functools import partial

import pytest

from demo.state import State
from simulator.customer import Habit
from tests.system.books import balance
from tests.system.browser import Browser
from tests.system.shop import Shop

RANKS = ["queued", "unknown", "accepted", "sent", "failed", "delivered", "read", "played"]


@pytest.mark.parametrize(
    ("habit", "last"),
    [
        ("reversed", "read"),
        ("early", "read"),
        ("thrice", "read"),
        ("chat_open", "read"),
        ("dropped", "failed"),
        ("late_delivery", "delivered"),
        ("silent", "accepted"),
    ],
)
async def test_the_furthest_status_stays_whatever_came_before(opened: Shop, habit: Habit, last: str) -> None:
    """Reversed, before Graph's answer, three times, with gaps, after a failure, or never."""
    ada = opened.customer(habit=habit)
    await opened.hears(ada)
    async with Browser(opened) as browser:
        message_id = await opened.posts(ada)
        await browser.until_shown(message_id, last)
        await balance(opened, browser)

        seen = browser.statuses(message_id)
        assert last == seen[-1]
        assert seen == sorted(seen, key=RANKS.index)
        assert last == browser.state.conversations[ada.bsuid or ""]["preview"]["status"]


async def test_every_order_of_the_same_statuses_ends_the_same(opened: Shop) -> None:
    """One message for each order; Meta's webhooks for it come one by one."""
    ada = opened.customer(habit="silent")
    await opened.hears(ada)
    orders = list(itertools.permutations(("sent", "delivered", "read")))
    async with Browser(opened) as browser:
        for order in orders:
            message_id = await opened.posts(ada)
            message = await browser.until_shown(message_id, "accepted")
            for status in order:
                opened.stack.simulator.emit_status(message["wamid"], status)
                await opened.until_settled()
            await browser.until(partial(has_all, browser, message_id))
            assert "read" == browser.message(message_id)["status"]
        await balance(opened, browser)


def has_all(browser: Browser, message_id: str, _: State) -> bool:
    """Whether the time of each step is known."""
    return {"sent", "delivered", "read"} <= set(browser.message(message_id)["status_at"])


async def test_a_phone_without_signal_gets_its_messages_later(opened: Shop) -> None:
    """One tick until then."""
    ada = opened.customer()
    await opened.hears(ada)
    simulator = opened.stack.simulator
    simulator.set_online(ada.id, False)
    async with Browser(opened) as browser:
        message_id = await opened.posts(ada)
        await browser.until_shown(message_id, "sent")
        simulator.set_online(ada.id, True)
        await browser.until_shown(message_id, "read")
        await balance(opened, browser)
