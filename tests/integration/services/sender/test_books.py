"""All that a delivery begins with, in one look."""

from services.sender import keys
from services.sender.books import Arrival, Books
from services.sender.lanes import Position
from services.sender.pace import Rates
from shared.redis import Redis
from tests.integration.services.sender.orders import order, workspace


async def test_a_new_message_arrives_to_a_clean_page(store: Redis) -> None:
    """No claim, no refusal, nobody in front."""
    books = Books.opened(store, Rates(), "")
    assert Arrival(Position(0, 0.0), None, None) == await books.arrive(order(workspace(), "m"))


async def test_one_look_sees_what_the_books_hold(store: Redis) -> None:
    """Its place, its claim and the refused credentials are what each book says by itself."""
    books, ids = Books.opened(store, Rates(), ""), workspace()
    first, second = order(ids, "first"), order(ids, "second")
    await books.arrive(first)
    taken = await books.claims.take(first)
    assert taken is not None
    await books.claims.refuse(first, taken, 60.0)
    await books.parking.park(first.workspace_id, first.number_id, 0, 1, b"m", refused=True)
    again, behind = await books.arrive(first), await books.arrive(second)
    assert again.claim is not None
    assert ("refused", 1, True) == (again.claim.state, again.claim.attempt, again.claim.retry_in_s > 59)
    assert (0, 0, 1) == (again.refused_version, again.position.ahead, behind.position.ahead)
    assert None is behind.claim


async def test_arriving_again_keeps_the_place(store: Redis) -> None:
    """The same message stands in its lane once."""
    books, ids = Books.opened(store, Rates(), ""), workspace()
    first, second = order(ids, "first"), order(ids, "second")
    places = [(await books.arrive(each)).position.ahead for each in (first, second, first, second)]
    assert [0, 1, 0, 1] == places


async def test_a_crowd_arrives_behind_what_was_asked_for_before_it(store: Redis) -> None:
    """One on the straight way that has not been seen yet is waited for; what is asked for later is not."""
    books, ids = Books.opened(store, Rates(), ""), workspace()
    before, crowd, after = (order(ids, name, at_ms=at) for name, at in (("before", 1), ("crowd", 2), ("after", 3)))
    await store.zadd(keys.pending(crowd), {"before": 1, "crowd": -2, "after": 3})
    assert [None] == await books.arrive_in_crowd([crowd], is_late=False)
    await books.arrive(before)
    assert [Arrival(Position(1, 0.0), None, None)] == await books.arrive_in_crowd([crowd], is_late=False)
    assert Position(2, 0.0) == (await books.arrive(after)).position


async def test_a_crowd_does_not_wait_for_ever(store: Redis) -> None:
    """What has not come within a minute is taken for lost: whoever asked was told that it failed, or has died."""
    books, ids = Books.opened(store, Rates(), ""), workspace()
    first, second = order(ids, "first", at_ms=2), order(ids, "second", at_ms=3)
    await store.zadd(keys.pending(first), {"lost": 1, "first": -2, "second": -3})
    assert [None, None] == await books.arrive_in_crowd([first, second], is_late=False)
    assert [None] != await books.arrive_in_crowd([first], is_late=True)
    assert [None] != await books.arrive_in_crowd([second], is_late=False)


async def test_behind_one_of_a_crowd_that_waits_all_wait(store: Redis) -> None:
    """Also one that would have nobody to wait for: none comes to its lane before another that stood in front of it."""
    books, ids = Books.opened(store, Rates(), ""), workspace()
    first, second, third = (order(ids, name, at_ms=at) for name, at in (("first", 1), ("second", 4), ("third", 2)))
    await store.zadd(keys.pending(first), {"first": -1, "second": -4, "third": -2, "straight": 3})
    arrivals = await books.arrive_in_crowd([first, second, third], is_late=False)
    assert [True, False, False] == [arrival is not None for arrival in arrivals]
    assert 1 == await store.zcard(keys.lane(first)[0])
