"""Hints over Redis's sharded pub/sub, lossy by design: one connection per server, for any number of names."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, cast

import structlog
from redis.asyncio import RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import RedisClusterException, RedisError

from shared.ear import Ear
from shared.redis import Redis

log = structlog.get_logger(__name__)

REROUTE_S = 0.3  # between looks at a cluster that has no answer yet

# RESP2 gives announcements as plain answers. No timeout of redis-py's own: on Python 3.11 it can swallow a
# cancellation, and the ear notices a silent server by itself.
_PLAIN: dict[str, Any] = {"protocol": 2, "socket_timeout": None}


class Growth(asyncio.Event):
    """Set when something may have been announced; `said` are the latest announcements that nobody has taken yet."""

    def __init__(self, said_max: int = 0) -> None:
        super().__init__()
        self.said: deque[bytes] = deque(maxlen=said_max)


class Announcements:
    """Wakes whoever waits for a name: on each announcement, and on each (re)subscription."""

    def __init__(self, redis: Redis, group: asyncio.TaskGroup) -> None:
        # The type of the door says server; a cluster is told apart here alone.
        self._cluster = cast("RedisCluster", redis) if isinstance(redis, RedisCluster) else None
        self._server = redis
        self._group = group
        self._tasks: list[asyncio.Task[None]] = []
        self._growths: dict[str, set[Growth]] = {}
        self._ears: dict[str, Ear] = {}  # by address
        self._routes: dict[str, Ear] = {}  # by name; what is missing is routed when the cluster is known
        self._astray = asyncio.Event()
        self._stopped = False

    @contextlib.contextmanager
    def on(self, name: str, said_max: int = 0) -> Iterator[Growth]:
        """An event that is set whenever something may have been announced under this name."""
        growth = Growth(said_max)
        growths = self._growths.setdefault(name, set())
        growths.add(growth)
        if len(growths) == 1:
            self._route(name)
        try:
            yield growth
        finally:
            growths.discard(growth)
            if not growths:
                del self._growths[name]
                ear = self._routes.pop(name, None)
                if ear is not None:
                    ear.unwant(name)

    def start(self) -> None:
        """Begin to follow the cluster, if it is one."""
        if self._cluster is not None:
            self._astray.set()
            self._tasks.append(self._group.create_task(self._follow(self._cluster)))

    def stop(self) -> None:
        """Close every connection."""
        self._stopped = True
        for task in self._tasks:
            task.cancel()

    def _heard(self, name: str, said: bytes | None) -> None:
        for growth in self._growths.get(name, ()):
            if said is not None:
                growth.said.append(said)
            growth.set()

    def _route(self, name: str) -> None:
        ear = self._ear(name)
        before = self._routes.get(name)
        if ear is None or ear is before:
            return
        if before is not None:
            before.unwant(name)
        self._routes[name] = ear
        ear.want(name)

    def _ear(self, name: str) -> Ear | None:
        if self._cluster is None:
            pool = self._server.connection_pool
            return self._listening("", lambda: pool.connection_class(**{**pool.connection_kwargs, **_PLAIN}))
        try:
            node: ClusterNode | None = self._cluster.get_node_from_key(name)
        except RedisClusterException:  # nobody owns the slot now
            node = None
        if node is None:
            self._astray.set()
            return None
        kind, settings = node.connection_class, node.connection_kwargs
        return self._listening(node.name, lambda: kind(**{**settings, **_PLAIN}))

    def _listening(self, address: str, connection: Callable[[], AbstractConnection]) -> Ear:
        if address not in self._ears:
            ear = Ear(connection, self._heard, self._astray.set)
            self._ears[address] = ear
            self._tasks.append(self._group.create_task(ear.listen()))
        return self._ears[address]

    async def _follow(self, cluster: RedisCluster) -> None:
        """Learn who owns which slot again whenever an ear finds that it asks the wrong server, or none."""
        # A cancellation that redis-py loses on Python 3.11 must not keep this going.
        while not self._stopped:
            await self._astray.wait()
            self._astray.clear()
            try:
                await cluster.nodes_manager.initialize()
            except (RedisError, RedisClusterException, OSError) as outage:
                log.warning("announcements.unrouted", error=type(outage).__name__)
                self._astray.set()
            for name in list(self._growths):
                self._route(name)
            await asyncio.sleep(REROUTE_S)


@contextlib.asynccontextmanager
async def listening(redis: Redis) -> AsyncIterator[Announcements]:
    """Announcements for as long as the context is entered; connects in the background and for ever."""
    async with asyncio.TaskGroup() as group:
        announcements = Announcements(redis, group)
        announcements.start()
        try:
            yield announcements
        finally:
            announcements.stop()
