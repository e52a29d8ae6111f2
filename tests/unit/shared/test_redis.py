"""The door to Redis: which errors mean "later", and no silent second try."""

import pytest
from redis._parsers.base import BaseParser
from redis.asyncio import RedisCluster
from redis.exceptions import (
    ClusterError,
    DataError,
    NoScriptError,
    RedisClusterException,
    ResponseError,
    SlotNotCoveredError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from shared.redis import connect, is_outage


@pytest.mark.parametrize(
    "error",
    [
        RedisConnectionError("Error 111 connecting"),
        RedisTimeoutError("Timeout reading"),
        TimeoutError(),
        ConnectionResetError(),
        ClusterError("TTL exhausted."),
        RedisClusterException("Redis Cluster cannot be connected."),
        SlotNotCoveredError("Slot 1 is not covered by the cluster."),
    ],
)
def test_these_pass(error: Exception) -> None:
    """The same call may succeed later, so it is tried again and nothing is thrown away."""
    assert is_outage(error)


@pytest.mark.parametrize(
    "line",
    [
        "OOM command not allowed when used memory > 'maxmemory'.",
        "OOM command not allowed when used memory > 'maxmemory'. script: 6e1a, on @user_script:1.",
        "LOADING Redis is loading the dataset in memory",
        "READONLY You can't write against a read only replica.",
        "MASTERDOWN Link with MASTER is down",
        "CLUSTERDOWN The cluster is down",
        "MOVED 3999 127.0.0.1:6381",
        "TRYAGAIN Multiple keys request during rehashing of slot",
        "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
        "NOREPLICAS Not enough good replicas to write.",
        "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)",
    ],
)
def test_these_answers_pass(line: str) -> None:
    """As redis-py reads them from the wire, alone and in a pipeline."""
    error: Exception = BaseParser.parse_error(line)  # type: ignore[no-untyped-call]
    assert is_outage(error)
    error.args = (f"Command # 1 (SET a b) of pipeline caused error: {error.args[0]}",)
    assert is_outage(error)


@pytest.mark.parametrize(
    "error",
    [ResponseError("WRONGTYPE Operation against a key"), NoScriptError("NOSCRIPT"), DataError(), ValueError("OOM")],
)
def test_these_stay(error: Exception) -> None:
    """They are faults of ours, and trying again would only hide them."""
    assert not is_outage(error)


async def test_an_address_leads_to_a_server_or_a_cluster() -> None:
    """One setting for both, and neither is asked before the first command."""
    cluster = connect("redis+cluster://:secret@127.0.0.1:1,redis+cluster://:secret@127.0.0.2")
    assert isinstance(cluster, RedisCluster)
    assert {"127.0.0.1:1", "127.0.0.2:6379"} == set(cluster.nodes_manager.startup_nodes)
    assert {"secret"} == {node.connection_kwargs["password"] for node in cluster.nodes_manager.startup_nodes.values()}
    assert 0 == cluster.retry.get_retries()
    for url in ("redis://127.0.0.1:1/3", "rediss://127.0.0.1:1", "unix:///tmp/nowhere.sock"):
        server = connect(url)
        assert not isinstance(server, RedisCluster)
        await server.aclose()
    await cluster.aclose()
