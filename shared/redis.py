"""The only place that opens Redis: one address for a server, a TLS server, a socket or a cluster."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import urlsplit

import hiredis
from redis.asyncio import BlockingConnectionPool, RedisCluster
from redis.asyncio import Redis as Server
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import AbstractConnection, Connection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AskError,
    ClusterError,
    MasterDownError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from shared.settings import addresses

# The two share the commands we use; every key of one command, pipeline or script has the same hash tag.
Redis = Server

CLUSTER = "redis+cluster"
PORT = 6379
SOCKET_TIMEOUT_S = 5.0
CONNECTIONS_MAX = 64  # per process; more callers wait for a free one
# Less than the system or, at the worst, the transport has room for: nobody has to wait until it has left.
AT_ONCE_BYTES_MAX = 32 * 1024


_OUTAGES = (
    RedisConnectionError,  # also: the server is loading its data
    RedisTimeoutError,
    OSError,
    OutOfMemoryError,
    ReadOnlyError,
    MasterDownError,
    TryAgainError,
    ClusterError,  # also: the cluster is down
    AskError,  # also MOVED: redis-py follows both by itself, but where we choose the node they say that it was wrong
    RedisClusterException,  # no node answers, or nobody owns the slot; a child of neither RedisError nor OSError
)

# redis-py takes the first word off what it has an exception for, leaves it on the rest, and tells more in a pipeline.
_OUTAGE_TEXT = re.compile(
    r"(^|caused error: )(OOM|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MISCONF|NOREPLICAS|UNBLOCKED)\b"
)


class _Pool(BlockingConnectionPool):
    """Waits for a connection where redis-py's ordinary pool raises, and never hands out one that has ended.

    redis-py overlooks a connection that was closed or reset while it lay idle (it may take the end for a notification):
    after a restart of the server each of those would fail somebody's first command.
    """

    async def ensure_connection(self, connection: AbstractConnection) -> None:
        reader = connection._reader
        if reader is not None and (reader.at_eof() or reader.exception() is not None):
            await connection.disconnect(nowait=True)
        await super().ensure_connection(connection)


class _Own(AbstractConnection):
    """Packs in C what is sent, sends it without a task of its own where it can, and stops when it is told to.

    redis-py packs in Python, which costs a microsecond a word. And up to Python 3.11 its `wait_for` swallows a
    cancellation that comes in the moment of sending: whoever asked for it, a deadline too, waited for ever.
    """

    def pack_command(self, *args: Any) -> list[bytes]:
        first, *words = args
        return [hiredis.pack_command((*first.split(), *words))]

    async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        if self._wrote_at_once(command):
            return
        running = asyncio.current_task()
        told = running.cancelling() if running is not None else 0
        await super().send_packed_command(command, check_health)
        if running is not None and running.cancelling() > told:
            await self.disconnect(nowait=True)  # an answer is on its way that nobody waits for
            raise asyncio.CancelledError

    def _wrote_at_once(self, command: Any) -> bool:
        """Write it if there is nothing to wait for; else nothing is written."""
        writer = self._writer
        if writer is None or self.health_check_interval or not isinstance(command, list):
            return False
        transport = writer.transport
        if transport.is_closing() or transport.get_write_buffer_size() or sum(map(len, command)) > AT_ONCE_BYTES_MAX:
            return False
        writer.writelines(command)
        return True


class _Connection(_Own, Connection):
    """To a node of a cluster: redis-py closes one under whoever is using it when slots move or the cluster is down."""

    async def send_packed_command(self, *args: Any, **settings: Any) -> None:
        try:
            await super().send_packed_command(*args, **settings)
        except (AttributeError, RuntimeError) as error:
            raise RedisConnectionError("closed in mid-command") from error

    async def read_response(self, *args: Any, **settings: Any) -> Any:
        try:
            return await super().read_response(*args, **settings)
        except (AttributeError, RuntimeError) as error:
            raise RedisConnectionError("closed in mid-command") from error


class _Cluster(RedisCluster):
    """Finds a cluster again of which no node is where it was.

    redis-py forgets the addresses it was given once it has learned those of the nodes, and then knows nobody when all
    of these have changed, as they do when a cluster is restarted in Kubernetes.
    """

    _given: dict[str, ClusterNode] = {}

    async def initialize(self, *args: Any, **settings: Any) -> RedisCluster:
        given = self._given = self._given or dict(self.nodes_manager.startup_nodes)
        try:
            return await super().initialize(*args, **settings)
        except (RedisClusterException, RedisError, OSError):
            self.nodes_manager.startup_nodes |= given
            raise


def connect(url: str, *, blocking: bool = False) -> Redis:
    """A lazy connection pool for `redis://`, `rediss://`, `unix://` or `redis+cluster://`; replies are bytes.

    `blocking` is for commands that wait on purpose: no read timeout, because redis-py would repeat the command.
    """
    timeout_s = None if blocking else SOCKET_TIMEOUT_S
    settings: dict[str, Any] = {"socket_timeout": timeout_s, "socket_connect_timeout": SOCKET_TIMEOUT_S}
    # A silent second try could run a script twice; whoever calls decides what a lost answer means.
    retry = Retry(NoBackoff(), 0)
    if url.startswith(CLUSTER):
        return cast("Redis", _cluster(addresses(url), retry=retry, **settings))
    pool = _Pool.from_url(url, retry=retry, max_connections=CONNECTIONS_MAX, timeout=SOCKET_TIMEOUT_S, **settings)
    kind = pool.connection_class  # by the address: over TCP, TLS or a socket
    pool.connection_class = type(f"Own{kind.__name__}", (_Own, kind), {})
    return Server.from_pool(pool)


def _cluster(nodes: Sequence[str], **settings: Any) -> RedisCluster:
    """Any one node tells of the others; the first address has the password of all."""
    others = [urlsplit(node) for node in nodes[1:]]
    seeds = [ClusterNode(other.hostname or "", other.port or PORT) for other in others]
    cluster = _Cluster.from_url(nodes[0].replace(CLUSTER, "redis", 1), startup_nodes=seeds, **settings)
    cluster.connection_kwargs["connection_class"] = _Connection  # of the nodes that it will learn of
    for node in cluster.nodes_manager.startup_nodes.values():
        node.connection_class = _Connection
    return cluster


def is_outage(error: BaseException) -> bool:
    """Whether the store is away or cannot take writes now, so that the same call may succeed later."""
    if isinstance(error, _OUTAGES):
        return True
    return isinstance(error, ResponseError) and _OUTAGE_TEXT.search(str(error)) is not None


__all__ = ["Redis", "RedisError", "connect", "is_outage"]
