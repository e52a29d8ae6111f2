"""One reader for each followed number: it outlives Redis, hints that are lost, and histories that end."""

import asyncio
from contextlib import suppress
from typing import Any

import orjson
from prometheus_client import REGISTRY

from shared.feed import Feed, feed_key
from shared.process import now_ms
from shared.redis import RedisError, connect
from tests.integration.services.push.live import NUMBER, OTHER, Browser, Push, change, pushing
from tests.real.proxy import proxied
from tests.real.waiting import S_MAX, until_answered


async def test_a_change_is_told_when_it_comes_and_not_at_the_next_look(redis_url: str) -> None:
    """The hint wakes the tail."""
    async with pushing(redis_url, read_every_s=10 * S_MAX) as push, push.greeted() as browser:
        await browser.begin()
        for count in range(20):
            await push.append(count)
            assert [count] == await browser.hear(1)


async def test_how_late_changes_are_is_measured_when_they_are_given_to_the_sockets(redis_url: str) -> None:
    """From the commit, and from when what is behind them was taken in, where that is told."""

    def counts() -> tuple[float, float]:
        told = REGISTRY.get_sample_value
        lag = told("inbox_lag_seconds_bucket", {"until": "shown", "le": "60.0"}) or 0
        return told("inbox_push_feed_lag_seconds_count") or 0, lag - (
            told("inbox_lag_seconds_bucket", {"until": "shown", "le": "30.0"}) or 0
        )

    async with pushing(redis_url) as push, push.greeted() as browser:
        await browser.begin()
        before = counts()
        await push.append(1)
        assert [1] == await browser.hear(1)
        await push.feed.append(push.workspace_id, NUMBER, [change(2)], now_ms(), taken_ms=now_ms() - 40_000)
        assert [2] == await browser.hear(1)
        assert (2, 1) == tuple(now - was for was, now in zip(before, counts(), strict=True))


async def test_little_is_told_as_it_was_announced(redis_url: str) -> None:
    """Nobody reads it again: here it is not even in the feed. Of another place, or in part, it is only a hint."""
    async with pushing(redis_url, read_every_s=10 * S_MAX) as push, push.greeted() as browser:
        await browser.begin()
        await push.append(1)
        assert [1] == await browser.hear(1)
        before = browser.cursors[NUMBER]
        at_ms = int(before.partition("-")[0]) + 1

        await push.announce(f"{before}\nabcd\n0\n{at_ms}-0\n{change(2).decode()}\n{at_ms}-1\n{change(3).decode()}")
        assert [2, 3] == await browser.hear(2)
        assert f"{at_ms}-1.abcd" == browser.cursors[NUMBER]

        await push.announce(f"{before}\nabcd\n0\n{at_ms}-1\n{change(3).decode()}")  # told already
        await push.announce(f"{at_ms}-1.other\nabcd\n0\n{at_ms}-2\n{change(4).decode()}")  # of another history
        frame = await browser.next()
        assert "resync" == frame["type"]  # it was looked up, and is not there


async def test_what_is_announced_and_what_is_read_makes_one_feed(redis_url: str) -> None:
    """Small and large commits from several sides: each change once, in the order of the feed."""
    async with pushing(redis_url, read_every_s=10 * S_MAX) as push, push.greeted() as browser:
        start = await browser.begin()

        async def side(first: int) -> None:
            for count in range(first, first + 40):
                padding = 20_000 if count % 7 == 0 else 0
                changes = [change(count, padding), change(1000 + count)]
                await push.feed.append(push.workspace_id, NUMBER, changes, now_ms())

        _, _, _, heard = await asyncio.gather(side(0), side(100), side(200), browser.hear(240))
        page = await push.feed.read(push.workspace_id, NUMBER, start, 1000)
        assert page is not None
        assert [orjson.loads(each)["value"]["count"] for each in page.changes] == heard
        assert page.cursor == browser.cursors[NUMBER]


async def test_what_no_hint_announced_is_found_at_the_next_look(redis_url: str) -> None:
    """Hints are lossy by design: every tail looks for itself now and then."""
    async with pushing(redis_url, read_every_s=0.3) as push, push.greeted() as browser:
        await browser.begin()
        key = feed_key(push.workspace_id, NUMBER)
        await push.ground.redis.xadd(key, {"c": '{"kind":"message","value":{"count":7}}', "n": "abcd"})
        assert [7] == await browser.hear(1)


