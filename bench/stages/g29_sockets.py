"""Ten times as many sockets: what a delivery costs must hardly grow."""

import asyncio

from bench import cpu, listening
from bench.fanout import BETWEEN_S, told
from bench.listening import Deliveries
from bench.pushes import inbox, prepared
from bench.ratios import estimate, ratios
from bench.result import Bar, Figure, Result, Turn
from bench.stage import Bench, Stage

TIMES = 10


async def run(stage: Stage, bench: Bench) -> Result:
    """Processor time of a delivery, a change at a time, with as many deliveries on both sides; then of bare writes."""
    size = bench.size
    few, many = size.storm // TIMES, size.storm
    rounds: list[list[Turn]] = []
    async with inbox(bench.servers, bench.folder, many) as ours, prepared(bench.servers, bench.folder, many) as bare:
        books = {(hall.name, sockets): Deliveries() for hall in (ours, bare) for sockets in (few, many)}
        first = 0
        for number in range(size.rounds):
            turns = []
            for hall, sockets in books if number % 2 == 0 else reversed(books):
                steps = max(1, size.burst * few // sockets)
                serials = range(first, first + steps)
                first += steps
                asked = ours if hall == ours.name else bare
                turn = await listening.live(asked, books[hall, sockets], sockets, serials, in_step=True)
                side, spent_us = f"{hall}, {sockets} sockets", _us(turn, hall)
                turns.append(turn.model_copy(update={"side": side, "cpu_us": {**turn.cpu_us, side: spent_us}}))
                await asyncio.sleep(BETWEEN_S)
            rounds.append(turns if number % 2 == 0 else turns[::-1])
            bench.say(told(rounds[-1], f"round {number + 1} of {size.rounds}"))
    by_side = {turns[0].side: turns for turns in zip(*rounds, strict=True)}
    spent = {side: [turn.cpu_us[side] for turn in turns] for side, turns in by_side.items()}
    ours_few, ours_many, bare_few, bare_many = spent.values()
    per_round = ratios(ours_many, ours_few)
    bar = Bar(must=1.25, stretch=1.1, at_most=True)
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=[
            Figure.of("processor time of a delivery, many to few", "x", estimate(per_round), bar),
            Figure.of("the same of bare writes, which is the kernel's own", "x", estimate(ratios(bare_many, bare_few))),
            *(Figure.of(f"{side}: processor time of a delivery", "us", estimate(each)) for side, each in spent.items()),
        ],
        rounds=rounds,
        ratios=per_round,
        settings={"sockets": f"{few} and {many}, one number, a change at a time"},
        ledger="; ".join(f"{hall}, {sockets} sockets: {book}" for (hall, sockets), book in books.items()),
    )


def _us(turn: Turn, hall: str) -> float:
    spent_us = turn.cpu_us[hall] + turn.cpu_us.get("redis", 0)
    return spent_us or 1e6 / cpu.TICKS_PER_S / turn.counted  # the kernel counts in ticks


STAGE = Stage("growth-sockets", "10 times the sockets of a number", "a tenth of them", run, grows=True)
