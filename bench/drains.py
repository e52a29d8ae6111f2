"""How each side of a projector's stage is started, and how facts are laid before it."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiormq
from aiormq import spec

from bench.backlog import Drain, Opened
from bench.comparators import writes
from bench.program import PYTHON, Program
from bench.servers import Servers
from bench.sides import connected, settings
from bench.webhooks import NUMBER_ID
from services.api.store import ChatStores
from shared import redis
from shared.broker.amqp.declaration import named
from shared.contract.ids import NumberId, WorkspaceId
from shared.topology import BATCH_EVENTS_MAX, EVENTS
from tests.real.server import free_port

TOGETHER = 100  # on their way to the broker at once
PERSISTENT = spec.Basic.Properties(delivery_mode=2)


@asynccontextmanager
async def inbox(servers: Servers, folder: Path) -> AsyncIterator[Drain]:
    """`python -m services.api.projector`, its settings at their defaults; batches as large as ingest makes them."""
    key, namespace, port = secrets.token_bytes(32), f"bench-{secrets.token_hex(6)}", free_port()
    workspace_id, _ = await connected(servers, key)
    told = settings(servers, key, namespace, port)
    async with (
        redis.connect(servers.redis.url) as store,
        Program([PYTHON, "-m", "services.api.projector"], port, told, folder / "projector.log") as projector,
    ):
        messages = ChatStores(store).of(workspace_id, NumberId(NUMBER_ID)).key("messages")
        fill = publisher(servers.rabbitmq.url, named(namespace, EVENTS.name), "", BATCH_EVENTS_MAX)
        yield Drain("ours", workspace_id, fill, messages, projector.pid)


@asynccontextmanager
async def idiomatic(servers: Servers, folder: Path) -> AsyncIterator[Drain]:
    """aio-pika and redis-py, one message, one acknowledgement, one write at a time."""
    prefix = f"bench-{secrets.token_hex(6)}"
    told = {"AMQP_URL": servers.rabbitmq.url, "REDIS_URL": servers.redis.url, "QUEUE": prefix, "PREFIX": prefix}
    async with _program("bench.comparators.projector", told, folder / "idiomatic.log") as program:
        fill = publisher(servers.rabbitmq.url, "", prefix, 1)
        yield Drain("idiomatic", WorkspaceId("bench"), fill, writes.messages(prefix), program.pid)


@asynccontextmanager
async def pipelined(servers: Servers, folder: Path) -> AsyncIterator[Drain]:
    """The same writes in large pipelines, from a file: what the store alone would allow."""
    prefix = f"bench-{secrets.token_hex(6)}"
    spool = folder / f"{prefix}.spool"
    told = {"REDIS_URL": servers.redis.url, "SPOOL": str(spool), "PREFIX": prefix}

    async def fill(lines: list[bytes]) -> None:
        laid = spool.with_suffix(".part")
        laid.write_bytes(b"\n".join(lines))
        laid.rename(spool)

    async with _program("bench.comparators.pipeline", told, folder / "pipelined.log") as program:
        yield Drain("pipelined", WorkspaceId("bench"), fill, writes.messages(prefix), program.pid)


def _program(module: str, told: dict[str, str], log: Path) -> Program:
    port = free_port()
    return Program([PYTHON, "-m", module], port, {**told, "PORT": str(port)}, log)


def publisher(url: str, exchange: str, routing_key: str, lines_max: int) -> Callable[[list[bytes]], Awaitable[None]]:
    """Lays lines before whoever consumes, so many in a message."""

    async def fill(lines: list[bytes]) -> None:
        connection = await aiormq.connect(url)
        try:
            channel = await connection.channel()
            bodies = [b"\n".join(lines[first : first + lines_max]) for first in range(0, len(lines), lines_max)]
            # Confirmed: a connection that ends takes with it what a quorum queue has not been handed yet.
            for first in range(0, len(bodies), TOGETHER):
                await asyncio.gather(
                    *(
                        channel.basic_publish(body, exchange=exchange, routing_key=routing_key, properties=PERSISTENT)
                        for body in bodies[first : first + TOGETHER]
                    )
                )
        finally:
            await connection.close()

    return fill


__all__ = ["Opened", "idiomatic", "inbox", "pipelined", "publisher"]
