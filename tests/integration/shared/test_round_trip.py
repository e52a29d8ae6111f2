"""Many commands and their answers at once, against a real server."""

import asyncio
import secrets
from collections.abc import AsyncIterator

import pytest
from redis.exceptions import NoScriptError, ResponseError

from shared import redis
from shared.redis import Redis, is_outage
from shared.round_trip import round_trip
from tests.integration.shared.stores import connected
from tests.real.server import Server


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[Redis]:
    """A server; a cluster is asked otherwise."""
    async with connected(redis_url) as connection:
        yield connection


async def test_each_has_its_answer_or_its_error(store: Redis) -> None:
    """In order, and an error of one is nobody else's."""
    key = f"trip:{secrets.token_hex(6)}"
    answers = await round_trip(
        store,
        [
            ("SET", key, b"\x00\xff"),
            ("GET", key),
            ("HGET", key, "f"),
            ("EVALSHA", "0" * 40, 0),
            ("INCRBY", key + "n", 7),
        ],
    )
    assert (True, b"\x00\xff", 7) == (answers[0] in (True, b"OK"), answers[1], answers[4])
    assert (ResponseError, NoScriptError) == (type(answers[2]), type(answers[3]))


async def test_whoever_gives_up_leaves_no_answer_behind(store: Redis) -> None:
    """What was asked on that connection is never taken for somebody else's answer."""
    key = f"trip:{secrets.token_hex(6)}"
    for _ in range(5):
        asking = asyncio.create_task(round_trip(store, [("SET", key, "mine"), ("BLPOP", f"{key}:none", 1)]))
        await asyncio.sleep(0.01)
        asking.cancel()
        await asyncio.wait([asking])
        assert [b"here"] == await round_trip(store, [("ECHO", "here")])


async def test_what_is_more_than_a_write_holds_arrives(store: Redis) -> None:
    """Megabytes leave as the server takes them."""
    key, large = f"trip:{secrets.token_hex(6)}", secrets.token_bytes(3_000_000)
    answers = await round_trip(store, [("SET", key, large, "EX", 60), ("GET", key)])
    assert large == answers[1]


async def test_a_server_that_goes_away_is_an_outage_and_is_found_again(real_redis: Server) -> None:
    """Whoever asked knows to ask again."""
    store = redis.connect(real_redis.url)
    try:
        await round_trip(store, [("PING",)])
        real_redis.kill()
        with pytest.raises(Exception) as failure:  # noqa: PT011 (any, so long as it is an outage)
            await round_trip(store, [("PING",)])
        assert is_outage(failure.value)
        real_redis.start()
        assert [b"here"] == await round_trip(store, [("ECHO", "here")])
    finally:
        await store.aclose()
