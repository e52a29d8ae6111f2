"""A side of push and its audience: counter and publisher told, processor time read, the ledger settled."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bench import cpu
from bench.audience import Audience, Heard, Press, Published
from bench.histogram import Histogram
from bench.ledger import LedgerError
from bench.load import OVER, READY
from bench.program import PYTHON, ROOT
from bench.pushes import Hall, Return
from bench.result import Turn

LINE_BYTES_MAX = 64 * 1024 * 1024
LANES = 16
PIPE = asyncio.subprocess.PIPE


@dataclass(slots=True)
class Deliveries:
    """The ledger of one side: each socket has heard each change once, in one order that is that of the feed."""

    count: int = 0
    sockets: int = 0

    def settle(self, heard: Heard, sockets: int, serials: list[int], *, is_ordered: bool) -> None:
        """Add a round; raises LedgerError."""
        for times, order in heard.orders:
            if sorted(order) != sorted(serials):
                lost, more = len(set(serials) - set(order)), len(order) - len(set(order) & set(serials))
                raise LedgerError(f"{times} of {sockets} sockets missed {lost} changes and heard {more} that were none")
            if is_ordered and order != serials:
                raise LedgerError(f"{times} of {sockets} sockets heard another order than the feed's")
        if len(heard.orders) != 1 or heard.orders[0][0] != sockets:
            raise LedgerError(f"{sockets} sockets heard {len(heard.orders)} different orders")
        self.count += heard.deliveries
        self.sockets = sockets

    def __str__(self) -> str:
        return f"{self.count:,} deliveries, each socket heard each change once and in the same order"


async def live(hall: Hall, book: Deliveries, sockets: int, serials: range, *, in_step: bool) -> Turn:
    """Changes to sockets that are open."""
    press = Press(changes=len(serials), first=serials.start, lanes=1 if in_step else LANES, **hall.press)
    reading, writing = os.pipe()
    async with _program("bench.publisher", press.model_dump_json(), stdin=reading) as publisher:
        os.close(reading)
        await _word(publisher, READY)
        audience = Audience(
            port=hall.port,
            path=hall.path,
            protocol=hall.protocol,
            sockets=sockets,
            hellos=hall.hellos,
            ready=hall.ready,
            kind="step" if in_step else "burst",
            changes=len(serials),
            publisher=writing,
        )
        turn, heard = await take(hall, audience, {"publisher": publisher.pid}, writing)
        os.close(writing)
        published = Published.model_validate_json(await _line(publisher))
    book.settle(heard, sockets, published.serials, is_ordered=published.is_ordered or in_step)
    return turn


async def storm(hall: Hall, book: Deliveries, sockets: int, serials: range) -> Turn:
    """Sockets that come back together after these changes."""
    back: Return = await hall.miss(serials)
    audience = Audience(
        port=hall.port,
        path=back.path,
        protocol=back.protocol,
        sockets=sockets,
        hellos=back.hellos,
        kind="storm",
        changes=len(serials),
    )
    turn, heard = await take(hall, audience, {})
    book.settle(heard, sockets, list(serials), is_ordered=True)
    return turn


async def take(hall: Hall, audience: Audience, others: dict[str, int], pipe: int = -1) -> tuple[Turn, Heard]:
    """From the word to the last delivery."""
    async with counting(audience, pipe) as counter:
        own = {hall.name: hall.pid, **hall.with_it, "counter": counter.pid, **others}
        before = cpu.reading(own)
        await begin(counter)
        await _word(counter, OVER)
        spent_s = cpu.between(before, cpu.reading(own))
        heard = Heard.model_validate_json(await _line(counter))
    steps = Histogram.from_json(heard.steps)
    turn = Turn(
        side=hall.name,
        per_s=heard.deliveries / heard.took_s,
        counted=heard.deliveries,
        refused=0,
        took_s=heard.took_s,
        cpu_us={who: 1e6 * s / heard.deliveries for who, s in spent_s.items() if who not in ("foreign", "stolen")},
        cores={who: s / heard.took_s for who, s in spent_s.items()},
        p50_ms=steps.quantile_ms(0.5) if steps.count else 0,
        p99_ms=steps.quantile_ms(0.99) if steps.count else 0,
    )
    return turn, heard


@asynccontextmanager
async def counting(audience: Audience, pipe: int = -1) -> AsyncIterator[asyncio.subprocess.Process]:
    """A counter whose sockets are open, unless they are to come in a storm."""
    async with _program("bench.counter", stdin=PIPE, kept=(pipe,) if pipe >= 0 else ()) as counter:
        assert counter.stdin is not None
        counter.stdin.write(audience.model_dump_json().encode() + b"\n")
        await _word(counter, READY)
        yield counter


async def begin(counter: asyncio.subprocess.Process) -> None:
    """Let it run; an idle one ends."""
    assert counter.stdin is not None
    counter.stdin.write(b"\n")
    await counter.stdin.drain()


@asynccontextmanager
async def _program(
    module: str, *given: str, stdin: int, kept: tuple[int, ...] = ()
) -> AsyncIterator[asyncio.subprocess.Process]:
    command = (str(PYTHON), "-m", module, *given)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdin=stdin, stdout=PIPE, limit=LINE_BYTES_MAX, pass_fds=kept
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _word(process: asyncio.subprocess.Process, word: str) -> None:
    said = (await _line(process)).decode().strip()
    if said != word:
        raise RuntimeError(f"it said {said!r} and not {word!r}")


async def _line(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout is not None
    return await process.stdout.readline()
