"""Connections to a store that was killed and came back."""

import asyncio
from contextlib import suppress

import pytest

from shared import redis
from tests.real.server import Server
from tests.real.waiting import until_answered

CONNECTIONS = 16
MOMENTS = 60  # turns of the loop that a command takes at most


async def test_after_a_restart_no_command_meets_a_dead_connection(real_redis: Server) -> None:
    """What lay idle in the pool ended with the old server: that is noticed before a command goes over it."""
    store, other = redis.connect(real_redis.url), redis.connect(real_redis.url)

    async def answers() -> bool:
        with suppress(redis.RedisError, OSError):
            return bool(await other.ping())
        return False

    async def asked() -> list[object]:
        return await asyncio.gather(*(store.get(f"nothing {n}") for n in range(CONNECTIONS)))

    try:
        for _ in range(3):
            await asked()
            await asyncio.to_thread(real_redis.kill)
            await asyncio.to_thread(real_redis.start)
            await until_answered(answers, bool)

            assert [None] * CONNECTIONS == await asked()
    finally:
        await store.aclose()
        await other.aclose()


async def _said(store: redis.Redis, word: str) -> object:
    return await store.echo(word)


@pytest.mark.parametrize("is_open", [True, False])
async def test_whoever_is_told_to_stop_stops(redis_url: str, is_open: bool) -> None:
    """In whatever moment of a command that comes, the first included; and the connection is as good as before."""
    for moment in range(MOMENTS):
        async with redis.connect(redis_url) as store:
            if is_open:
                await store.ping()
            asking: asyncio.Task[object] = asyncio.create_task(_said(store, "heard"))
            for _ in range(moment):
                await asyncio.sleep(0)
            if not asking.done():
                asking.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await asking
            assert b"said" == await _said(store, "said")
