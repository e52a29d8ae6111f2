"""What was answered is on a replica, of a single master and in a cluster; nobody waits for one that is not there."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from services.sender.books import Books
from services.sender.claims import Claims
from services.sender.pace import Rates
from services.sender.scripts import Scripts
from shared.contract.ids import NumberId, WorkspaceId
from shared.redis import connect
from shared.replicas import WAIT_MS_MAX
from tests.integration.services.sender.orders import order, workspace
from tests.real.process import ServerProcess
from tests.real.redis_cluster import RedisCluster
from tests.real.redis_pair import redis_pair

FROZEN_S = 0.1

Took = Callable[[], Awaitable[float]]


@asynccontextmanager
async def of_pair() -> AsyncIterator[tuple[ServerProcess, Took]]:
    """The replica, and how long a claim takes."""
    async with redis_pair() as pair:
        redis = connect(pair.address.url)
        claims = Claims(Scripts(redis), Scripts(redis, durable=True))
        yield pair.replica, lambda: took(claims, workspace())
        await redis.aclose()


@asynccontextmanager
async def of_cluster() -> AsyncIterator[tuple[ServerProcess, Took]]:
    """The same for the master of one number."""
    cluster = RedisCluster()
    try:
        await asyncio.to_thread(cluster.start)
        redis = connect(cluster.url)
        claims, ids = Claims(Scripts(redis), Scripts(redis, durable=True)), workspace()
        master = cluster.master_of(f"{{{ids['workspace_id']}:{ids['number_id']}}}")
        yield cluster.replica_of(master), lambda: took(claims, ids)
        await redis.aclose()
    finally:
        cluster.remove()


async def took(claims: Claims, ids: dict[str, str]) -> float:
    """How long it took to claim one more message."""
    began_s = time.monotonic()
    assert await claims.take(order(ids, f"m{began_s}"))
    return time.monotonic() - began_s


@pytest.mark.parametrize("servers", [of_pair, of_cluster])
async def test_a_claim_is_answered_when_a_replica_has_it(
    servers: Callable[[], AbstractAsyncContextManager[tuple[ServerProcess, Took]]],
) -> None:
    """A slow one is waited for, but not for long, and then not again for a while."""
    async with servers() as (replica, took):
        await took()
        asyncio.get_running_loop().call_later(FROZEN_S, replica.thaw)
        replica.freeze()
        assert FROZEN_S * 0.9 < await took()

        replica.freeze()
        assert WAIT_MS_MAX / 1000 * 0.9 < await took()
        assert min([await took() for _ in range(3)]) < FROZEN_S
        replica.thaw()


async def test_what_is_parked_is_answered_when_a_replica_has_it() -> None:
    """The broker forgets the command afterwards."""
    async with redis_pair() as pair:
        redis, ids = connect(pair.address.url), workspace()
        parking = Books.opened(redis, Rates(), ids["workspace_id"]).parking
        own = WorkspaceId(ids["workspace_id"]), NumberId(ids["number_id"])
        await parking.park(*own, 0, 1, b"first", refused=False)
        pair.replica.freeze()
        asyncio.get_running_loop().call_later(FROZEN_S, pair.replica.thaw)
        began_s = time.monotonic()
        assert "parked" == await parking.park(*own, 0, 2, b"second", refused=False)
        assert FROZEN_S * 0.9 < time.monotonic() - began_s
        await redis.aclose()
