"""The order within a conversation."""

import asyncio

from services.sender import lanes as module
from services.sender.lanes import Lanes, Position
from services.sender.scripts import Scripts
from shared.redis import Redis
from tests.integration.services.sender.orders import order, workspace

NOW = 1_700_000_000_000


async def test_the_order_is_that_of_asking(store: Redis) -> None:
    """Whoever arrives first at the lane: the earlier asked for stands in front."""
    lanes, ids = Lanes(Scripts(store)), workspace()
    late, early = order(ids, "late", at_ms=2_000), order(ids, "early", at_ms=1_999)
    assert 0 == (await lanes.enter(late)).ahead
    assert 0 == (await lanes.enter(early)).ahead
    assert 1 == (await lanes.enter(late)).ahead


async def test_in_the_same_millisecond_arrival_decides(store: Redis) -> None:
    """Twenty asked for at once stand as they came, and go on standing so while the first leave."""
    lanes, ids = Lanes(Scripts(store)), workspace()
    orders = [order(ids, name) for name in "qwertzuiopasdfghjkly"]
    assert list(range(20)) == [(await lanes.enter(each)).ahead for each in orders]
    await lanes.leave(orders[0])
    more = order(ids, "a-new-one")
    assert [19, *range(19)] == [(await lanes.enter(each)).ahead for each in (more, *orders[1:])]


async def test_lanes_are_apart(store: Redis) -> None:
    """Another conversation, another number and another workspace have lanes of their own."""
    lanes, ids = Lanes(Scripts(store)), workspace()
    others = [order(ids, "a"), order(ids, "b", lane="bob"), order(workspace(), "c"), order(workspace(), "d")]
    assert {0} == {(await lanes.enter(each)).ahead for each in others}


async def test_a_lost_send_does_not_block_its_lane_for_ever(store: Redis) -> None:
    """Who is overdue for five minutes is taken for lost; who said that it comes back later is waited for."""
    lanes, ids = Lanes(Scripts(store)), workspace()
    lost, next_one = order(ids, "lost"), order(ids, "next", at_ms=2_000)
    await lanes.enter(lost, now_ms=NOW)
    overdue = NOW + module.OVERDUE_MS
    assert 1 == (await lanes.enter(next_one, now_ms=overdue - 1)).ahead
    assert Position(0, 0.0) == await lanes.enter(next_one, now_ms=overdue + 1)


async def test_followers_hear_when_the_first_is_due(store: Redis) -> None:
    """A send that waits for an hour tells its followers so."""
    lanes, ids = Lanes(Scripts(store)), workspace()
    first, second = order(ids, "first"), order(ids, "second")
    await lanes.enter(first)
    await lanes.touch(first, 3600.0)
    position = await lanes.enter(second)
    assert (1, True) == (position.ahead, 3595 < position.head_s <= 3600)


async def test_touching_a_lane_one_has_left_is_nothing(store: Redis) -> None:
    """A late touch does not bring back who has left."""
    lanes, ids = Lanes(Scripts(store)), workspace()
    gone = order(ids, "gone")
    await lanes.enter(gone)
    await lanes.leave(gone)
    await lanes.touch(gone, 3600.0)
    assert 0 == (await lanes.enter(order(ids, "next", at_ms=2_000))).ahead


async def test_a_lane_is_bounded_and_keeps_the_earliest(store: Redis) -> None:
    """Beyond a thousand the last asked for are let in later; an earlier one pushes the last out."""
    lanes, ids = Lanes(Scripts(store)), workspace()
    orders = [order(ids, f"{n}", at_ms=1_000 + n) for n in range(module.ENTRIES_MAX + 1)]
    positions = await asyncio.gather(*(lanes.enter(each) for each in orders))
    assert [*range(module.ENTRIES_MAX), module.ENTRIES_MAX] == [position.ahead for position in positions]
    assert 0 == (await lanes.enter(order(ids, "earliest", at_ms=1))).ahead
    assert module.ENTRIES_MAX == (await lanes.enter(orders[-2])).ahead
    assert 1 == (await lanes.enter(orders[0])).ahead


async def test_who_leaves_wakes_the_nearest_of_this_process(store: Redis) -> None:
    """Of those that wait here, the one with the fewest in front looks again; another lane sleeps on."""
    lanes, ids = Lanes(Scripts(store)), workspace()
    first, elsewhere = order(ids, "first"), order(ids, "x", lane="bob")
    await lanes.enter(first)
    with (
        lanes.waiting(first, 2) as far,
        lanes.waiting(first, 1) as near,
        lanes.waiting(elsewhere, 1) as other,
    ):
        await lanes.leave(first)
        assert (False, True, False) == (far.is_set(), near.is_set(), other.is_set())
