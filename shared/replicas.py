"""Waits until a replica has what was just written, where there is one: a failover to it then loses nothing of that."""

import asyncio
from typing import Any, cast

import structlog
from redis.asyncio import RedisCluster
from redis.asyncio.cluster import ClusterNode, PipelineCommand
from redis.exceptions import AskError, ResponseError
from redis.exceptions import ConnectionError as RedisConnectionError

from shared.redis import Redis, is_outage

log = structlog.get_logger(__name__)

WAIT_MS_MAX = 200  # a replica in the same data centre answers within a few; one that lags so far is not waited for
LOOK_S = 10.0  # between looks at whether a server has replicas, and whether they have caught up
REDIRECTS_MAX = 3

WAIT = ("WAIT", 1, WAIT_MS_MAX)


class Replicas:
    """Of one server, or of each master of a cluster. A server without any is not waited for."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._cluster = cast("RedisCluster", redis) if isinstance(redis, RedisCluster) else None
        self._worth_waiting: dict[str, bool] = {}
        self._look_s: dict[str, float] = {}

    async def worth_waiting(self, node: ClusterNode | None = None) -> bool:
        """Whether there is a replica that keeps up, as of a few seconds ago."""
        name, now_s = node.name if node else "", asyncio.get_running_loop().time()
        if now_s >= self._look_s.get(name, 0.0):
            try:
                told = await (node or self._redis).execute_command("INFO", "replication")
            except ResponseError as error:
                if is_outage(error):
                    raise
                told = {}  # a managed server that keeps it to itself
            self._worth_waiting[name] = bool(told.get("connected_slaves"))
            self._look_s[name] = now_s + LOOK_S
        return self._worth_waiting[name]

    def judge(self, answer: Any, node: ClusterNode | None = None) -> None:
        """What WAIT has answered; an outage is raised, because then nobody knows what the successor has."""
        if isinstance(answer, Exception):
            raise answer if is_outage(answer) else RedisConnectionError(type(answer).__name__)
        if answer < 1:
            self._worth_waiting[node.name if node else ""] = False
            self._look_s[node.name if node else ""] = asyncio.get_running_loop().time() + LOOK_S
            log.warning("store.replica_late", waited_ms=WAIT_MS_MAX)

    async def run(self, key: str, *command: Any) -> Any:
        """One command on a cluster, and the wait over the same connection, because WAIT speaks of that alone."""
        assert self._cluster is not None
        for _ in range(REDIRECTS_MAX):
            await self._cluster.initialize()
            node = self._cluster.get_node_from_key(key)
            if node is None or not await self.worth_waiting(node):
                return await self._cluster.execute_command(*command)
            asked = [PipelineCommand(0, *command), PipelineCommand(1, *WAIT)]
            await node.execute_pipeline(asked)
            answer, waited = (each.result for each in asked)
            if isinstance(answer, AskError):  # MOVED is one of them: it has not run, and runs elsewhere
                await self._cluster.nodes_manager.move_slot(answer)
                continue
            if isinstance(answer, Exception):
                raise answer
            self.judge(waited, node)
            return answer
        raise RedisConnectionError("slots move")
