"""Reads that leave together come back as if each had been alone."""

import asyncio
import secrets

from redis.exceptions import ResponseError

from services.api.gathering import TOGETHER_MAX, UNDER_WAY_MAX, Gathering
from shared.redis import connect, is_outage

ECHO = "return {KEYS[1], ARGV[1]}"


async def test_each_gets_its_own_answer(redis_url: str) -> None:
    """Of many more than may be under way; the server does not know the script at first."""
    redis = connect(redis_url)
    try:
        gathering = Gathering(redis)
        script = redis.register_script(ECHO + f" -- {secrets.token_hex(8)}")
        places = range(TOGETHER_MAX * UNDER_WAY_MAX * 2)
        for _ in range(2):
            found = await asyncio.gather(*(gathering.run(script, [f"k{n}"], [n]) for n in places))
            assert [[b"k%d" % n, b"%d" % n] for n in places] == found
    finally:
        await redis.aclose()


async def test_what_fails_fails_alone(redis_url: str) -> None:
    """A script that is wrong is nobody else's fault."""
    redis = connect(redis_url)
    try:
        gathering = Gathering(redis)
        good, bad = redis.register_script(ECHO), redis.register_script("return redis.error_reply('no')")
        found = await asyncio.gather(
            *(gathering.run(script, ["k"], [n]) for n, script in enumerate((good, bad, good))), return_exceptions=True
        )
        assert [b"k", b"0"] == found[0]
        assert isinstance(found[1], ResponseError)
        assert [b"k", b"2"] == found[2]
    finally:
        await redis.aclose()


async def test_who_goes_away_takes_nobody_along(redis_url: str) -> None:
    """The others still get theirs."""
    redis = connect(redis_url)
    try:
        gathering = Gathering(redis)
        script = redis.register_script(ECHO)
        asking = [asyncio.create_task(gathering.run(script, ["k"], [n])) for n in range(10)]
        await asyncio.sleep(0)
        asking[3].cancel()
        found = await asyncio.gather(*asking, return_exceptions=True)
        assert isinstance(found[3], asyncio.CancelledError)
        assert [[b"k", b"%d" % n] for n in range(10) if n != 3] == found[:3] + found[4:]
    finally:
        await redis.aclose()


async def test_when_the_store_is_away_everybody_is_told() -> None:
    """Nobody waits for ever."""
    redis = connect("redis://127.0.0.1:1/0")
    try:
        script = redis.register_script(ECHO)
        gathering = Gathering(redis)
        found = await asyncio.gather(*(gathering.run(script, ["k"], [n]) for n in range(5)), return_exceptions=True)
        assert [True] * 5 == [isinstance(each, BaseException) and is_outage(each) for each in found]
    finally:
        await redis.aclose()
