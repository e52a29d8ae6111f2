"""The scripted agent at work."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from demo import wording
from demo.agent import Agent
from demo.following import Following
from demo.household import Household
from demo.moving_in import Desk
from demo.state import State, Value
from tests.real.waiting import until

MINUTE = timedelta(minutes=1)


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


def test_what_somebody_else_answers_is_left_to_them(desk: Desk) -> None:
    """A person at the page has taken Priya's conversation."""
    state = State()
    priya, omar = writes(state, "priya", wording.now()), writes(state, "omar", wording.now())
    agent = Agent(desk.door, desk.number_id, state, print, since=wording.now() - MINUTE)
    answered = {**priya, "id": "a person's", "direction": "outbound", "origin": "agent"}
    state.apply({"cursor": "2", "kind": "message", "value": answered})

    assert omar["contact_id"] == (agent.waiting() or {}).get("contact_id")


def test_nothing_is_answered_at_once_while_a_person_watches(desk: Desk) -> None:
    """Who looks at the page gets the chance to be quicker."""
    for waited, is_answered in ((timedelta(seconds=5), False), (timedelta(seconds=30), True)):
        state = State()
        writes(state, "omar", wording.now() - waited)
        agent = Agent(desk.door, desk.number_id, state, print, since=wording.now() - MINUTE, watched=lambda: True)

        assert is_answered == (agent.waiting() is not None)


def writes(state: State, contact_id: str, at: datetime) -> Value:
    """Somebody wrote at this time, and nobody has read it."""
    message: Value = {
        "id": f"from {contact_id}",
        "contact_id": contact_id,
        "direction": "inbound",
        "origin": "customer",
        "sent_at": at.isoformat(),
        "received_at": at.isoformat(),
    }
    conversation = {
        "contact_id": contact_id,
        "unread": 1,
        "last_inbound_at": at.isoformat(),
        "last_activity_at": at.isoformat(),
        "window_expires_at": (at + timedelta(hours=24)).isoformat(),
    }
    state.apply({"cursor": "1", "kind": "conversation", "value": conversation})
    state.apply({"cursor": "1", "kind": "message", "value": message})
    return message


def has_read(state: State, answers: int) -> bool:
    """Whether so many answers have reached her eyes."""
    return answers == len(read(state))


def read(state: State) -> list[Value]:
    """Answers to Layla that she has read."""
    layla = [each["contact_id"] for each in state.latest() if each["contact"].get("name") == "ليلى حداد"]
    return [each for contact_id in layla for each in state.thread(contact_id) if each.get("status") == "read"]
