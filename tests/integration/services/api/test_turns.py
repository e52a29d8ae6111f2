"""Turns at a number: a courtesy between projectors."""

import asyncio

from services.api import rounds
from services.api.turns import TURN_MS, WAIT_S_MAX, Turns
from shared.process import Ground
from tests.real.chat import chat
from tests.telling import came


async def test_one_at_a_time_has_the_turn(base: Ground) -> None:
    """The next waits until it is given back; another part is free meanwhile."""
    tag, order = chat(base).store.tag, list[str]()
    here, there, begun = Turns(base.redis), Turns(base.redis), asyncio.Event()

    async def second() -> None:
        async with there.at(tag, 1):
            order.append("other part")
            begun.set()
        async with there.at(tag, 0):
            order.append("second")

    async with asyncio.TaskGroup() as group, here.at(tag, 0):
        group.create_task(second())
        await begun.wait()
        order.append("first")

    assert ["other part", "first", "second"] == order
    assert [] == await base.redis.keys(f"{tag}:turn:*")


async def test_nobody_waits_for_ever(base: Ground) -> None:
    """Who died with the turn, or keeps it, holds up others for half a second; what was taken ends by itself."""
    tag = chat(base).store.tag
    await base.redis.set(f"{tag}:turn:0", "somebody", px=60_000)
    began_s = asyncio.get_running_loop().time()
    async with Turns(base.redis).at(tag, 0):
        assert WAIT_S_MAX <= asyncio.get_running_loop().time() - began_s
    assert b"somebody" == await base.redis.get(f"{tag}:turn:0")

    async with Turns(base.redis).at(tag, 1):
        assert 0 < await base.redis.pttl(f"{tag}:turn:1") <= TURN_MS


async def test_a_contested_number_lands_part_by_part(base: Ground) -> None:
    """All of it, with its turns given back."""
    at = chat(base)
    store = at.store
    assert not store.turns.is_contested(store.tag)
    store.turns.contested(store.tag)
    assert store.turns.is_contested(store.tag)
    await rounds.land(store, at.number_id, [came(f"in{n}", at=n) for n in range(300)])

    assert 300 == (await at.conversations())[0]["unread"]
    assert [] == await base.redis.keys(f"{store.tag}:turn:*")
