"""The door to a Redis Cluster while a master dies and its replica takes over."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Iterator
from typing import cast

import pytest

from shared.contract.ids import NumberId, WorkspaceId
from shared.feed import Feed, feed_key
from shared.redis import Redis, connect, is_outage
from tests.real.asked import ask
from tests.real.redis_cluster import RedisCluster
from tests.real.waiting import until

CALLERS = 24
CHANGE = [b'{"kind":"message","value":{}}']
COUNT = "return redis.call('INCR', KEYS[1])"


@pytest.fixture(scope="module")
def cluster() -> Iterator[RedisCluster]:
    """Three masters and three replicas that the tests may kill."""
    made = RedisCluster()
    try:
        made.start()
        yield made
    finally:
        made.remove()


class Caller:
    """Counts in a slot of its own, and notes what it is told."""

    def __init__(self, redis: Redis, name: int) -> None:
        self._redis = redis
        self.key = f"{{{name}}}:count"
        self.counted = 0
        self.since_error = 0
        self.errors: list[Exception] = []
        self.over = False  # redis-py may lose a cancellation on Python 3.11

    async def count(self) -> None:
        """Until told to stop, once every few milliseconds, and no sooner after an error."""
        while not self.over:
            try:
                await cast("Awaitable[int]", self._redis.eval(COUNT, 1, self.key))
                async with self._redis.pipeline(transaction=False) as pipeline:
                    pipeline.get(self.key)
                    await pipeline.execute()
            except Exception as error:
                self.errors.append(error)
                self.since_error = 0
            else:
                self.counted += 1
                self.since_error += 1
            await asyncio.sleep(0.005)


async def test_a_failover_is_an_outage_and_nothing_runs_twice(cluster: RedisCluster) -> None:
    """Whatever redis-py raises meanwhile passes, and it does not ask a second time by itself."""
    cluster.start()
    redis = connect(cluster.url)
    callers = [Caller(redis, name) for name in range(CALLERS)]
    await redis.get("health")
    counting = [asyncio.create_task(caller.count()) for caller in callers]
    try:
        victim = cluster.master_of(callers[0].key)
        await until(lambda: all(caller.counted for caller in callers), 30)
        await asyncio.to_thread(victim.kill)
        await until(lambda: callers[0].errors, 30)
        await until(lambda: all(caller.since_error > 20 for caller in callers), 60)
        await asyncio.to_thread(cluster.start)  # what comes back hands over what it has, and slots are told anew
        await until(lambda: all(caller.since_error > 20 for caller in callers), 60)
    finally:
        for caller in callers:
            caller.over = True
        await asyncio.wait(counting)
    strange = [error for caller in callers for error in caller.errors if not is_outage(error)]
    assert [] == strange
    for caller in callers:
        stored = int(await redis.get(caller.key) or 0)
        assert stored <= caller.counted + len(caller.errors)
    await redis.aclose()


async def test_connections_that_are_closed_under_a_command_are_an_outage(cluster: RedisCluster) -> None:
    """As redis-py closes them all, whoever uses them, when a cluster says that it is down."""
    cluster.start()
    redis = connect(cluster.url)
    callers = [Caller(redis, name) for name in range(CALLERS)]
    counting = [asyncio.create_task(caller.count()) for caller in callers]
    for _ in range(100):
        await asyncio.sleep(0.01)
        await redis.aclose()
    for caller in callers:
        caller.over = True
    await asyncio.wait(counting)
    assert [] == [error for caller in callers for error in caller.errors if not is_outage(error)]
    await redis.aclose()


@pytest.mark.parametrize("how", ["handed over", "killed"])
async def test_hints_come_from_whichever_master_has_the_slot(cluster: RedisCluster, how: str) -> None:
    """A watcher is woken once it listens again, and hears of what is appended from then on."""
    cluster.start()
    redis, workspace_id, number_id = connect(cluster.url), WorkspaceId(f"w{uuid.uuid4().hex}"), NumberId("1")
    feed, key = Feed(redis), feed_key(workspace_id, number_id)
    async with feed.watching() as watch, asyncio.timeout(60):
        with watch.on(workspace_id, number_id) as growth:
            await growth.wait()
            growth.clear()
            master = cluster.master_of(key)
            if how == "killed":
                await asyncio.to_thread(master.kill)
            else:
                ask(cluster.replica_of(master), "CLUSTER", "FAILOVER")
            await growth.wait()
            # The wait is over too when it only listened anew.
            await until(lambda: master is not cluster.master_of(key))
            growth.clear()
            while not growth.is_set():  # one that comes while the servers still sort themselves out may be lost
                error = await failure(lambda: feed.append(workspace_id, number_id, CHANGE, 1))
                assert error is None or is_outage(error)
                await asyncio.sleep(0.1)
    await redis.aclose()


async def test_a_cluster_is_found_again_at_the_addresses_that_were_given(cluster: RedisCluster) -> None:
    """Everything that was learned meanwhile has become wrong."""
    cluster.start()
    redis = connect(cluster.url)
    await redis.set("kept", "1")
    nodes = redis.nodes_manager  # type: ignore[attr-defined]
    elsewhere = {name: node for name, node in nodes.startup_nodes.items() if node.port == cluster.nodes[0].port}
    for node in cluster.nodes:
        node.kill()
    nodes.startup_nodes = elsewhere  # as if it had learned of this one alone
    error = await failure(lambda: redis.get("kept"))
    assert error is not None
    assert is_outage(error)
    await asyncio.to_thread(cluster.start)
    cluster.nodes[0].kill()
    while (error := await failure(lambda: redis.get("kept"))) is not None:
        assert is_outage(error)
        await asyncio.sleep(0.1)
    assert b"1" == await redis.get("kept")
    await redis.aclose()


async def failure(call: Callable[[], Awaitable[object]]) -> Exception | None:
    """Why it cannot be done now."""
    try:
        await call()
    except Exception as error:
        return error
    return None
