"""One side and so many sends: laid before it, let go, counted where Graph would be, and settled in a ledger."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import orjson

from bench import cpu, ledger, seconds
from bench.backlog import held
from bench.callers import Caller
from bench.ledger import Ledger, LedgerError
from bench.program import PYTHON, Program
from bench.result import Turn
from bench.stage import Bench
from shared.contract.ids import NumberId
from tests.real.server import free_port

ALL_S_MAX = 240.0
LOOK_S = 0.02
ANSWERED_S = 0.1  # from the last call to the end of all that follows from it


@dataclass(frozen=True)
class Arrivals:
    """When each call came, by number, in microseconds."""

    by_number: Mapping[NumberId, list[int]]

    @property
    def times_us(self) -> list[int]:
        """Of all numbers."""
        return [at for times in self.by_number.values() for at in times]


class End:
    """The Graph end of the calls, seen from outside."""

    def __init__(self, program: Program, session: aiohttp.ClientSession) -> None:
        self._program = program
        self._session = session
        self.url = f"http://127.0.0.1:{program.port}"

    @property
    def pid(self) -> int:
        """Of its process."""
        return self._program.pid

    async def count(self) -> int:
        """Of what it has received."""
        async with self._session.get(f"{self.url}/count") as answer:
            return int(await answer.read())

    async def take(self, serials: range) -> Arrivals:
        """What it has received, which must be these, each once."""
        async with self._session.get(f"{self.url}/take") as answer:
            told = orjson.loads(await answer.read())
        counts = Counter(serial for serial, _, _ in told["received"])
        if told["refused"] or max(counts.values(), default=1) > 1:
            raise LedgerError(f"{told['refused']} calls made no sense, one came {max(counts.values())} times")
        if counts.keys() != set(serials):
            raise LedgerError(f"Graph has {len(counts)} messages where {len(serials)} were asked for")
        by_number: dict[NumberId, list[int]] = {}
        for _, number, at_us in told["received"]:
            by_number.setdefault(NumberId(number), []).append(at_us)
        return Arrivals(by_number)


@asynccontextmanager
async def graph_end(bench: Bench) -> AsyncIterator[End]:
    """Answering."""
    port = free_port()
    async with (
        Program([PYTHON, "-m", "bench.graph_end", str(port)], port, {}, bench.folder / "graph.log") as program,
        aiohttp.ClientSession() as session,
    ):
        yield End(program, session)


async def turn(bench: Bench, side: Caller, end: End, serials: range, book: Ledger | None) -> tuple[Turn, Arrivals]:
    """Stopped while the sends are laid; the rate is Graph's, from the first call to the last."""
    own = {**bench.servers.leaders, side.name: side.pid, "graph": end.pid}
    with held(side.pid):
        await side.lay(serials)
        before, began_s = cpu.reading(own), time.monotonic()
    async with asyncio.timeout(ALL_S_MAX):
        while await end.count() < len(serials):  # noqa: ASYNC110 (it cannot say when)
            await asyncio.sleep(LOOK_S)
    took_s = time.monotonic() - began_s
    await asyncio.sleep(ANSWERED_S)
    spent_s = cpu.between(before, cpu.reading(own))
    arrivals = await end.take(serials)
    if book is not None and side.queue is not None:
        told = await ledger.stored(bench.servers.rabbitmq.url, side.queue, set(serials))
        book.settle(set(serials), told, serials.stop)
    count = len(serials)
    made = Turn(
        side=side.name,
        per_s=seconds.per_s(arrivals.times_us),
        counted=count,
        refused=0,
        took_s=took_s,
        cpu_us={who: 1e6 * s / count for who, s in spent_s.items() if who not in ("foreign", "stolen")},
        cores={who: s / took_s for who, s in spent_s.items()},
    )
    return made, arrivals
