"""The scripted agent at work."""

import asyncio
from contextlib import suppress
from functools import partial

from demo import wording
from demo.agent import Agent
from demo.following import Following
from demo.household import Household
from demo.moving_in import Desk
from demo.state import State, Value
from tests.real.waiting import until


async def test_a_customer_is_read_answered_and_reacted_to(found: Household, desk: Desk) -> None:
    """The answer reaches the customer, the second one as a reply, and its ticks climb."""
    state, said = State(), list[str]()
    since = wording.now()
    following = Following(desk.door, desk.token, desk.number_id, state, lambda _: None)
    agent = Agent(desk.door, desk.number_id, state, said.append, since=since)
    await following.begin()
    working = [asyncio.create_task(work) for work in (following.run(), agent.run())]
    try:
        for answers in (1, 2):
            await found.simulator.ask("POST", "/simulator/customers/layla/write", {"text": "مرحبا"})
            await until(partial(has_read, state, answers))
        await until(lambda: not any(each["unread"] for each in state.latest()))
    finally:
        for work in working:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    first, second = read(state)
    thread = state.thread(first["contact_id"])
    asked = [each for each in thread if each["direction"] == "inbound"]
    assert asked[0]["reactions"][0]["by"] == "business"
    assert "context" not in first
    assert asked[1]["id"] == second["context"]["message_id"]
    assert [] == said


def has_read(state: State, answers: int) -> bool:
    """Whether so many answers have reached her eyes."""
    return answers == len(read(state))


def read(state: State) -> list[Value]:
    """Answers to Layla that she has read."""
    layla = [each["contact_id"] for each in state.latest() if each["contact"].get("name") == "ليلى حداد"]
    return [each for contact_id in layla for each in state.thread(contact_id) if each.get("status") == "read"]
