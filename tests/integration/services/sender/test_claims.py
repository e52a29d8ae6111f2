"""The right to call, once."""

import asyncio

from services.sender.claims import Claims, Taken
from services.sender.lanes import Lanes
from services.sender.scripts import Scripts
from shared import redis
from shared.process import now_ms
from shared.redis import Redis, RedisError
from tests.integration.services.sender.orders import order, workspace
from tests.real.redis_pair import redis_pair
from tests.real.server import Server
from tests.real.waiting import until_answered


def claims(store: Redis) -> Claims:
    """The claims as one process sees them."""
    return Claims(Scripts(store), Scripts(store, durable=True, in_flight_max=4))


async def test_a_claim_is_taken_once(store: Redis) -> None:
    """Of many senders that want to call for the same message, one may."""
    wanted = order(workspace(), "m")
    taken = await asyncio.gather(*(claims(store).take(wanted) for _ in range(8)))
    assert [1] == [each.attempt for each in taken if each is not None]


async def test_only_the_first_of_a_lane_may_claim(store: Redis) -> None:
    """An earlier send that came meanwhile is served first."""
    ids, lanes = workspace(), Lanes(Scripts(store))
    first, second = order(ids, "first"), order(ids, "second", at_ms=2_000)
    await lanes.enter(second)
    await lanes.enter(first)
    assert None is await claims(store).take(second)
    assert isinstance(await claims(store).take(first), Taken)


async def test_after_a_refusal_there_is_another_attempt(store: Redis) -> None:
    """A refused call may be made again when its time has come, and counts up."""
    book, wanted = claims(store), order(workspace(), "m")
    for attempt in (1, 2, 3):
        taken = await book.take(wanted)
        assert taken is not None
        assert attempt == taken.attempt
        await book.refuse(wanted, taken, 30.0)
        claim = await book.read(wanted)
        assert claim is not None
        assert ("refused", attempt, True) == (claim.state, claim.attempt, 29 < claim.retry_in_s <= 30)


async def test_an_end_is_kept_with_its_event_and_leaves_the_lane(store: Redis) -> None:
    """What was told is there to be told again; the next of the lane may go; nobody may claim it again."""
    ids, lanes, book = workspace(), Lanes(Scripts(store)), claims(store)
    first, second = order(ids, "first"), order(ids, "second")
    await lanes.enter(first)
    await lanes.enter(second)
    taken = await book.take(first)
    assert taken is not None
    await book.settle(first, taken, "accepted", b"the event")
    claim = await claims(store).read(first)
    assert claim is not None
    assert ("accepted", b"the event") == (claim.state, claim.event)
    assert 0 == (await lanes.enter(second)).ahead
    assert None is await book.take(first)


async def test_a_call_left_behind_is_concluded_by_whoever_finds_it(store: Redis) -> None:
    """The claim says `calling`: it ends as unknown, once, and its caller may still say better."""
    book, wanted = claims(store), order(workspace(), "m")
    taken = await book.take(wanted)
    assert taken is not None
    other = claims(store)
    found = await other.read(wanted)
    assert found is not None
    assert "calling" == found.state
    assert b"?" == await other.conclude(wanted, "unknown", b"?", calling=True)
    assert b"?" == await other.conclude(wanted, "unknown", b"another", calling=True)
    await book.settle(wanted, taken, "accepted", b"!")
    settled = await other.read(wanted)
    assert settled is not None
    assert ("accepted", b"!") == (settled.state, settled.event)


async def test_what_is_being_called_is_not_concluded_as_uncalled(store: Redis) -> None:
    """Giving up a message waits for the call that is on its way; what has ended keeps its end."""
    book, wanted = claims(store), order(workspace(), "m")
    taken = await book.take(wanted)
    assert taken is not None
    assert b"" == await book.conclude(wanted, "failed", b"expired")
    await book.settle(wanted, taken, "accepted", b"!")
    assert b"!" == await book.conclude(wanted, "failed", b"expired")


async def test_a_message_that_was_never_called_can_be_given_up(store: Redis) -> None:
    """Then it cannot be claimed any more."""
    book, wanted = claims(store), order(workspace(), "m")
    assert b"expired" == await book.conclude(wanted, "failed", b"expired")
    assert None is await book.take(wanted)


async def test_only_the_caller_settles(store: Redis) -> None:
    """Another process's token changes nothing."""
    book, wanted = claims(store), order(workspace(), "m")
    await book.take(wanted)
    await book.settle(wanted, Taken(1, "another token"), "accepted", b"!")
    claim = await claims(store).read(wanted)
    assert claim is not None
    assert "calling" == claim.state


async def test_a_store_knows_since_when_it_has_kept_claims(store: Redis) -> None:
    """A wiped store is younger than the commands before it; one that is there is older than those after."""
    before = now_ms()
    book, wanted = claims(store), order(workspace(), "m")
    await book.read(wanted)
    since = await book.kept_since_ms(wanted)
    assert before - 1 <= since <= now_ms() + 1
    await store.delete(*[key async for key in store.scan_iter(match=f"*{wanted.workspace_id}*")])
    await asyncio.sleep(0.005)
    await book.read(wanted)
    assert since < await book.kept_since_ms(wanted)


async def test_what_a_promoted_replica_may_have_missed_is_not_taken_for_never_begun() -> None:
    """The claim went with the master; its successor is as old, and still knows that it may have lost something."""
    async with redis_pair() as pair:
        connection = redis.connect(pair.address.url)
        book, wanted = claims(connection), order(workspace(), "m", at_ms=now_ms())
        await book.read(wanted)
        pair.leaves()
        assert await book.take(wanted)
        await pair.fails_over()
        await until_answered(lambda: answers(connection), bool)

        assert None is await claims(connection).read(wanted)
        noticed = await book.kept_since_ms(wanted)
        assert wanted.at_ms < noticed
        assert wanted.at_ms < await book.lost_before_ms(wanted)
        assert noticed == await book.kept_since_ms(wanted)  # what is asked for after it is safe
        await connection.aclose()


async def test_a_restart_of_a_store_that_fsyncs_always_has_lost_nothing(real_redis: Server) -> None:
    """It goes on under another name, and took over from nobody."""
    connection = redis.connect(real_redis.url)
    try:
        await connection.config_set("appendfsync", "always")
        book, wanted = claims(connection), order(workspace(), "m")
        await book.read(wanted)
        since = await book.kept_since_ms(wanted)
        real_redis.kill()
        real_redis.start()
        await until_answered(lambda: answers(connection), bool)
        await connection.config_set("appendfsync", "always")
        assert (since, 0) == (await book.kept_since_ms(wanted), await book.lost_before_ms(wanted))
    finally:
        await connection.config_set("appendfsync", "everysec")
        await connection.aclose()


async def test_what_a_call_has_learned_is_kept_though_its_claim_is_lost(store: Redis) -> None:
    """Whoever was in mid-call knows the end, also of a store that has forgotten the beginning."""
    book, wanted = claims(store), order(workspace(), "m")
    taken = await book.take(wanted)
    assert taken is not None
    await store.delete(*[key async for key in store.scan_iter(match=f"*{wanted.workspace_id}*")])
    await book.settle(wanted, taken, "accepted", b"!")
    claim = await claims(store).read(wanted)
    assert claim is not None
    assert ("accepted", 1, b"!") == (claim.state, claim.attempt, claim.event)


async def answers(store: Redis) -> bool:
    """Whether it is there again."""
    try:
        return bool(await store.ping())
    except (RedisError, OSError):
        return False
