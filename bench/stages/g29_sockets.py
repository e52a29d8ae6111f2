"""Ten times as many sockets: what a delivery costs must hardly grow."""

import asyncio

from bench import cpu, listening
from bench.fanout import BETWEEN_S, told
from bench.listening import Deliveries
from bench.pushes import inbox
from bench.ratios import estimate, ratios
from bench.result import Bar, Figure, Result, Turn
from bench.stage import Bench, Stage

TIMES = 10


async def run(stage: Stage, bench: Bench) -> Result:
    """Processor time of a delivery, a change at a time, with as many deliveries on both sides."""
    size = bench.size
    few, many = size.storm // TIMES, size.storm
    rounds: list[list[Turn]] = []
    books = {few: Deliveries(), many: Deliveries()}
    async with inbox(bench.servers, bench.folder, many) as hall:
        first = 0
        for number in range(size.rounds):
            turns = {}
            for sockets in (few, many) if number % 2 == 0 else (many, few):
                steps = max(1, size.burst * few // sockets)
                serials = range(first, first + steps)
                first += steps
                turn = await listening.live(hall, books[sockets], sockets, serials, in_step=True)
                turns[sockets] = turn.model_copy(update={"side": f"{sockets} sockets"})
                await asyncio.sleep(BETWEEN_S)
            rounds.append([turns[few], turns[many]])
            shown = [turn.model_copy(update={"cpu_us": {turn.side: _us(turn)}}) for turn in rounds[-1]]
            bench.say(told(shown, f"round {number + 1} of {size.rounds}"))
    spent = [[_us(turn) for turn in turns] for turns in zip(*rounds, strict=True)]
    per_round = ratios(spent[1], spent[0])
    bar = Bar(must=1.25, stretch=1.1, at_most=True)
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=[
            Figure.of("processor time of a delivery, many to few", "x", estimate(per_round), bar),
            *(
                Figure.of(f"{sockets} sockets: processor time of a delivery", "us", estimate(each))
                for sockets, each in zip((few, many), spent, strict=True)
            ),
        ],
        rounds=rounds,
        ratios=per_round,
        settings={"sockets": f"{few} and {many}, one number, a change at a time"},
        ledger="; ".join(f"{sockets}: {book}" for sockets, book in books.items()),
    )


def _us(turn: Turn) -> float:
    return (
        turn.cpu_us["ours"] + turn.cpu_us["redis"] or 1e6 / cpu.TICKS_PER_S / turn.counted
    )  # the kernel counts in ticks


STAGE = Stage("growth-sockets", "10 times the sockets of a number", "a tenth of them", run, grows=True)
