"""The way into the demo for a browser."""

import asyncio
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

from demo.household import Household
from demo.moving_in import Desk
from demo.welcome import Welcome
from tests.real.waiting import until


async def test_the_link_leads_into_the_demo_and_a_used_one_is_replaced(found: Household, desk: Desk) -> None:
    """An invite is good once, and the next browser is as welcome as the first."""
    welcome = Welcome(desk.door, found.public_url)
    await welcome.begin()
    used: list[str] = []
    watching = asyncio.create_task(welcome.run(used.append))
    try:
        for visits in (1, 2):
            link = urlsplit(welcome.link)
            invite = parse_qs(link.fragment)["invite"][0]
            made = await found.inbox.ask("POST", "/v1/sessions", {"invite": invite})
            numbers = await found.inbox.holding(made["token"]).ask("GET", "/v1/numbers")
            await until(lambda visits=visits: len(used) == visits)  # type: ignore[misc]

            assert [desk.number_id] == [number["id"] for number in numbers["numbers"]]
            assert used[-1] == welcome.link
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
    assert welcome.visited
