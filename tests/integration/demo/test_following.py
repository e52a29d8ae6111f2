"""A state that follows the live socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from demo.following import Following, NotWelcome
from demo.household import Household
from demo.moving_in import Desk
from demo.state import State, Value
from tests.real.waiting import until


@asynccontextmanager
async def followed(desk: Desk, state: State) -> AsyncIterator[tuple[Following, list[Value]]]:
    """Following, and what it has heard."""
    heard: list[Value] = []
    following = Following(desk.door, desk.token, desk.number_id, state, heard.extend)
    if not state.cursor:
        await following.begin()
    running = asyncio.create_task(following.run())
    try:
        await until(lambda: following.live)
        yield following, heard
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_what_a_customer_writes_is_in_the_state(found: Household, desk: Desk) -> None:
    """The message and its conversation, as they come."""
    state = State()
    async with followed(desk, state) as (_, heard):
        sent = await found.simulator.ask("POST", "/simulator/customers/maria/write", {"text": "Hola"})
        await until(lambda: any(sent["wamid"] in held for held in state.messages.values()))
        await until(lambda: state.latest() and state.latest()[0]["preview"]["text"] == "Hola")

    assert sent["wamid"] in [change["value"].get("id") for change in heard]


async def test_what_happened_meanwhile_comes_on_coming_back(found: Household, desk: Desk) -> None:
    """From the cursor on: connecting again is the same as connecting."""
    state = State()
    async with followed(desk, state):
        pass
    sent = await found.simulator.ask("POST", "/simulator/customers/maria/write", {"text": "Are you there?"})

    async with followed(desk, state):
        await until(lambda: any(sent["wamid"] in held for held in state.messages.values()))


async def test_a_cursor_of_another_feed_begins_again(desk: Desk) -> None:
    """A snapshot takes the place of what was held."""
    state = State()
    async with followed(desk, state):
        pass
    state.cursor = state.cursor.partition(".")[0] + ".another"
    state.conversations["ghost"] = {"contact_id": "ghost", "last_activity_at": ""}

    async with followed(desk, state):
        await until(lambda: "ghost" not in state.conversations)


async def test_a_token_that_is_not_good_ends_it(desk: Desk) -> None:
    """Trying again would not help."""
    following = Following(desk.door, "cit_wrong", desk.number_id, State(), lambda _: None)
    await following.begin()
    with pytest.raises(NotWelcome, match="4401"):
        async with asyncio.timeout(10):
            await following.run()
