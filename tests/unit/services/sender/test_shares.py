"""A number's share of a process."""

import asyncio

import pytest

from services.sender.shares import Shares, Turns
from shared.contract.ids import NumberId

A, B = NumberId("a"), NumberId("b")


async def test_a_number_may_fill_its_share_and_no_more() -> None:
    """Full for one number is not full for another, and what ends makes room."""
    shares = Shares(2)
    async with shares.taken(A):
        async with shares.taken(A):
            assert (False, True) == (shares.has_room(A), shares.has_room(B))
        assert shares.has_room(A)


async def test_a_failure_gives_its_share_back() -> None:
    """However a send ends, it does not count for ever."""
    shares = Shares(1)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            async with shares.taken(A):
                raise RuntimeError
    assert shares.has_room(A)


async def test_turns_are_taken_in_order_and_by_number() -> None:
    """Who comes first goes first; a full number keeps no other waiting; a failure makes room as well."""
    turns, began, gates = Turns(1), list[str](), {name: asyncio.Event() for name in ("a1", "a2", "a3", "b1")}

    async def go(number_id: NumberId, name: str) -> None:
        async with turns.taken(number_id):
            began.append(name)
            await gates[name].wait()
            if name == "a1":
                raise RuntimeError

    running = [asyncio.create_task(go(NumberId(name[0]), name)) for name in gates]
    await asyncio.sleep(0)
    assert ["a1", "b1"] == began
    for name in ("a1", "a2", "a3", "b1"):
        gates[name].set()
    ends = await asyncio.gather(*running, return_exceptions=True)
    assert ["a1", "b1", "a2", "a3"] == began
    assert [RuntimeError, type(None), type(None), type(None)] == [type(end) for end in ends]
