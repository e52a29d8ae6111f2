"""The change feed on a real server and on a cluster: append, resume, and a cursor that is good or means resync."""

import asyncio
import random
import uuid

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contract.ids import NumberId, WorkspaceId
from shared.cursor import BadCursor, position
from shared.feed import Bounds, Feed, feed_key, start_key
from shared.feed_page import Page
from shared.redis import Redis, connect

NUMBER = NumberId("106540352242922")
NOW_MS = 1_795_000_000_000
DAY_MS = 24 * 60 * 60 * 1000


def change(value: int, padding: int = 0) -> bytes:
    """A change as the projector writes it."""
    return orjson.dumps({"kind": "message", "value": {"count": value, "padding": "x" * padding}})


def changes(*values: int) -> list[bytes]:
    """Several of them."""
    return [change(value) for value in values]


def values(page: Page | None) -> list[int]:
    """What they carry."""
    assert page is not None
    return [orjson.loads(finished)["value"]["count"] for finished in page.changes]


async def test_what_is_appended_is_read_in_order_and_resumed_from_any_cursor(
    redis: Redis, workspace_id: WorkspaceId
) -> None:
    """Every change carries a cursor; reading on from it gives exactly what came after it."""
    feed = Feed(redis)
    start = await feed.head(workspace_id, NUMBER)
    await feed.append(workspace_id, NUMBER, changes(1, 2, 3), NOW_MS)
    await feed.append(workspace_id, NUMBER, changes(4), NOW_MS)

    page = await feed.read(workspace_id, NUMBER, start, 100)

    assert [1, 2, 3, 4] == values(page)
    assert page is not None
    assert not page.more
    assert page.cursor == await feed.head(workspace_id, NUMBER)
    cursors = [orjson.loads(finished)["cursor"] for finished in page.changes]
    assert page.cursor == cursors[-1]
    for left, cursor in enumerate(cursors):
        assert [1, 2, 3, 4][left + 1 :] == values(await feed.read(workspace_id, NUMBER, cursor, 100))


async def test_a_change_is_the_projectors_json_with_a_cursor_in_front(redis: Redis, workspace_id: WorkspaceId) -> None:
    """Nothing of a change is touched on its way, whatever letters it has."""
    feed = Feed(redis)
    start = await feed.head(workspace_id, NUMBER)
    written = {"kind": "message", "value": {"text": 'é "quoted" \U0001f600 \u2028 }{'}}
    cursor = await feed.append(workspace_id, NUMBER, [orjson.dumps(written)], NOW_MS)

    page = await feed.read(workspace_id, NUMBER, start, 1)

    assert page is not None
    assert {"cursor": cursor, **written} == orjson.loads(page.changes[0])


async def test_pages_follow_each_other_and_say_when_there_is_more(redis: Redis, workspace_id: WorkspaceId) -> None:
    """A page ends at the limit, at the byte bound (but is never empty for it), or at the cursor asked for."""
    feed = Feed(redis)
    start = await feed.head(workspace_id, NUMBER)
    await feed.append(workspace_id, NUMBER, [change(count, padding=100) for count in range(7)], NOW_MS)

    first = await feed.read(workspace_id, NUMBER, start, 3)
    assert first is not None
    assert ([0, 1, 2], True) == (values(first), first.more)

    small = await feed.read(workspace_id, NUMBER, first.cursor, 3, bytes_max=10)
    assert small is not None
    assert ([3], True) == (values(small), small.more)

    until = await feed.read(workspace_id, NUMBER, start, 100, until=small.cursor)
    assert until is not None
    assert ([0, 1, 2, 3], small.cursor, False) == (values(until), until.cursor, until.more)

    last = await feed.read(workspace_id, NUMBER, small.cursor, 3)
    assert last is not None
    assert ([4, 5, 6], False) == (values(last), last.more)
    empty = await feed.read(workspace_id, NUMBER, last.cursor, 3)
    assert Page(last.cursor, [], more=False) == empty


async def test_a_page_tells_how_long_what_is_behind_it_is_ours(redis: Redis, workspace_id: WorkspaceId) -> None:
    """Of the commits in it the oldest that tells; no change carries it, and one that is not told is 0."""
    feed = Feed(redis)
    start = await feed.head(workspace_id, NUMBER)
    await feed.append(workspace_id, NUMBER, changes(1, 2), NOW_MS, taken_ms=NOW_MS - 5)
    await feed.append(workspace_id, NUMBER, changes(3), NOW_MS)
    last = await feed.append(workspace_id, NUMBER, changes(4), NOW_MS, taken_ms=NOW_MS - 50)

    async def told(limit: int) -> tuple[int, bool]:
        page = await feed.read(workspace_id, NUMBER, start, limit)
        assert page is not None
        assert [1, 2, 3, 4][:limit] == values(page)
        return page.taken_ms, page.since_ms == position(orjson.loads(page.changes[0])["cursor"]).at_ms

    assert [(0, True), (NOW_MS - 5, True), (NOW_MS - 50, True)] == [await told(limit) for limit in (1, 3, 4)]
    assert last == await feed.head(workspace_id, NUMBER)


