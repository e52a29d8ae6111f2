"""What an idle socket holds in memory: one of ours has shown its token and stands at a cursor."""

import asyncio

from bench import memory
from bench.audience import Audience
from bench.listening import begin, counting
from bench.pushes import Hall, Opened, inbox, missing, nchan
from bench.ratios import estimate, ratios
from bench.result import Bar, Figure, Result
from bench.stage import Bench, Stage

SETTLE_S = 2.0
FIRST = 50  # sockets that have come and gone before: what the first of all costs is no cost of each


async def run(stage: Stage, bench: Bench) -> Result:
    """KiB of a fresh process for each socket."""
    size = bench.size
    sides: list[Opened] = [inbox, nchan]
    if why := missing(nchan):
        bench.say(why)
        sides.remove(nchan)
    found: list[list[float]] = []
    names: list[str] = []
    for number in range(size.rounds):
        each = []
        for side in sides:
            async with side(bench.servers, bench.folder, size.storm) as hall:
                each.append(await _held(hall, size.storm))
                names.append(hall.name)
        found.append(each)
        told = ", ".join(f"{name} {kib:.1f} KiB" for name, kib in zip(names, each, strict=False))
        bench.say(f"round {number + 1} of {size.rounds}: {told}")
    mine, *others = ([*each] for each in zip(*found, strict=True))
    per_round = [ratios(mine, its) for its in others]
    bar = Bar(must=1.6, stretch=1.3, at_most=True)
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=[
            *(Figure.of("memory of an idle socket, ours to nchan", "x", estimate(each), bar) for each in per_round),
            *(
                Figure.of(f"{name}: memory of an idle socket", "KiB", estimate(held))
                for name, held in zip(names, (mine, *others), strict=False)
            ),
        ],
        rounds=[],
        ratios=per_round[0] if per_round else [],
        settings={
            "sockets": f"{size.storm}, one number, a token for each hundred; a fresh process in each round",
            "counted": "proportional set size of all processes of a side; the kernel's buffers are in neither",
            **({"skipped": why} if why else {}),
        },
        ledger="every socket was open while it was counted, and ours at its cursor",
    )


async def _held(hall: Hall, sockets: int) -> float:
    audience = Audience(
        port=hall.port,
        path=hall.path,
        protocol=hall.protocol,
        sockets=FIRST,
        hellos=hall.hellos,
        ready=hall.ready,
        kind="idle",
    )
    async with counting(audience) as counter:
        await begin(counter)
        await counter.wait()
    await asyncio.sleep(SETTLE_S)
    before_kib = memory.held_kib(hall.pid)
    async with counting(audience.model_copy(update={"sockets": sockets})) as counter:
        await asyncio.sleep(SETTLE_S)
        held_kib = memory.held_kib(hall.pid) - before_kib
        await begin(counter)
        if await counter.wait():
            raise RuntimeError(f"{hall.name}: a socket was closed")
    return held_kib / sockets


STAGE = Stage("g11", "push, memory of an idle socket that is authenticated and has its cursor", "Nchan", run)
