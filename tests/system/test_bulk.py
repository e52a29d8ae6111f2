"""Large bodies: everything Meta may put into one is stored, but for what cannot be read, which is kept and counted."""

from typing import Any

from demo.state import Value
from tests.real.waiting import until_answered
from tests.system.browser import Browser
from tests.system.shop import Shop, shop
from tests.system.stack import Stack

CALL = "wacid."  # calls are rows of a conversation, too


async def held(opened: Shop) -> dict[str, Value]:
    """Every message of every conversation."""
    found: dict[str, Value] = {}
    before = ""
    while True:
        page = await opened.agent.ask("GET", f"{opened.path}/conversations?limit=200{before}")
        for each in page["conversations"]:
            found |= await opened.messages(each["contact_id"])
        if not page.get("next"):
            return found
        before = f"&before={page['next']}"


async def test_a_body_of_a_thousand_mixed_updates_is_stored_but_for_the_malformed_one(opened: Shop) -> None:
    """All types of messages, echoes, standby and statuses; one is broken, which costs its neighbours nothing."""
    async with Browser(opened) as browser:
        mix = opened.stack.simulator.deliver_mix(1_000, 1, [opened.number_id], opened.number_id)
        expected = {*mix.wamids, *mix.echoes, *mix.standby}

        async def missing() -> set[str]:
            return expected - set(await held(opened))

        assert set() == await until_answered(missing, lambda left: not left)
        await opened.until_settled()
        shown = await held(opened)
        assert all(each.startswith(CALL) for each in shown.keys() - expected)
        assert all("standby" in shown[wamid] for wamid in mix.standby)
        assert all("phone_app" == shown[wamid]["origin"] for wamid in mix.echoes)
        number: Any = await opened.agent.ask("GET", opened.path)
        assert 1 == mix.malformed <= number["unrecognised"]
        await browser.until(lambda state: expected <= {key for each in state.messages.values() for key in each})


async def test_a_history_chunk_of_five_thousand_is_stored_and_nothing_of_it_is_unread(stack: Stack) -> None:
    """A number that is on a phone too brings its past along; a message that comes meanwhile is new."""
    async with shop(stack, coexistence=True) as opened, Browser(opened) as browser:
        wamids = set(opened.stack.simulator.deliver_history(5_000, 50, opened.number_id))
        ada = opened.customer()
        wamid = opened.writes(ada)

        async def missing() -> int:
            return len({*wamids, wamid} - set(await held(opened)))

        assert 5_000 == len(wamids)
        assert 0 == await until_answered(missing, lambda left: not left)
        shown = await held(opened)
        assert {*wamids, wamid} == set(shown)
        assert all(shown[each].get("history") for each in wamids)
        await browser.until_shown(wamid)
        await browser.until(lambda state: wamids <= {key for each in state.messages.values() for key in each})
        assert 1 == sum(each["unread"] for each in browser.state.conversations.values())
