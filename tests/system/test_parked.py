"""What comes before a number is connected waits, and appears when it is."""

import asyncio

from demo.state import Value
from tests.real.waiting import until
from tests.system.books import balance
from tests.system.browser import Browser
from tests.system.shop import Shop, shop
from tests.system.stack import Stack


async def conversations(opened: Shop) -> list[Value]:
    """As the snapshot lists them."""
    found: list[Value] = (await opened.agent.ask("GET", f"{opened.path}/snapshot"))["conversations"]
    return found


async def test_messages_from_before_connecting_appear_after_it(stack: Stack) -> None:
    """Their signatures are checked with the secret that came with the credentials, and they are unread."""
    async with shop(stack, connected=False) as opened:
        ada, ben = opened.customer("Ada"), opened.customer("Ben")
        for count in range(5):
            opened.writes(ada, f"{count}")
            opened.writes(ben, f"{count}")
        await opened.until_settled()

        await opened.connect()
        await balance(opened)
        assert {(ada.bsuid, 5), (ben.bsuid, 5)} == {
            (each["contact_id"], each["unread"]) for each in await conversations(opened)
        }
        assert not any("unsigned" in each for each in (await opened.messages(ada)).values())


async def test_nothing_falls_between_parking_and_connecting(stack: Stack) -> None:
    """Customers go on writing while the number is being connected."""
    async with shop(stack, connected=False) as opened:
        ada = opened.customer()
        for count in range(30):
            opened.writes(ada, f"before {count}")
        await until(lambda: opened.stack.simulator.parts.deliverer.outbox(opened.number_id).idle)
        for count in range(30):
            opened.writes(ada, f"meanwhile {count}")
        await opened.connect()
        for count in range(30):
            opened.writes(ada, f"after {count}")
        async with Browser(opened) as browser:
            await balance(opened, browser)
        assert 90 == (await opened.conversation(ada))["unread"]


async def test_what_was_signed_with_another_secret_never_appears(stack: Stack) -> None:
    """It was parked unchecked; at connecting it is found out."""
    async with shop(stack, connected=False) as opened:
        ada, eve = opened.customer("Ada"), opened.customer("Eve")
        stack.simulator.tune(signature="wrong")
        opened.writes(eve, "Trust me")
        await opened.until_settled()
        stack.simulator.tune(signature="valid")
        wamid = opened.writes(ada, "Hello")
        await opened.until_settled()

        await opened.connect()
        await opened.until_shown(ada, wamid)
        assert [ada.bsuid] == [each["contact_id"] for each in await conversations(opened)]


async def test_a_disconnected_number_parks_as_well(stack: Stack) -> None:
    """What was said before stays, what comes meanwhile appears when it is connected again."""
    async with shop(stack) as opened:
        ada = opened.customer()
        await opened.hears(ada, "before")
        await opened.agent.ask("DELETE", opened.path)
        for _ in range(15):  # a little longer than the second in which settings are in force everywhere
            last = opened.writes(ada, "meanwhile")
            await asyncio.sleep(0.1)
        await opened.until_settled()
        assert last not in await opened.messages(ada)

        await opened.connect()
        await balance(opened)
        assert 16 == (await opened.conversation(ada))["unread"]
