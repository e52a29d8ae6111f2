"""Everybody comes back at once, each to fifty changes that were missed: until the last has heard the last."""

import asyncio

from bench import listening
from bench.audience import OPENING_AT_ONCE
from bench.fanout import BETWEEN_S, told
from bench.listening import Deliveries
from bench.pushes import Opened, inbox, missing, nchan
from bench.ratios import estimate, ratios
from bench.result import Bar, Figure, Result, Turn
from bench.stage import Bench, Stage

MISSED = 50


async def run(stage: Stage, bench: Bench) -> Result:
    """From the first handshake to the last delivery; a fresh process in each round, as after a restart."""
    size = bench.size
    sides: list[Opened] = [inbox, nchan]
    if why := missing(nchan):
        bench.say(why)
        sides.remove(nchan)
    rounds: list[list[Turn]] = []
    books: dict[str, Deliveries] = {}
    for number in range(size.rounds):
        turns = {}
        for side in sides if number % 2 == 0 else reversed(sides):
            async with side(bench.servers, bench.folder, size.storm) as hall:
                book = books.setdefault(hall.name, Deliveries())
                serials = range(1 + number * MISSED, 1 + (number + 1) * MISSED)
                turns[side] = await listening.storm(hall, book, size.storm, serials)
                await asyncio.sleep(BETWEEN_S)
        rounds.append([turns[side] for side in sides])
        bench.say(told(rounds[-1], f"round {number + 1} of {size.rounds}"))
    by_side = list(zip(*rounds, strict=True))
    mine, *others = ([turn.took_s for turn in turns] for turns in by_side)
    per_round = [ratios(mine, its) for its in others]
    bar = Bar(must=1.5, stretch=1.0, at_most=True)
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=[
            *(
                Figure.of("time until all have caught up, ours to nchan", "x", estimate(each), bar)
                for each in per_round
            ),
            *(
                Figure.of(f"{turns[0].side}: until all have caught up", "s", estimate([turn.took_s for turn in turns]))
                for turns in by_side
            ),
            *(
                Figure.of(f"{turns[0].side}: processor time of a socket", "us", estimate([_us(turn) for turn in turns]))
                for turns in by_side
            ),
        ],
        rounds=rounds,
        ratios=per_round[0] if per_round else [],
        settings={
            "sockets": f"{size.storm}, at most {OPENING_AT_ONCE} handshakes at a time, {MISSED} changes missed",
            "rounds": f"{size.rounds}, the first side alternating, a fresh process in each",
            **({"skipped": why} if why else {}),
        },
        ledger="; ".join(f"{name}: {book}" for name, book in books.items()),
    )


def _us(turn: Turn) -> float:
    return (turn.cpu_us[turn.side] + turn.cpu_us.get("redis", 0)) * MISSED


STAGE = Stage("g12", "push, 5,000 sockets come back with 50 missed changes each", "Nchan with meta.nchan", run)
