"""`kill -9` of any one process in mid-conversation, then a restart: nothing is lost and nothing is doubled."""

import pytest

from tests.real.waiting import PATIENCE
from tests.system.books import balance
from tests.system.browser import Browser
from tests.system.shop import shop
from tests.system.stack import ALL, MODULES, Stack
from tests.system.traffic import traffic

IN_HAND_MAX = 20  # sends between the claim and Graph's answer when the power goes


@pytest.mark.parametrize("name", MODULES)
async def test_each_process_may_be_killed(five: Stack, name: str) -> None:
    """Browsers agree with a fresh snapshot, which agrees with what Meta knows."""
    async with shop(five) as opened, Browser(opened) as browser:
        async with traffic(opened):
            await five.part(name).kill()
            await five.start(name)
        await balance(opened, browser)
        # Where servers die too, a send that was asked for twice may be one that a failover has made them forget.
        assert len(never_sent(browser)) <= (IN_HAND_MAX if name == "sender" or PATIENCE > 1 else 0)


async def test_all_in_one_may_be_killed(one: Stack) -> None:
    """Its store has the last word on disk."""
    async with shop(one) as opened, Browser(opened) as browser:
        async with traffic(opened):
            await one.part(ALL).kill()
            await one.start()
        await balance(opened, browser)
        assert len(never_sent(browser)) <= IN_HAND_MAX


def never_sent(browser: Browser) -> list[str]:
    """Messages that a person is asked about, because a call had begun and its end is not known."""
    return [
        str(message["error"])
        for thread in browser.state.messages.values()
        for message in thread.values()
        if message.get("status") == "unknown"
    ]
