"""Faults that need more than one server, with the load and the ledgers of all others: nothing lost, nothing doubled."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

import pytest

from shared.contract.ids import NumberId
from shared.feed import feed_key
from tests.chaos.asked import RESULTS
from tests.chaos.fault import Fault
from tests.chaos.plan import planned
from tests.chaos.run import run
from tests.chaos.scene import Scene
from tests.real import choice
from tests.real.rabbitmq_cluster import NODES, RabbitMQCluster
from tests.real.redis_cluster import RedisCluster
from tests.real.redis_pair import RedisPair
from tests.real.server import RABBITMQ, REDIS, Server

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]

TIMES = 4
DEAD_S = (1.0, 8.0)

Cause = Callable[[Scene], Awaitable[str | None]]


async def agree(name: str, cause: Cause, rabbitmq: Server, redis: Server, folder: Path) -> None:
    """One run; its result stands beside those of `python -m tests.chaos`."""
    seed = int(os.environ.get("SEED") or Random().getrandbits(20))
    try:
        await asyncio.to_thread(rabbitmq.start)
        await asyncio.to_thread(redis.start)
        result = await run(seed, planned(seed, [Fault(name, cause, TIMES)]), rabbitmq, redis, folder)
    finally:
        rabbitmq.remove()
        redis.remove()
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"seed-{seed}-{folder.name}.json").write_text(json.dumps(result.as_json(), indent=1) + "\n")
    assert result.is_good, result.told()
    assert TIMES == len(result.rows)


async def test_a_rabbitmq_node_of_three_dies(tmp_path: Path) -> None:
    """As often as not it is the one that leads the queues."""
    cluster = RabbitMQCluster()

    async def cause(scene: Scene) -> str:
        assert {NODES} == await asyncio.to_thread(cluster.replicas)
        leaders = await asyncio.to_thread(cluster.leaders)
        node = scene.chance.choice(leaders if scene.chance.random() < 0.7 else cluster.nodes)
        await asyncio.to_thread(node.kill)
        await scene.last(scene.chance.uniform(*DEAD_S))
        await asyncio.to_thread(cluster.start)
        return f"led {leaders.count(node)} of {len(leaders)} queues"

    await agree("A RabbitMQ node of three killed", cause, cluster, choice.on_this_machine(REDIS), tmp_path)


async def test_a_redis_cluster_master_dies(tmp_path: Path) -> None:
    """That of the number whose conversations go on: its replica takes over, and then stands by to be the next."""
    cluster = RedisCluster()

    async def cause(scene: Scene) -> None:
        session = await scene.shop.agent.ask("GET", "/v1/session")
        own = feed_key(session["workspace"]["id"], NumberId(scene.shop.number_id))
        node = await asyncio.to_thread(cluster.master_of, own)
        await asyncio.to_thread(node.kill)
        await scene.last(scene.chance.uniform(*DEAD_S))
        await asyncio.to_thread(cluster.start)

    await agree("A Redis Cluster master killed", cause, choice.on_this_machine(RABBITMQ), cluster, tmp_path)


async def test_redis_fails_over_to_its_replica(tmp_path: Path) -> None:
    """The replica is promoted, the address moves, and the old master comes back to follow it."""
    pair = RedisPair()

    async def cause(scene: Scene) -> None:
        await asyncio.to_thread(pair.promote)
        await scene.last(scene.chance.uniform(0, 2))  # until an operator, or whatever stands in for one, has noticed
        for link in scene.to("redis"):
            link.leads_to(pair.url)
            link.cut()
        await scene.last(scene.chance.uniform(*DEAD_S))

    await agree("Redis failed over to its replica", cause, choice.on_this_machine(RABBITMQ), pair, tmp_path)
