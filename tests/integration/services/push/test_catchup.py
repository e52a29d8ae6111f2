"""From any cursor to live: nothing missing, nothing twice, in order, however appends fall in between."""

import asyncio
import random

import pytest

from shared.feed import Bounds, feed_key
from tests.integration.services.push.live import NUMBER, Push, counts, pushing


async def test_a_socket_resumes_from_its_cursor(push: Push) -> None:
    """What came since, then what comes; there is no empty frame when there is something to say."""
    cursor = await push.append(1)
    await push.append(2, 3)
    async with push.greeted(cursor) as browser:
        assert [2, 3] == counts(await browser.next())
        await push.append(4)
        assert [4] == await browser.hear(1)


async def test_the_start_of_a_feed_is_a_cursor_too(push: Push) -> None:
    """A browser that took its snapshot of an empty number misses nothing of what came first."""
    start = await push.feed.head(push.workspace_id, NUMBER)
    async with push.greeted(start) as early:
        assert start == await early.begin()
        await push.append(1)
        assert [1] == await early.hear(1)
    async with push.greeted(start) as late:
        assert [1] == await late.hear(1)


async def test_a_cursor_ahead_of_the_tail_waits_for_it(redis_url: str) -> None:
    """A snapshot may be newer than what push has read: its cursor wakes the tail, and hears only what follows."""
    async with pushing(redis_url, read_every_s=60) as push, push.greeted() as first:
        await first.begin()
        key = feed_key(push.workspace_id, NUMBER)
        for count in range(3):  # unannounced, so the tail does not know
            await push.ground.redis.xadd(key, {"c": f'{{"kind":"message","value":{{"count":{count}}}}}', "n": "abcd"})
        cursor = await push.feed.head(push.workspace_id, NUMBER)
        async with push.greeted(cursor) as browser:
            assert cursor == await browser.begin()
            assert [0, 1, 2] == await first.hear(3)
            await push.append(3)
            assert ([3], [3]) == (await browser.hear(1), await first.hear(1))


async def test_snapshots_and_changes_race_without_a_hole_or_a_repeat(push: Push) -> None:
    """Wherever the tail is when a cursor comes, the socket joins at that very entry."""
    async with push.greeted() as first:
        await first.begin()
        for count in range(40):
            cursor = await push.append(3 * count, 3 * count + 1)
            async with push.greeted(cursor) as browser:
                await push.append(3 * count + 2)
                assert [3 * count + 2] == await browser.hear(1)
        assert list(range(120)) == await first.hear(120)


@pytest.mark.parametrize("cursor", ["1-1.abcd", "0-0.abcd", "99999999999999-0.abcd", f"{2**64 - 1}-0.abcd"])
async def test_a_cursor_of_no_entry_means_resync(push: Push, cursor: str) -> None:
    """Too old, of another history, or from a future that never came: take a snapshot. The others are not told."""
    await push.append(1)
    async with push.greeted() as other, push.greeted(cursor) as browser:
        await other.begin()
        assert {"type": "resync", "number_id": NUMBER} == await browser.next()
        fresh = await push.append(2)
        assert [2] == await other.hear(1)

        await browser.send(type="subscribe", numbers={NUMBER: fresh})
        assert fresh == await browser.begin()
        await push.append(3)
        assert [3] == await browser.hear(1)


async def test_after_a_resync_nothing_is_told_until_the_snapshots_cursor_comes(push: Push) -> None:
    """What is older than the snapshot must not be laid over it."""
    async with push.greeted("1-1.abcd") as browser:
        assert "resync" == (await browser.next())["type"]
        await push.append(1)
        cursor = await push.append(2)
        await browser.send(type="subscribe", numbers={NUMBER: cursor})
        assert cursor == await browser.begin()


