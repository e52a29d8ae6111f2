"""The join key: given by the operator, or made once for all processes and shown once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from shared import embedded
from shared.join_key import JoinKey
from shared.redis import Redis
from shared.settings import Settings
from shared.vault import Vault
from tests.integration.shared.stores import connected
from tests.real.logged import logged

KEYS = [b"k" * 32]


def join_key(redis: Redis, keys: list[bytes] = KEYS, **given: str) -> JoinKey:
    """As one process has it."""
    settings = Settings.model_validate(
        {"redis_url": "redis://h", "amqp_url": None, "secret_keys": keys, "signup": "key", "join_key": None, **given}
    )
    return JoinKey(redis, Vault(keys), settings)


@pytest.fixture(params=["embedded", "cluster"])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A store of our own: there is one made key in a store, so other tests' would get in the way."""
    if request.param == "cluster":
        yield request.getfixturevalue("_cluster")
        return
    async with embedded.running(tmp_path) as own:
        yield own


@pytest.fixture
async def empty(url: str) -> AsyncIterator[Redis]:
    """A store without a made key."""
    async with connected(url) as connection:
        await connection.delete("join_key")
        yield connection


async def test_where_signup_is_open_nobody_needs_a_key(empty: Redis) -> None:
    """And none is made."""
    open_door = join_key(empty, signup="open")
    await open_door.announce()

    assert await open_door.admits(None)
    assert await empty.get("join_key") is None


async def test_the_given_key_admits_and_no_other(empty: Redis) -> None:
    """The operator's own key is never stored."""
    given = join_key(empty, join_key="correct horse battery")

    assert await given.admits("correct horse battery")
    for other in (None, "", "correct horse batterx", "correct horse battery\udcff"):
        assert not await given.admits(other)
    assert await empty.get("join_key") is None


async def test_a_made_key_is_shown_once_and_good_in_every_process(empty: Redis, url: str) -> None:
    """Several processes start at once and once more: they agree, and the log has one line."""
    with logged() as lines:
        async with AsyncExitStack() as stack:
            places = [await stack.enter_async_context(connected(url)) for _ in range(8)]
            await asyncio.gather(*(place.get("anything") for place in places))  # connected before they begin
            await asyncio.gather(*(join_key(place).announce() for place in places))
        await join_key(empty).announce()

    (line,) = [entry for entry in lines if entry["event"] == "signup.join_key_made"]
    made = line["join_key"]
    assert await join_key(empty).admits(made)
    assert not await join_key(empty).admits(None)
    assert not await join_key(empty).admits(made[:-1])
    assert made.encode() not in (await empty.get("join_key") or b"")


async def test_a_made_key_is_made_anew_when_its_secret_key_is_gone(empty: Redis) -> None:
    """Nobody is locked out by a dropped key; who has the old join key is."""
    with logged() as lines:
        await join_key(empty).announce()
        await join_key(empty, [b"n" * 32, *KEYS]).announce()
        await join_key(empty, [b"x" * 32]).announce()

    made = [entry["join_key"] for entry in lines if entry["event"] == "signup.join_key_made"]
    assert 2 == len(made)
    assert await join_key(empty, [b"x" * 32]).admits(made[1])
    assert not await join_key(empty, [b"x" * 32]).admits(made[0])