async def test_appending_nothing_is_nothing(redis: Redis, workspace_id: WorkspaceId) -> None:
    """No change, no entry, no cursor."""
    feed = Feed(redis)
    assert await feed.append(workspace_id, NUMBER, [], NOW_MS) is None
    assert 0 == await redis.xlen(feed_key(workspace_id, NUMBER))


async def test_a_trimmed_cursor_means_resync(redis: Redis, workspace_id: WorkspaceId) -> None:
    """Once the entry a cursor names is gone, so is the cursor; the same for the feed's start."""
    feed = Feed(redis, Bounds(length_min=3, bytes_max=0))
    start = await feed.head(workspace_id, NUMBER)
    first = await feed.append(workspace_id, NUMBER, changes(1), NOW_MS)
    assert first is not None
    await feed.append(workspace_id, NUMBER, changes(2, 3), NOW_MS)
    assert [1, 2, 3] == values(await feed.read(workspace_id, NUMBER, start, 100))

    await feed.append(workspace_id, NUMBER, changes(4), NOW_MS)

    assert await feed.read(workspace_id, NUMBER, first, 100) is None
    assert await feed.read(workspace_id, NUMBER, start, 100) is None


async def test_a_cursor_of_another_history_means_resync(redis: Redis, workspace_id: WorkspaceId) -> None:
    """After a rebuild or a failover the same entry ids may name other changes: the nonce tells."""
    feed = Feed(redis)
    start = await feed.head(workspace_id, NUMBER)
    old = await feed.append(workspace_id, NUMBER, changes(1), NOW_MS, nonce="aaaa")
    assert old is not None
    await feed.forget(workspace_id, NUMBER)
    assert await feed.read(workspace_id, NUMBER, old, 100) is None

    entry_id = old.partition(".")[0]
    await redis.xadd(feed_key(workspace_id, NUMBER), {"c": change(1), "n": "bbbb"}, id=entry_id)
    fresh_start = await feed.head(workspace_id, NUMBER)

    assert f"{entry_id}.bbbb" == fresh_start
    assert await feed.read(workspace_id, NUMBER, old, 100) is None
    assert await feed.read(workspace_id, NUMBER, start, 100) is None
    assert [] == values(await feed.read(workspace_id, NUMBER, fresh_start, 100))


async def test_the_start_of_another_history_means_resync(redis: Redis, workspace_id: WorkspaceId) -> None:
    """The start of an empty feed has a name of its own each time, the same for everybody who asks."""
    feed = Feed(redis)
    start = await feed.head(workspace_id, NUMBER)
    assert start == await feed.head(workspace_id, NUMBER)
    await feed.forget(workspace_id, NUMBER)
    again = await feed.head(workspace_id, NUMBER)

    assert start != again
    assert await feed.read(workspace_id, NUMBER, start, 100) is None
    assert [] == values(await feed.read(workspace_id, NUMBER, again, 100))


@pytest.mark.parametrize("bad", ["", "x", "1-1", "1-1.", "1-1.a b", "1-1.a\n", "-1-1.aa", f"{2**64}-1.aa", "١-1.aa"])
async def test_a_malformed_cursor_is_told_from_an_old_one(redis: Redis, workspace_id: WorkspaceId, bad: str) -> None:
    """What no feed ever gave out is a mistake of whoever sends it."""
    with pytest.raises(BadCursor):
        await Feed(redis).read(workspace_id, NUMBER, bad, 1)


async def test_the_newest_are_kept_however_old_and_large_they_are(redis: Redis, workspace_id: WorkspaceId) -> None:
    """A feed within its least length loses nothing."""
    feed = Feed(redis, Bounds(length_min=10, age_ms_max=1, bytes_max=1))
    await feed.append(workspace_id, NUMBER, changes(*range(10)), NOW_MS)
    await feed.append(workspace_id, NUMBER, changes(10), NOW_MS * 2)
    assert 10 == await redis.xlen(feed_key(workspace_id, NUMBER))