async def test_a_trimmed_cursor_means_resync(redis_url: str) -> None:
    """The entry it names is gone."""
    async with pushing(redis_url, bounds=Bounds(length_min=2, bytes_max=0)) as push:
        cursor = await push.append(1)
        await push.append(2, 3, 4)
        async with push.greeted(cursor) as browser:
            assert "resync" == (await browser.next())["type"]


async def test_a_long_past_comes_in_pages(redis_url: str) -> None:
    """Thousands of changes at the browser's own pace, while more come than may be held for it."""
    async with pushing(redis_url, page_length_max=100, page_bytes_max=20_000, queue_bytes_max=30_000) as push:
        start = await push.feed.head(push.workspace_id, NUMBER)
        for at in range(0, 3_000, 500):
            await push.append(*range(at, at + 500), padding=100)
        async with push.greeted(start) as browser:

            async def go_on() -> None:
                for at in range(3_000, 6_000, 100):
                    await push.append(*range(at, at + 100), padding=100)

            going_on = asyncio.create_task(go_on())
            assert list(range(6_000)) == await browser.hear(6_000)
            await going_on


async def test_a_stalled_resume_is_4408(redis_url: str) -> None:
    """A browser that asks for the past and does not read it holds nothing for ever."""
    async with pushing(redis_url, stall_s_max=0.5, close_s_max=0.5) as push:
        start = await push.feed.head(push.workspace_id, NUMBER)
        for at in range(0, 5_000, 500):
            await push.append(*range(at, at + 500), padding=3_000)
        async with push.greeted(start) as browser:
            await asyncio.sleep(2)
            assert await browser.closed() in (4408, 1006, None)


async def test_resuming_survives_redis_going_away_in_between(push: Push, redis_url: str) -> None:
    """Pages that were told are not told again when reading goes on."""
    redis = push.ground.redis
    start = await push.feed.head(push.workspace_id, NUMBER)
    for at in range(0, 6_000, 500):
        await push.append(*range(at, at + 500), padding=500)
    async with push.greeted(start) as browser:
        heard: list[int] = []
        while len(heard) < 6_000:
            heard += counts(await browser.next())
            if len(heard) < 5_000:
                await redis.connection_pool.disconnect()
        assert list(range(6_000)) == heard
    assert await redis.exists(feed_key(push.workspace_id, NUMBER))


@pytest.mark.parametrize("seed", range(3))
async def test_snapshot_plus_changes_through_any_number_of_disconnects(redis_url: str, seed: int) -> None:
    """Browsers that come and go at random while changes come in bursts each hear every one of them once, in order."""
    chance = random.Random(seed)
    total = 3_000
    settings = {
        "page_length_max": 7,
        "queue_bytes_max": 4_000,
        "sockets_per_token_max": 1_000,
        "handshakes_burst": 9_999,
    }
    async with pushing(redis_url, **settings) as push:  # type: ignore[arg-type]
        start = await push.feed.head(push.workspace_id, NUMBER)
        token = await push.token()

        async def append() -> None:
            at = 0
            while at < total:
                size = min(chance.choice((1, 1, 2, 5, 40)), total - at)
                await push.append(*range(at, at + size))
                at += size
                if chance.random() < 0.5:
                    await asyncio.sleep(chance.random() / 200)

        async def follow() -> list[int]:
            heard: list[int] = []
            cursor = start
            while len(heard) < total:
                async with push.browser() as browser:
                    await browser.hello(token, {NUMBER: cursor})
                    for _ in range(chance.choice((0, 1, 3, 30))):
                        if len(heard) == total:
                            break
                        if chance.random() < 0.1:  # the same as coming back
                            await browser.send(type="unsubscribe", numbers=[NUMBER])
                            await asyncio.sleep(0.005)
                            break
                        frame = await browser.next()
                        assert "changes" == frame["type"], frame
                        heard += counts(frame)
                        cursor = frame["cursor"]
            return heard

        appending = asyncio.create_task(append())
        for heard in await asyncio.gather(*(follow() for _ in range(8))):
            assert list(range(total)) == heard
        await appending
