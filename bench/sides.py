"""How each side of an ingest stage is started: ours as an operator does, the comparators as their best users would."""

import base64
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bench.program import NODE, PYTHON, ROOT, Program
from bench.servers import Servers
from bench.webhooks import APP_SECRET, NUMBER_ID
from shared import redis
from shared.broker.amqp.declaration import named
from shared.contract.ids import NumberId, WorkspaceId
from shared.registry import AppSecret, NumberRecord, Registry
from shared.topology import PROJECTOR
from shared.vault import Vault
from tests.real.server import free_port

COMPARATORS = Path(__file__).parent / "comparators"


@dataclass(frozen=True)
class Side:
    """Running, with fresh queues."""

    name: str
    port: int
    path: str
    queue: str  # where what was confirmed waits
    leaders: Mapping[str, int]
    checks: bool  # signature and schema


Opened = Callable[[Servers, Path], AbstractAsyncContextManager[Side]]


@asynccontextmanager
async def inbox(servers: Servers, folder: Path) -> AsyncIterator[Side]:
    """`python -m services.ingest`, one process, every setting but the addresses at its default, its log too."""
    key, namespace, port = secrets.token_bytes(32), f"bench-{secrets.token_hex(6)}", free_port()
    _, path = await connected(servers, key)
    told = settings(servers, key, namespace, port)
    async with Program([PYTHON, "-m", "services.ingest"], port, told, folder / "ingest.log") as ingest:
        yield Side("ours", port, path, named(namespace, PROJECTOR.name), {"ours": ingest.pid}, checks=True)


async def connected(servers: Servers, key: bytes) -> tuple[WorkspaceId, str]:
    """A workspace with the number of the webhooks connected, and the path at which Meta calls for it."""
    async with redis.connect(servers.redis.url) as store:
        registry = Registry(store, Vault([key]))
        workspace_id = await registry.create_workspace()
        secret = AppSecret(secret=SecretStr(APP_SECRET))
        number = NumberRecord(
            workspace_id=workspace_id, number_id=NumberId(NUMBER_ID), connected=True, app_secrets=(secret,)
        )
        await registry.save_number(number)
        return workspace_id, f"/webhooks/{(await registry.callback(workspace_id)).key}"


def settings(servers: Servers, key: bytes, namespace: str, port: int) -> dict[str, str]:
    """What one of our processes has to be told."""
    return {
        "INBOX_HOST": "127.0.0.1",
        "INBOX_PORT": str(port),
        "INBOX_AMQP_URL": servers.rabbitmq.url,
        "INBOX_REDIS_URL": servers.redis.url,
        "INBOX_BROKER_NAMESPACE": namespace,
        "INBOX_SECRET_KEYS": base64.urlsafe_b64encode(key).decode(),
    }


def bare() -> Opened:
    """aiohttp and aio-pika with confirms, on uvloop, and no checks at all."""
    return _comparator("bare", PYTHON, COMPARATORS / "bare.py", checks=False)


def express() -> Opened:
    """Express 5 and amqplib, signature and schema checked."""
    return _comparator("express", NODE, COMPARATORS / "express.js")


def fastify() -> Opened:
    """Fastify 5 and amqplib, signature and schema checked."""
    return _comparator("fastify", NODE, COMPARATORS / "fastify.js")


def floor(does: str) -> Opened:
    """aiohttp and aio-pika at less than the work."""
    return _comparator(
        does, PYTHON, COMPARATORS / "floor.py", checks=False, more={"DOES": does, "PYTHONPATH": str(ROOT)}
    )


def _comparator(
    name: str, program: Path, source: Path, *, checks: bool = True, more: Mapping[str, str] | None = None
) -> Opened:
    @asynccontextmanager
    async def opened(servers: Servers, folder: Path) -> AsyncIterator[Side]:
        port, queue = free_port(), f"bench-{secrets.token_hex(6)}.{name}"
        told = {
            "AMQP_URL": servers.rabbitmq.url,
            "QUEUE": queue,
            "PORT": str(port),
            "APP_SECRET": APP_SECRET,
            "NODE_ENV": "production",
            **(more or {}),
        }
        async with Program([program, source], port, told, folder / f"{name}.log") as running:
            yield Side(name, port, "/webhooks/whatever", queue, {name: running.pid}, checks)

    return opened