async def test_beyond_the_least_length_age_trims(redis: Redis, workspace_id: WorkspaceId) -> None:
    """What is young stays; once it is a day old it goes, down to the least length and no further."""
    feed = Feed(redis, Bounds(length_min=5))
    await feed.append(workspace_id, NUMBER, changes(*range(20)), NOW_MS)
    at_ms = position(await feed.head(workspace_id, NUMBER)).at_ms

    await feed.append(workspace_id, NUMBER, changes(20), at_ms + DAY_MS - 60_000)
    assert 21 == await redis.xlen(feed_key(workspace_id, NUMBER))

    await feed.append(workspace_id, NUMBER, changes(21), at_ms + DAY_MS + 60_000)
    assert 5 == await redis.xlen(feed_key(workspace_id, NUMBER))


async def test_beyond_the_least_length_size_trims_exactly(redis: Redis, workspace_id: WorkspaceId) -> None:
    """The oldest go until all changes together fit, not one more; what is counted is what is there."""
    feed = Feed(redis, Bounds(length_min=2, bytes_max=2_000))
    chance = random.Random(7)
    sizes = []
    for count in range(200):
        batch = [change(count, padding=chance.randrange(300)) for _ in range(chance.randrange(1, 4))]
        sizes += [len(one) for one in batch]
        await feed.append(workspace_id, NUMBER, batch, NOW_MS)

        kept = await redis.xlen(feed_key(workspace_id, NUMBER))
        assert sum(sizes[-kept:]) <= 2_000
        assert sum(sizes[-kept - 1 :]) > 2_000 or kept == len(sizes)
        assert str(sum(sizes[-kept:])).encode() == await redis.hget(start_key(workspace_id, NUMBER), "bytes")


async def test_the_products_bounds_are_the_contracts(redis: Redis, workspace_id: WorkspaceId) -> None:
    """The last 10,000 changes are always there; older ones for a day, within 64 MiB."""
    assert Bounds(length_min=10_000, age_ms_max=DAY_MS, bytes_max=64 * 1024 * 1024) == Bounds()
    feed = Feed(redis)
    start = await feed.head(workspace_id, NUMBER)
    for _ in range(11):
        await feed.append(workspace_id, NUMBER, changes(*range(1_000)), NOW_MS)
    assert await feed.read(workspace_id, NUMBER, start, 1) is not None

    for _ in range(5):  # one commit trims a bounded number, the next ones catch up
        await feed.append(workspace_id, NUMBER, changes(0), NOW_MS * 2)
    assert 10_000 == await redis.xlen(feed_key(workspace_id, NUMBER))
    assert await feed.read(workspace_id, NUMBER, start, 1) is None


async def test_appends_from_many_sides_lose_nothing(redis: Redis, workspace_id: WorkspaceId) -> None:
    """Each batch stays together and in its own order; readers on the way see one and the same order."""
    feed = Feed(redis)
    start = await feed.head(workspace_id, NUMBER)

    async def append(first: int) -> None:
        for count in range(first, first + 30, 3):
            await feed.append(workspace_id, NUMBER, changes(count, count + 1, count + 2), NOW_MS)

    async def follow() -> list[int]:
        seen: list[int] = []
        cursor = start
        while len(seen) < 150:
            page = await feed.read(workspace_id, NUMBER, cursor, 7)
            assert page is not None
            seen += values(page)
            cursor = page.cursor
        return seen

    readers = [asyncio.create_task(follow()) for _ in range(3)]
    await asyncio.gather(*(append(first) for first in range(0, 150, 30)))
    seen = await asyncio.gather(*readers)

    assert list(range(150)) == sorted(seen[0])
    assert seen[0] == seen[1] == seen[2]
    assert all(seen[0][at : at + 3] == [seen[0][at], seen[0][at] + 1, seen[0][at] + 2] for at in range(0, 150, 3))


@given(steps=st.lists(st.integers(1, 4) | st.tuples(st.integers(0, 50), st.integers(1, 5)), max_size=25))
@settings(max_examples=40)
async def test_any_interleaving_reads_everything_once_in_order(
    redis_url: str, steps: list[int | tuple[int, int]]
) -> None:
    """However appends and readers alternate, each reader gets what is after its cursor, once, in order."""
    redis = connect(redis_url)
    feed, workspace_id = Feed(redis), WorkspaceId(f"w{uuid.uuid4().hex}")
    readers = [(await feed.head(workspace_id, NUMBER), 0)]  # a cursor, and how many changes lie before it
    appended = 0
    for step in steps:
        if isinstance(step, int):
            await feed.append(workspace_id, NUMBER, changes(*range(appended, appended + step)), NOW_MS)
            appended += step
            readers.append((await feed.head(workspace_id, NUMBER), appended))
        else:
            which, limit = step
            cursor, before = readers[which % len(readers)]
            page = await feed.read(workspace_id, NUMBER, cursor, limit)
            assert page is not None
            assert list(range(before, min(before + limit, appended))) == values(page)
            assert (before + len(page.changes) < appended) == page.more
            readers.append((page.cursor, before + len(page.changes)))
    await redis.aclose()
