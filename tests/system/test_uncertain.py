"""When nobody knows whether Graph took a message, it is never sent a second time; the status webhook settles it."""

import asyncio

import pytest

from simulator.faults import Fault, Kind
from tests.real.waiting import until_answered
from tests.system.books import balance
from tests.system.browser import Browser
from tests.system.shop import Shop

LOST: list[Kind] = ["hang", "close", "half", "garbage", "html"]


@pytest.mark.parametrize("kind", LOST)
async def test_a_lost_answer_is_settled_by_the_status(opened: Shop, kind: Kind) -> None:
    """Graph took the message and its answer never came: one WhatsApp message, and its ticks climb all the same."""
    ada = opened.customer(habit="silent")
    await opened.hears(ada)
    simulator = opened.stack.simulator
    async with Browser(opened) as browser:
        simulator.add_fault(Fault(kind=kind, accepted=True, times=1, number_id=opened.number_id, delay_s=10))
        message_id = await opened.posts(ada, "once")
        await browser.until_shown(message_id, "unknown")

        (wamid,) = [
            each["wamid"] for each in simulator.ledger.records("received") if each["callback_token"] == message_id
        ]
        simulator.emit_status(wamid, "delivered")
        message = await browser.until_shown(message_id, "delivered")
        assert wamid == message["wamid"]
        assert "error" not in message
        await balance(opened, browser)


async def test_a_timeout_that_graph_never_took_stays_unknown(opened: Shop) -> None:
    """Sending it again is a person's decision; what is sent after it goes its way."""
    ada, ben = opened.customer("Ada"), opened.customer("Ben")
    await opened.hears(ada)
    await opened.hears(ben)
    simulator = opened.stack.simulator
    async with Browser(opened) as browser:
        simulator.add_fault(Fault(kind="hang", times=1, recipient=ada.id, number_id=opened.number_id, delay_s=10))
        lost = await opened.posts(ada, "lost")
        after = await opened.posts(ada, "after it")
        other = await opened.posts(ben, "to somebody else")
        await browser.until_shown(other, "read")
        await browser.until_shown(lost, "unknown")
        await browser.until_shown(after, "read")
        await balance(opened, browser)
    assert 0 == simulator.ledger.accepted_by_callback.get(lost, 0)
    assert browser.message(lost)["error"]["advice"]


@pytest.mark.parametrize("code", [1, 2, 131000, 131016, 133004])
async def test_an_error_that_may_hide_a_success_is_not_tried_again(opened: Shop, code: int) -> None:
    """Meta's own words for such codes leave it open."""
    ada = opened.customer()
    await opened.hears(ada)
    opened.stack.simulator.add_fault(Fault(kind="error", code=code, times=1, number_id=opened.number_id))
    message_id = await opened.posts(ada)
    message = await opened.until_shown(ada, message_id, "unknown")

    assert code == message["error"]["code"]
    await balance(opened)
    assert 0 == opened.stack.simulator.ledger.accepted_by_callback.get(message_id, 0)


async def test_what_surely_was_not_sent_is_tried_again(opened: Shop) -> None:
    """Graph refuses connections for a moment: nobody has to do anything."""
    ada = opened.customer()
    await opened.hears(ada)
    simulator = opened.stack.simulator
    simulator.refuse_connections(0.5)
    await until_answered(lambda: is_open(simulator.port), lambda answer: not answer)
    message_id = await opened.posts(ada)
    await opened.until_shown(ada, message_id, "read")
    await balance(opened)


async def is_open(port: int) -> bool:
    """Whether somebody listens there."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
