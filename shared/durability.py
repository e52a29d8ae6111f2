"""Waits until a store has on its disk what was written to it: until then the broker is not told to forget anything."""

import asyncio
from collections.abc import Iterable
from typing import Any, cast

import structlog
from redis.asyncio import RedisCluster
from redis.asyncio.cluster import ClusterNode, PipelineCommand
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from shared.redis import Redis, is_outage
from shared.replicas import WAIT, Replicas

log = structlog.get_logger(__name__)

GATHER_S = 0.01  # whoever comes within it shares the wait
IN_FLIGHT_MAX = 8  # connections of the process's 64 that may be waiting at the same time
AGAIN_S = 600.0  # until a server that cannot say is asked again
MARK_S = 60  # a mark is of no use once it is on disk


class FsyncLate(RedisTimeoutError):
    """The disk has not answered in time; what was written may be lost with the server, and is to be written again."""


class Durability:
    """Of a server, or of those masters of a cluster that hold the given tags.

    WAITAOF speaks of the connection it comes on, and of all that the server had written before that connection's own
    last write: so a mark is written first, and the wait covers what other connections of the pool have written. Servers
    before 7.2 do not know it, and one without an append-only file has nothing to wait for; neither is waited for.
    """

    def __init__(self, redis: Redis, s_max: float) -> None:
        self._redis = redis
        self._cluster = cast("RedisCluster", redis) if isinstance(redis, RedisCluster) else None
        self._ms_max = round(1000 * s_max)
        self._replicas = Replicas(redis)
        self._gathering: dict[str, asyncio.Task[None]] = {}
        self._in_flight = asyncio.Semaphore(IN_FLIGHT_MAX)
        self._ask_s: dict[str, float] = {}

    async def reached(self, tags: Iterable[str]) -> None:
        """Return when all that was answered so far under these tags is on disk, as far as the store can say.

        Raises FsyncLate, which is an outage, when that takes too long.
        """
        if self._ms_max:
            await asyncio.gather(*(self._shared(node, tag) for node, tag in self._nodes(tags)))

    def _nodes(self, tags: Iterable[str]) -> list[tuple[ClusterNode | None, str]]:
        """Each server that holds some of the tags, with one of them."""
        if self._cluster is None:
            return [(None, tag) for tag in list(tags)[:1]]
        found: dict[str, tuple[ClusterNode | None, str]] = {}
        for tag in tags:
            node = self._cluster.get_node_from_key(tag)
            if node is None:
                raise RedisConnectionError("nobody has the slot")
            found[node.name] = node, tag
        return list(found.values())

    async def _shared(self, node: ClusterNode | None, tag: str) -> None:
        name = node.name if node else ""
        asking = self._gathering.get(name)
        if asking is None:
            asking = self._gathering[name] = asyncio.create_task(self._gathered(name, node, tag))
            asking.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.shield(asking)

    async def _gathered(self, name: str, node: ClusterNode | None, tag: str) -> None:
        await asyncio.sleep(GATHER_S)
        async with self._in_flight:
            del self._gathering[name]
            await self._ask(name, node, tag)

    async def _ask(self, name: str, node: ClusterNode | None, tag: str) -> None:
        fsyncs = asyncio.get_running_loop().time() >= self._ask_s.get(name, 0.0)
        replicas = await self._replicas.worth_waiting(node)
        if not fsyncs and not replicas:
            return
        asked: list[tuple[Any, ...]] = [("SET", f"{tag}:durable", 1, "EX", MARK_S)]
        if fsyncs:
            asked.append(("WAITAOF", 1, 0, self._ms_max))
        if replicas:
            asked.append(WAIT)
        marked, *waited = await self._answers(node, asked)
        if isinstance(marked, Exception):
            raise marked
        if fsyncs:
            self._judge(name, waited.pop(0))
        if replicas:
            self._replicas.judge(waited.pop(0), node)

    async def _answers(self, node: ClusterNode | None, asked: list[tuple[Any, ...]]) -> list[Any]:
        """Over one connection."""
        if node is None:
            async with self._redis.pipeline(transaction=False) as pipeline:
                for command in asked:
                    pipeline.execute_command(*command)
                return list(await pipeline.execute(raise_on_error=False))
        commands = [PipelineCommand(n, *command) for n, command in enumerate(asked)]
        try:
            await node.execute_pipeline(commands)
        except (AttributeError, RuntimeError) as error:  # see shared.redis
            raise RedisConnectionError("closed in mid-command") from error
        return [command.result for command in commands]

    def _judge(self, name: str, answer: Any) -> None:
        if isinstance(answer, Exception):
            if is_outage(answer):
                raise answer
            self._ask_s[name] = asyncio.get_running_loop().time() + AGAIN_S
            log.warning("store.cannot_fsync", reason="no WAITAOF, or no append-only file")
        elif answer[0] < 1:
            raise FsyncLate