async def test_nothing_is_lost_while_redis_cannot_be_reached(redis_url: str) -> None:
    """Sockets stay open, and hear what came meanwhile as soon as Redis answers again."""
    async with proxied(redis_url) as proxy, pushing(proxy.url) as push:
        redis = connect(redis_url)
        direct = Push(push.origin, push.ground, push.http, push.workspace_id, Feed(redis))
        async with push.greeted() as browser:
            await browser.begin()
            proxy.refuse()
            await direct.append(1, 2)
            await asyncio.sleep(0.5)
            proxy.refuse(False)
            assert [1, 2] == await browser.hear(2)
            await direct.append(3)
            assert [3] == await browser.hear(1)
        await redis.aclose()


async def test_a_restart_of_redis_loses_nothing(real_redis: Any) -> None:
    """Stopped in good order and started again: no resync, no hole."""
    async with pushing(real_redis.url) as push, push.greeted() as browser:
        await browser.begin()
        await push.append(1)
        assert [1] == await browser.hear(1)
        real_redis.stop()
        await asyncio.sleep(0.3)
        real_redis.start()
        await until_answered(lambda: answers(push), bool)
        await push.append(2)
        assert [2] == await browser.hear(1)


async def test_a_killed_redis_goes_on(real_redis: Any) -> None:
    """What it had answered for is still there, and sockets hear the rest."""
    async with pushing(real_redis.url) as push, push.greeted() as browser:
        await browser.begin()
        await push.append(1)
        assert [1] == await browser.hear(1)
        real_redis.kill()
        real_redis.start()
        await until_answered(lambda: answers(push), bool)
        await push.append(2)
        assert [2] == await browser.hear(1)


async def test_a_store_that_forgot_its_last_write_means_resync(push: Push) -> None:
    """A failover may lose what was told already: whoever stood on it takes a snapshot, and goes on from there."""
    async with push.greeted() as browser:
        await browser.begin()
        lost = await push.append(1)
        assert [1] == await browser.hear(1)
        await push.ground.redis.xdel(feed_key(push.workspace_id, NUMBER), lost.partition(".")[0])
        cursor = await push.append(2)
        assert {"type": "resync", "number_id": NUMBER} == await browser.next()
        await browser.send(type="subscribe", numbers={NUMBER: cursor})
        await browser.begin()
        await push.append(3)
        assert [3] == await browser.hear(1)


async def test_another_history_means_resync_for_everybody_who_follows(push: Push) -> None:
    """After a rebuild or a failover nobody may go on from where they stood; other numbers are not touched."""
    async with (
        push.greeted() as one,
        push.greeted() as two,
        push.greeted(number_id=OTHER) as other,
    ):
        await one.begin()
        await two.begin()
        await other.begin(OTHER)
        await push.append(1)
        assert ([1], [1]) == (await one.hear(1), await two.hear(1))
        await push.feed.forget(push.workspace_id, NUMBER)
        await push.append(2)
        for browser in (one, two):
            assert {"type": "resync", "number_id": NUMBER} == await browser.next()
        await push.append(3, number_id=OTHER)
        assert [3] == await other.hear(1, OTHER)


async def test_a_tail_ends_with_its_last_follower(push: Push) -> None:
    """Nobody watches, nobody reads."""
    before = await subscribed(push)
    async with push.greeted() as browser:
        await browser.begin()
        await until_answered(lambda: subscribed(push), lambda count: count == before + 1)
        await browser.send(type="unsubscribe", numbers=[NUMBER])
        await until_answered(lambda: subscribed(push), lambda count: count == before)
        await browser.send(type="subscribe", numbers={NUMBER: None})
        await browser.begin()
    await until_answered(lambda: subscribed(push), lambda count: count == before)


async def test_many_sockets_hear_the_same(redis_url: str) -> None:
    """A few hundred on one number: every change, once, in order, for each of them."""
    async with pushing(redis_url, sockets_per_token_max=1_000) as push:
        token = await push.token()
        browsers: list[Browser] = []

        async def join() -> None:
            socket = await push.http.ws_connect(f"{push.origin}/v1/live", protocols=["cloud-inbox.v1"])
            browser = Browser(socket)
            await browser.hello(token, {NUMBER: None})
            await browser.begin()
            browsers.append(browser)

        await asyncio.gather(*(join() for _ in range(90)))
        for turn in range(20):
            await push.append(*range(turn * 5, turn * 5 + 5))
        heard = await asyncio.gather(*(browser.hear(100) for browser in browsers))
        assert [list(range(100))] * 90 == heard
        for browser in browsers:
            await browser.socket.close()


async def answers(push: Push) -> bool:
    """Whether Redis takes commands again."""
    with suppress(RedisError):
        return bool(await push.ground.redis.ping())
    return False


async def subscribed(push: Push) -> int:
    """How many connections listen for the growth of the workspace's feed."""
    key = feed_key(push.workspace_id, NUMBER)
    told: list[Any] = await push.ground.redis.execute_command("PUBSUB", "SHARDNUMSUB", key)  # type: ignore[no-untyped-call]
    return int(told[1])
