"""Chunks of the past."""

import pytest

from simulator import history
from simulator.chance import Chance
from simulator.number import Number

NUMBER = Number("1", "9", "15550783881", "Lakeside Bakery")
NOW = 1_700_000_000.0


def test_a_chunk_holds_exactly_the_messages_asked_for() -> None:
    """Spread over the threads, each with an id of its own, none from today."""
    chance = Chance(1)
    update, wamids = history.chunk(NUMBER, history.past_customers(7, chance), 500, NOW, chance, phase=1, progress=55)

    [part] = update.value["history"]
    messages = [m for thread in part["threads"] for m in thread["messages"]]
    assert 500 == len(messages) == len(set(wamids))
    assert wamids == [m["id"] for m in messages]
    assert 7 == len(part["threads"])
    assert {"phase": 1, "chunk_order": 1, "progress": 55} == part["metadata"]
    assert all(int(m["timestamp"]) < NOW - 86_000 for m in messages)


def test_both_sides_speak_and_our_side_has_statuses() -> None:
    """What we sent is from our display number and says how far it got."""
    chance = Chance(1)
    update, _ = history.chunk(NUMBER, history.past_customers(2, chance), 200, NOW, chance)

    messages = [m for thread in update.value["history"][0]["threads"] for m in thread["messages"]]
    ours = [m for m in messages if m["from"] == NUMBER.display_number]
    assert 0 < len(ours) < len(messages)
    assert all(m["history_context"]["status"] in history.STATES for m in messages)


def test_messages_of_a_thread_are_in_order() -> None:
    """Oldest first."""
    chance = Chance(1)
    update, _ = history.chunk(NUMBER, history.past_customers(1, chance), 50, NOW, chance)

    times = [int(m["timestamp"]) for m in update.value["history"][0]["threads"][0]["messages"]]
    assert sorted(times) == times


def test_declining_is_an_error_and_no_messages() -> None:
    """Code 2593109."""
    assert 2593109 == history.declined(NUMBER).value["history"][0]["errors"][0]["code"]


def test_a_chunk_is_bounded() -> None:
    """More than anyone has is refused."""
    with pytest.raises(ValueError, match="messages"):
        history.chunk(NUMBER, [], history.MESSAGES_MAX + 1, NOW, Chance(1))
