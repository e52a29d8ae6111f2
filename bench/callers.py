"""How each side of a sender's stage is started, and how sends are laid before it."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiormq
from aiormq import spec
from pydantic import SecretStr

from bench import clicks
from bench.program import PYTHON, Program
from bench.servers import Servers
from bench.sides import settings
from shared import redis
from shared.broker.amqp.declaration import named
from shared.broker.door import Headers
from shared.contract.ids import NumberId
from shared.crowd import Ways
from shared.process import now_ms
from shared.registry import NumberRecord, Registry
from shared.topology import PROJECTOR, Exchange
from shared.vault import Vault
from tests.real.server import free_port

PERSISTENT = spec.Basic.Properties(delivery_mode=2)
TOGETHER = 100
UNCONFIRMED_MAX = 500  # quickly enough that nobody who is stopped meanwhile is missed by the broker


@dataclass(frozen=True)
class Caller:
    """Running, with nothing to do yet."""

    name: str
    pid: int
    lay: Callable[[range], Awaitable[None]]  # these sends, where it will find them
    queue: str | None = None  # where what came of them is told


Opened = Callable[[Servers, Path, str, Sequence[NumberId]], AbstractAsyncContextManager[Caller]]


def inbox(**tuned: int) -> Opened:
    """`python -m services.sender`, one process; the settings that are not at their default are named."""

    @asynccontextmanager
    async def opened(
        servers: Servers, folder: Path, graph_url: str, numbers: Sequence[NumberId]
    ) -> AsyncIterator[Caller]:
        key, namespace, port = secrets.token_bytes(32), f"bench-{secrets.token_hex(6)}", free_port()
        told = settings(servers, key, namespace, port) | {"INBOX_GRAPH_URL": graph_url}
        told |= {f"INBOX_{name.upper()}": str(value) for name, value in tuned.items()}
        async with redis.connect(servers.redis.url) as store:
            registry = Registry(store, Vault([key]))
            workspace_id = await registry.create_workspace()
            for number_id in numbers:
                await registry.save_number(
                    NumberRecord(
                        workspace_id=workspace_id,
                        number_id=number_id,
                        connected=True,
                        access_token=SecretStr(clicks.TOKEN),
                    )
                )
            async with Program([PYTHON, "-m", "services.sender"], port, told, folder / "sender.log") as sender:

                async def lay(serials: range) -> None:
                    laid = _Laid()
                    ways = Ways(store, laid)
                    asked = list(clicks.commands(workspace_id, numbers, serials, now_ms()))
                    for first in range(0, len(asked), TOGETHER):
                        await asyncio.gather(*(ways.publish(each) for each in asked[first : first + TOGETHER]))
                    await laid.publish_all(servers.rabbitmq.url, namespace)

                yield Caller("ours", sender.pid, lay, named(namespace, PROJECTOR.name))

    return opened


def loop(name: str) -> Opened:
    """One of the plain callers: `bench.comparators.<name>_loop`."""

    @asynccontextmanager
    async def opened(_: Servers, folder: Path, graph_url: str, numbers: Sequence[NumberId]) -> AsyncIterator[Caller]:
        port, spool = free_port(), folder / f"{secrets.token_hex(6)}.spool"
        told: Mapping[str, str] = {
            "GRAPH_URL": graph_url,
            "TOKEN": clicks.TOKEN,
            "SPOOL": str(spool),
            "PORT": str(port),
        }

        async def lay(serials: range) -> None:
            laid = spool.with_suffix(".part")
            laid.write_bytes(clicks.calls(numbers, serials))
            laid.rename(spool)

        async with Program(
            [PYTHON, "-m", f"bench.comparators.{name}_loop"], port, told, folder / f"{name}.log"
        ) as program:
            yield Caller(name, program.pid, lay)

    return opened


class _Laid:
    """Takes what `Ways` publishes, to be published in one go: whoever is measured is stopped meanwhile."""

    def __init__(self) -> None:
        self._bodies: list[tuple[Exchange, bytes]] = []

    async def publish(self, exchange: Exchange, body: bytes, _: Headers | None = None) -> None:
        """Keep it."""
        self._bodies.append((exchange, body))

    async def publish_all(self, url: str, namespace: str) -> None:
        """Return when the broker has all of them."""
        connection = await aiormq.connect(url)
        try:
            channel = await connection.channel()
            # Confirmed: a channel that ends takes with it what its queues have not taken in yet.
            for first in range(0, len(self._bodies), UNCONFIRMED_MAX):
                published = (
                    channel.basic_publish(body, exchange=named(namespace, exchange.name), properties=PERSISTENT)
                    for exchange, body in self._bodies[first : first + UNCONFIRMED_MAX]
                )
                await asyncio.gather(*published)
        finally:
            await connection.close()
