"""The only place that opens Redis: one address for a server, a TLS server, a socket or a cluster."""

import re
from typing import Any, cast
from urllib.parse import urlsplit

from redis.asyncio import BlockingConnectionPool
from redis.asyncio import Redis as Server
from redis.asyncio import RedisCluster as Cluster
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
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

# The two share the commands we use; every key of one command, pipeline or script has the same hash tag.
Redis = Server

SOCKET_TIMEOUT_S = 5.0
CONNECTIONS_MAX = 64  # per process; more callers wait for a free one


_OUTAGES = (
    RedisConnectionError,  # also: the server is loading its data
    RedisTimeoutError,
    OSError,
    OutOfMemoryError,
    ReadOnlyError,
    MasterDownError,
    TryAgainError,
    ClusterError,  # also: the cluster is down
    RedisClusterException,  # no node answers, or nobody owns the slot; a child of neither RedisError nor OSError
)

# redis-py takes the first word off what it has an exception for, leaves it on the rest, and tells more in a pipeline.
_OUTAGE_TEXT = re.compile(r"(^|caused error: )(OOM|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MISCONF|NOREPLICAS)\b")


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


def connect(url: str, *, blocking: bool = False) -> Redis:
    """A lazy connection pool for `redis://`, `rediss://`, `unix://` or `redis+cluster://`; replies are bytes.

    `blocking` is for commands that wait on purpose: no read timeout, because redis-py would repeat the command.
    """
    timeout_s = None if blocking else SOCKET_TIMEOUT_S
    settings: dict[str, Any] = {"socket_timeout": timeout_s, "socket_connect_timeout": SOCKET_TIMEOUT_S}
    # A silent second try could run a script twice; whoever calls decides what a lost answer means.
    retry = Retry(NoBackoff(), 0)
    if urlsplit(url).scheme == "redis+cluster":
        cluster = Cluster.from_url(url.replace("redis+cluster", "redis", 1), **settings)
        return cast("Redis", cluster)
    return Server.from_pool(
        _Pool.from_url(url, retry=retry, max_connections=CONNECTIONS_MAX, timeout=SOCKET_TIMEOUT_S, **settings)
    )


def is_outage(error: BaseException) -> bool:
    """Whether the store is away or cannot take writes now, so that the same call may succeed later."""
    if isinstance(error, _OUTAGES):
        return True
    return isinstance(error, ResponseError) and _OUTAGE_TEXT.search(str(error)) is not None


__all__ = ["Redis", "RedisError", "connect", "is_outage"]
