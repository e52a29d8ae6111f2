"""Projectors that run while there is more and more of something: filled, and drained against the clock."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass

from bench import cpu, facts, webhooks
from bench.backlog import held
from bench.drains import publisher
from bench.ledger import LedgerError
from bench.program import PYTHON, Program
from bench.result import Turn
from bench.sides import connected, settings
from bench.stage import Bench
from bench.webhooks import NUMBER_ID
from services.api.store import ChatStores
from shared import redis
from shared.broker.amqp.declaration import named
from shared.contract.ids import NumberId, WorkspaceId
from shared.process import now_ms
from shared.redis import Redis
from shared.topology import BATCH_EVENTS_MAX, EVENTS
from tests.real.server import free_port

LOOK_S = 0.02
PATIENCE_S = 60.0  # since something was stored
_AT_ONCE = 10_000  # lines are made and laid so many at a time: they need not be in memory together


@dataclass
class Field:
    """One workspace with so many numbers and conversations, and how many messages are stored in it."""

    name: str
    workspace_id: WorkspaceId
    numbers: Sequence[NumberId]
    customers: int
    stored: int = 0


@dataclass(frozen=True)
class Projecting:
    """Projectors on one queue."""

    bench: Bench
    key: bytes
    namespace: str
    store: Redis
    programs: Sequence[Program]

    async def field(self, name: str, customers: int, numbers: int = 1) -> Field:
        """A new workspace, empty."""
        workspace_id, _ = await connected(self.bench.servers, self.key)
        of = [NumberId(str(int(NUMBER_ID) + place)) for place in range(numbers)]
        return Field(name, workspace_id, of, customers)

    async def fill(self, field: Field, messages: int) -> None:
        """So many messages more, of its customers in turn; the clock is not looked at."""
        for first in range(0, messages, _AT_ONCE):
            await self._lay(field, min(_AT_ONCE, messages - first))
        await self._drained(field)

    async def drain(self, field: Field, messages: int, in_a_row: int = 1) -> Turn:
        """The same against the clock, so many of a customer in a row: everybody is held until all of it waits."""
        pids = {f"projector {place}": one.pid for place, one in enumerate(self.programs)}
        own = {**self.bench.servers.leaders, **pids}
        with ExitStack() as stopped:
            for pid in pids.values():
                stopped.enter_context(held(pid))
            for first in range(0, messages, _AT_ONCE):
                await self._lay(field, min(_AT_ONCE, messages - first), in_a_row)
            before, began_s = cpu.reading(own), time.monotonic()
        await self._drained(field)
        took_s = time.monotonic() - began_s
        spent_s = cpu.between(before, cpu.reading(own))
        spent_s["projector"] = sum(spent_s.pop(name) for name in pids)
        return Turn(
            side=field.name,
            per_s=messages / took_s,
            counted=messages,
            refused=0,
            took_s=took_s,
            cpu_us={who: 1e6 * s / messages for who, s in spent_s.items() if who not in ("foreign", "stolen")},
            cores={who: s / took_s for who, s in spent_s.items()},
        )

    async def settle(self, field: Field) -> str:
        """Every message is stored under its number, and nothing else; raises LedgerError."""
        wanted = facts.serials(0, field.stored)
        found = set[int]()
        for key in self._keys(field):
            async for name, _ in self.store.hscan_iter(key, count=5_000):
                found.update(webhooks.serials(name))
        if found != set(wanted):
            raise LedgerError(f"{field.name}: {len(found)} messages are stored where {len(wanted)} were laid")
        return f"{field.name}: {field.stored} laid and all of them stored"

    async def _lay(self, field: Field, messages: int, in_a_row: int = 1) -> None:
        wanted = facts.serials(field.stored, messages)
        # Whoever is next is next, wherever the last filling ended.
        lines = facts.lines(field.workspace_id, wanted, now_ms(), field.customers, field.stored, in_a_row)
        laid = list(shared_out(lines, field.numbers))
        await publisher(self.bench.servers.rabbitmq.url, named(self.namespace, EVENTS.name), "", BATCH_EVENTS_MAX)(laid)
        field.stored += messages

    async def _drained(self, field: Field) -> None:
        """As long as more and more of it is stored: how much it is says nothing of how long it may take."""
        keys, stored, until_s = self._keys(field), -1, 0.0
        while True:
            looks = self.store.pipeline(transaction=False)
            for key in keys:
                looks.hlen(key)
            found = sum(await looks.execute())
            if found >= field.stored:
                return
            if found > stored:
                stored, until_s = found, time.monotonic() + PATIENCE_S
            elif time.monotonic() > until_s:
                raise LedgerError(f"{field.name}: {found} messages are stored where {field.stored} were laid")
            await asyncio.sleep(LOOK_S)

    def _keys(self, field: Field) -> list[str]:
        stores = ChatStores(self.store)
        return [stores.of(field.workspace_id, number_id).key("messages") for number_id in field.numbers]


def shared_out(lines: Iterable[bytes], numbers: Sequence[NumberId]) -> Iterable[bytes]:
    """Numbers in turn: a message of each, then the next of each."""
    if len(numbers) == 1:
        return lines
    ours = NUMBER_ID.encode()
    return (line.replace(ours, numbers[place % len(numbers)].encode()) for place, line in enumerate(lines))


@asynccontextmanager
async def projecting(bench: Bench, count: int = 1) -> AsyncIterator[Projecting]:
    """As an operator starts them, every setting but the addresses at its default."""
    key, namespace = secrets.token_bytes(32), f"bench-{secrets.token_hex(6)}"
    async with AsyncExitStack() as opened:
        store = await opened.enter_async_context(redis.connect(bench.servers.redis.url))
        programs = []
        for place in range(count):
            port = free_port()
            told = settings(bench.servers, key, namespace, port)
            log = bench.folder / f"growing-{namespace}-{place}.log"
            program = Program([PYTHON, "-m", "services.api.projector"], port, told, log)
            programs.append(await opened.enter_async_context(program))
        yield Projecting(bench, key, namespace, store, programs)


def spent_us(turn: Turn) -> float:
    """Of one message: projector, broker and store."""
    return sum(turn.cpu_us.values()) or 1e6 / cpu.TICKS_PER_S / turn.counted  # the kernel counts in ticks
