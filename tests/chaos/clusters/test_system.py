"""The system tests, as they are, on clusters whose nodes die by `kill -9` in the middle and come back."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from random import Random

import pytest

from tests.real.process import ServerProcess
from tests.real.rabbitmq_cluster import RabbitMQCluster
from tests.real.redis_cluster import RedisCluster
from tests.system.promises import kept

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1500)]

PATIENCE = 6  # a failover takes seconds, and so does a node that comes back on a busy machine
DEAD_S = (1.0, 6.0)
WHOLE_S = (1.0, 6.0)
ROUNDS_MIN = 4  # else the tests were over before much had gone wrong

Cluster = RabbitMQCluster | RedisCluster


@asynccontextmanager
async def started(cluster: Cluster) -> AsyncIterator[None]:
    """Removed at the end, whatever happens."""
    try:
        await asyncio.to_thread(cluster.start)
        yield
    finally:
        await asyncio.to_thread(cluster.remove)


async def dying(cluster: Cluster, victim: Callable[[Random], ServerProcess], chance: Random, rounds: list[int]) -> None:
    """One node at a time, again and again, and the cluster is whole in between."""
    while True:
        await asyncio.sleep(chance.uniform(*WHOLE_S))
        node = await asyncio.to_thread(victim, chance)
        await asyncio.to_thread(node.kill)
        rounds.append(node.port)
        await asyncio.sleep(chance.uniform(*DEAD_S))
        await asyncio.to_thread(cluster.start)


async def survives(
    cluster: Cluster, victim: Callable[[Random], ServerProcess], *, amqp_url: str, redis_url: str
) -> None:
    """Every promise is kept, however often a node has died."""
    seed = int(os.environ.get("SEED") or Random().getrandbits(32))
    rounds: list[int] = []
    trouble = asyncio.create_task(dying(cluster, victim, Random(seed), rounds))
    try:
        code, said = await kept(patience=PATIENCE, INBOX_TEST_AMQP_URL=amqp_url, INBOX_TEST_REDIS_URL=redis_url)
        if trouble.done():
            trouble.result()
    finally:
        trouble.cancel()
        with suppress(asyncio.CancelledError):
            await trouble
    print(f"seed {seed}, {len(rounds)} nodes killed\n{said[-300:]}")
    assert 0 == code, said
    assert len(rounds) >= ROUNDS_MIN


async def test_a_rabbitmq_cluster_may_lose_any_node(redis_url: str) -> None:
    """The leader of a queue as often as another; its queues go on with the two that are left."""
    cluster = RabbitMQCluster()

    def victim(chance: Random) -> ServerProcess:
        leaders = cluster.leaders()
        return chance.choice(leaders) if leaders else chance.choice(cluster.nodes)

    async with started(cluster):
        await survives(cluster, victim, amqp_url=cluster.url, redis_url=redis_url)


async def test_a_redis_cluster_may_lose_any_master(amqp_url: str) -> None:
    """Its replica takes over, and it comes back as a replica of that one."""
    cluster = RedisCluster()
    async with started(cluster):
        await survives(
            cluster, lambda chance: chance.choice(cluster.masters()), amqp_url=amqp_url, redis_url=cluster.url
        )
