"""Whole pipelines from the webhook to the browser: ours, the idiomatic one and a bare chain, each in its processes."""

import os
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from bench import wheels
from bench.ledger import LedgerError
from bench.load import Journey, Told
from bench.program import PYTHON, ROOT, Program
from bench.result import Turn
from bench.servers import Servers
from bench.sides import connected, settings
from bench.stage import Bench
from bench.turn import take
from bench.webhooks import APP_SECRET, NUMBER_ID, STATUSES_PER_MESSAGE
from shared import redis
from shared.auth import Credentials
from shared.contract.feed import SUBPROTOCOL
from tests.real.server import free_port

STEP = STATUSES_PER_MESSAGE + 1  # from one message to the next
CONNECTIONS_PACED = 256


@dataclass(frozen=True)
class Way:
    """Running: where webhooks go, and where a browser listens."""

    name: str
    webhook_port: int
    webhook_path: str
    live_port: int
    live_path: str
    protocol: str
    hello: str
    ready: str
    processes: Mapping[str, int]

    def journey(self, first: int, count: int, connections: int, per_s: float | None, seed: int) -> Journey:
        """So many messages from the one end to the other."""
        return Journey(
            port=self.webhook_port,
            path=self.webhook_path,
            first=first,
            step=STEP,
            count=count,
            connections=connections,
            per_s=per_s,
            seed=seed,
            live_port=self.live_port,
            live_path=self.live_path,
            protocol=self.protocol,
            hello=self.hello,
            ready=self.ready,
        )


Opened = Callable[[Servers, Path], AbstractAsyncContextManager[Way]]


@asynccontextmanager
async def inbox(servers: Servers, folder: Path) -> AsyncIterator[Way]:
    """Ingest, projector and push as an operator starts them, every setting but the addresses at its default."""
    key, namespace = secrets.token_bytes(32), f"bench-{secrets.token_hex(6)}"
    workspace_id, path = await connected(servers, key)
    async with AsyncExitStack() as opened:
        store = await opened.enter_async_context(redis.connect(servers.redis.url))
        token, _ = await Credentials(store).create_token(workspace_id, "bench", ("read", "live"))
        started: dict[str, Program] = {}
        for name in ("api.projector", "ingest", "push"):
            port = free_port()
            program = Program(
                [PYTHON, "-m", f"services.{name}"],
                port,
                settings(servers, key, namespace, port),
                folder / f"{name}.log",
            )
            started[name.rpartition(".")[2]] = await opened.enter_async_context(program)
        yield Way(
            name="ours",
            webhook_port=started["ingest"].port,
            webhook_path=path,
            live_port=started["push"].port,
            live_path="/v1/live",
            protocol=SUBPROTOCOL,
            hello=orjson.dumps({"type": "hello", "token": token, "numbers": {NUMBER_ID: None}}).decode(),
            ready='"changes":[]',
            processes={name: program.pid for name, program in started.items()},
        )


def idiom(servers: Servers, folder: Path) -> AbstractAsyncContextManager[Way]:
    """aiohttp with aio-pika, FastStream with redis-py, and aiohttp again: a message at a time through all of them."""
    parts = {"receive": "idiom_receive", "project": "idiom_project", "push": "idiom_push"}
    return _stack("idiomatic", parts, servers, folder)


def chain(servers: Servers, folder: Path) -> AbstractAsyncContextManager[Way]:
    """The same packages without FastStream, and without a thought: what passing a stored message on takes at least."""
    parts = {"receive": "bare", "project": "chain_project", "push": "idiom_push"}
    return _stack("chain", parts, servers, folder)


@asynccontextmanager
async def _stack(name: str, parts: Mapping[str, str], servers: Servers, folder: Path) -> AsyncIterator[Way]:
    own = f"bench-{secrets.token_hex(6)}"
    told = {
        "AMQP_URL": servers.rabbitmq.url,
        "REDIS_URL": servers.redis.url,
        "QUEUE": own,
        "PREFIX": own,
        "APP_SECRET": APP_SECRET,
        "PYTHONPATH": os.pathsep.join((str(ROOT), str(wheels.FOLDER))),
    }
    async with AsyncExitStack() as opened:
        started: dict[str, Program] = {}
        for part, module in parts.items():
            port = free_port()
            program = Program(
                [PYTHON, "-m", f"bench.comparators.{module}"],
                port,
                {**told, "PORT": str(port)},
                folder / f"{module}.log",
            )
            started[part] = await opened.enter_async_context(program)
        yield Way(
            name=name,
            webhook_port=started["receive"].port,
            webhook_path="/webhooks/whatever",
            live_port=started["push"].port,
            live_path="/live",
            protocol="",
            hello="",
            ready="welcome",
            processes={name: program.pid for name, program in started.items()},
        )


async def travel(bench: Bench, way: Way, journey: Journey) -> tuple[Turn, Told]:
    """All there and back; raises LedgerError when a message that was answered 200 did not reach the browser."""
    leaders = {**bench.servers.leaders, **way.processes}
    turn, told = await take(way.name, journey, leaders, "bench.journey")
    if told.refused and bench.size.is_whole:
        lost, codes = len(told.refused), told.codes
        raise LedgerError(f"{way.name}: {lost} of {told.count} did not reach the browser; answers: {codes}")
    return turn, told


def pipeline_us(turn: Turn) -> float:
    """The processor time of one message in every process but the generator."""
    return sum(us for who, us in turn.cpu_us.items() if who != "generator")
