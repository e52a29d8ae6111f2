"""Chat state made by the real projector out of what ingest publishes, to be read by whoever is measured."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import facts
from bench.drains import publisher
from bench.program import PYTHON, Program
from bench.servers import Servers
from bench.sides import connected, settings
from bench.webhooks import NUMBER_ID
from services.api.queries import Queries
from shared import redis
from shared.auth import Credentials
from shared.broker.amqp.declaration import named
from shared.contract.ids import NumberId, WorkspaceId
from shared.process import now_ms
from shared.topology import BATCH_EVENTS_MAX, EVENTS
from tests.real.server import free_port

# So many agents ask: one alone would soon be told to ask less often.
AGENTS = 100
FILL_S_MAX = 120.0
LOOK_S = 0.2


@dataclass(frozen=True)
class Filled:
    """A workspace whose number has conversations, and agents who may read them."""

    key: bytes
    namespace: str
    workspace_id: WorkspaceId
    webhook_path: str
    secrets: Sequence[str]

    def settings(self, servers: Servers, port: int) -> dict[str, str]:
        """What another process of the same inbox has to be told."""
        return settings(servers, self.key, self.namespace, port)


@asynccontextmanager
async def filled(
    servers: Servers, folder: Path, messages: int, customers: int, first: int = 0
) -> AsyncIterator[Filled]:
    """So many messages of so many customers, each with as many as the others; nobody projects any more then."""
    key, namespace, port = secrets.token_bytes(32), f"bench-{secrets.token_hex(6)}", free_port()
    workspace_id, path = await connected(servers, key)
    wanted = facts.serials(first, messages)
    async with AsyncExitStack() as opened:
        store = await opened.enter_async_context(redis.connect(servers.redis.url))
        credentials = Credentials(store)
        agents = [(await credentials.create_session(workspace_id, f"Agent {place}"))[0] for place in range(AGENTS)]
        inbox = Filled(key, namespace, workspace_id, path, agents)
        told = inbox.settings(servers, port)
        async with Program([PYTHON, "-m", "services.api.projector"], port, told, folder / "filling.log"):
            fill = publisher(servers.rabbitmq.url, named(namespace, EVENTS.name), "", BATCH_EVENTS_MAX)
            await fill(list(facts.lines(workspace_id, wanted, now_ms(), customers)))
            await _until_unread(Queries(store, str), workspace_id, messages)
        yield inbox


async def _until_unread(queries: Queries, workspace_id: WorkspaceId, messages: int) -> None:
    """Nobody has read any of them."""
    async with asyncio.timeout(FILL_S_MAX):
        while await _unread(queries, workspace_id) < messages:  # noqa: ASYNC110 (a sum cannot say when)
            await asyncio.sleep(LOOK_S)


async def _unread(queries: Queries, workspace_id: WorkspaceId) -> int:
    found, before = 0, None
    while True:
        page = await queries.conversations(workspace_id, NumberId(NUMBER_ID), before=before, limit=200, q=None)
        found += sum(conversation.unread for conversation in page.conversations)
        if (before := page.next) is None:
            return found
