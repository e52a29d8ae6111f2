"""A whole installation: the five processes on real servers, or all in one with its own, and the simulator for Meta."""

import asyncio
import base64
import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from simulator.settings import Settings
from simulator.simulator import Simulator
from tests.real.server import LOOPBACK, free_port
from tests.system.part import Part

MODULES = {
    "ingest": "services.ingest",
    "api": "services.api",
    "projector": "services.api.projector",
    "push": "services.push",
    "sender": "services.sender",
}
ALL = "all in one"
# Quick customers, and a Meta that tries again soon; latencies leave sends in mid-air for whoever is killed.
DIALS = {"speed": 20.0, "latency_s": 0.05, "retry_delay_s": 0.2, "retry_delay_s_max": 1.0, "pair_interval_s": 0.0}
RECORDS_MAX = 500_000  # more than any test makes: a forgotten record would pass for a lost message
GRAPH_DEADLINE_S = 6.0  # less than the silences that tests cause, more than a busy machine takes


@dataclass(frozen=True)
class Stack:
    """Running; any part may be stopped by whoever starts it again."""

    parts: dict[str, Part]
    simulator: Simulator
    http: aiohttp.ClientSession

    def part(self, name: str) -> Part:
        """The process that does this."""
        return self.parts.get(name) or self.parts[ALL]

    async def start(self, *names: str) -> None:
        """Start some parts, or all, and return when they are ready."""
        chosen = [self.parts[name] for name in names or self.parts]
        await asyncio.gather(*(part.start() for part in chosen))
        await asyncio.gather(*(part.ready(self.http) for part in chosen))

    async def mend(self) -> None:
        """Start what a failed test has left dead."""
        if dead := [name for name, part in self.parts.items() if part.is_dead]:
            await self.start(*dead)

    async def end(self) -> None:
        """Stop whatever runs."""
        await asyncio.gather(*(part.end() for part in self.parts.values()))


@asynccontextmanager
async def separate(amqp_url: str, redis_url: str, folder: Path, **settings: str) -> AsyncIterator[Stack]:
    """Five processes, as in production but for the gateway: each is reached at its own port."""
    ports = {name: free_port() for name in MODULES}
    async with around() as (simulator, http):
        told = {
            **wishes(simulator),
            "INBOX_AMQP_URL": amqp_url,
            "INBOX_REDIS_URL": redis_url,
            "INBOX_BROKER_NAMESPACE": f"test-{uuid.uuid4().hex[:12]}",
            "INBOX_SECRET_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            # The callback's address is made of it, and ingest is what has to answer there.
            "INBOX_PUBLIC_URL": f"http://127.0.0.1:{ports['ingest']}",
            **settings,
        }
        parts = {name: Part(module, ports[name], told, folder / f"{name}.log") for name, module in MODULES.items()}
        async with _running(Stack(parts, simulator, http)) as stack:
            yield stack


@asynccontextmanager
async def all_in_one(folder: Path, **settings: str) -> AsyncIterator[Stack]:
    """One process with an embedded store and broker."""
    async with around() as (simulator, http):
        told = {**wishes(simulator), "INBOX_DATA_DIR": str(folder / "kept"), **settings}
        parts = {ALL: Part("services", free_port(), told, folder / "all.log")}
        async with _running(Stack(parts, simulator, http)) as stack:
            yield stack


def wishes(simulator: Simulator) -> dict[str, str]:
    """What the tests need of every installation."""
    return {
        "INBOX_GRAPH_URL": simulator.url,
        "INBOX_GRAPH_DEADLINE_S": str(GRAPH_DEADLINE_S),
        "INBOX_PARKED_SWEEP_S": "1",
        "INBOX_DOCTOR_REMEMBERED_S": "1",
        "INBOX_SIGNUP": "open",
        "INBOX_LOG_LEVEL": "info",
    }


@asynccontextmanager
async def around(host: str = LOOPBACK) -> AsyncIterator[tuple[Simulator, aiohttp.ClientSession]]:
    """Meta, where the installation reaches it, and somebody who asks."""
    settings = Settings(host=host, port=0, seed=None, cast="none", ledger_length_max=RECORDS_MAX, **DIALS)  # type: ignore[arg-type]
    async with Simulator(settings).running() as simulator, aiohttp.ClientSession() as http:
        yield simulator, http


@asynccontextmanager
async def _running(stack: Stack) -> AsyncIterator[Stack]:
    try:
        await stack.start()
        yield stack
    finally:
        await stack.end()
