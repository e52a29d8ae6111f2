"""How fast the counter of deliveries itself is, against a server that only writes: it must not be what is measured."""

import asyncio

from bench import listening
from bench.fanout import BETWEEN_S, told
from bench.listening import LANES, Deliveries
from bench.pushes import prepared
from bench.ratios import estimate
from bench.result import Figure, Result, Turn
from bench.stage import Bench, Stage


async def run(stage: Stage, bench: Bench) -> Result:
    """A change at a time, then as many together as come: what a delivery costs it, and how many it could hear."""
    size = bench.size
    rounds: list[list[Turn]] = []
    book = Deliveries()
    async with prepared(bench.servers, bench.folder, size.sockets) as hall:
        for number in range(size.rounds):
            turns = []
            for in_step, changes in ((True, size.steps), (False, size.burst)):
                serials = range(number * changes, (number + 1) * changes)
                turns.append(await listening.live(hall, book, size.sockets, serials, in_step=in_step))
                await asyncio.sleep(BETWEEN_S)
            rounds.append(turns)
            bench.say(told(turns, f"round {number + 1} of {size.rounds}"))
    by_load = dict(zip(("a change at a time", "in bursts"), zip(*rounds, strict=True), strict=True))
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=[
            figure
            for load, turns in by_load.items()
            for figure in (
                Figure.of(f"heard per second, {load}", "/s", estimate([turn.per_s for turn in turns])),
                Figure.of(
                    f"its processor time of a delivery, {load}",
                    "us",
                    estimate([turn.cpu_us["counter"] for turn in turns]),
                ),
                Figure.of(f"busy, {load}", "cores", estimate([turn.cores["counter"] for turn in turns])),
                Figure.of(
                    f"bare writes: processor time of a delivery, {load}",
                    "us",
                    estimate([turn.cpu_us[hall.name] for turn in turns]),
                ),
            )
        ],
        rounds=rounds,
        settings={
            "sockets": f"{size.sockets}, one number",
            "changes": f"{size.steps} in step, {size.burst} by {LANES} publishers at once",
        },
        ledger=f"{hall.name}: {book}",
    )


STAGE = Stage("g0-counter", "the counter of deliveries", "a server that only writes", run)
