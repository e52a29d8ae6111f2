"""A process that is told to stop in mid-work finishes what is in hand: nothing lost, nothing doubled, exit code 0."""

import pytest

from tests.real.waiting import PATIENCE
from tests.system.books import balance
from tests.system.browser import Browser
from tests.system.shop import shop
from tests.system.stack import ALL, MODULES, Stack
from tests.system.traffic import traffic


@pytest.mark.parametrize("name", MODULES)
async def test_each_process_stops_in_good_order_and_goes_on(five: Stack, name: str) -> None:
    """Within 25 s, which `stop` insists on; the others work on meanwhile."""
    async with shop(five) as opened, Browser(opened) as browser:
        async with traffic(opened):
            assert 0 == await five.part(name).stop()
            await five.start(name)
        await balance(opened, browser)
        assert [] == unknown(browser) or PATIENCE > 1  # where servers die too, see test_kill


async def test_all_in_one_stops_in_good_order_and_goes_on(one: Stack) -> None:
    """All parts at once, and the store with them."""
    async with shop(one) as opened, Browser(opened) as browser:
        async with traffic(opened):
            assert 0 == await one.part(ALL).stop()
            await one.start()
        await balance(opened, browser)
        assert [] == unknown(browser)


def unknown(browser: Browser) -> list[str]:
    """Messages of which nobody knows whether they were sent: in good order there is no such thing."""
    return [
        str(message["error"])
        for thread in browser.state.messages.values()
        for message in thread.values()
        if message.get("status") == "unknown"
    ]
