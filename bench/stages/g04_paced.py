"""Ingest at the pace of Meta's top tier: 1,000 sends a second with three statuses each, and 300 messages."""

from bench.duel import settle
from bench.gate import try_out
from bench.histogram import Histogram
from bench.ledger import Ledger
from bench.load import Load
from bench.paced import CONNECTIONS, figures, load
from bench.result import Bar, Result, Turn
from bench.sides import inbox
from bench.stage import Bench, Stage
from bench.turn import take

PER_S = 3_300


async def run(stage: Stage, bench: Bench) -> Result:
    """How long an answer takes from when its request was due, whether or not it could be sent then."""
    size, book, latency = bench.size, Ledger(), Histogram()
    turns: list[Turn] = []
    async with inbox(bench.servers, bench.folder) as side:
        leaders = {**bench.servers.leaders, **side.leaders}
        await try_out(side)
        first = 0
        for number in range(size.rounds):
            warm = Load(port=side.port, path=side.path, first=first, count=size.warm, connections=size.connections)
            paced = load(size, side.port, side.path, first + warm.count, PER_S, number)
            first += warm.count + paced.count
            _, warmed = await take(side.name, warm, leaders)
            turn, told = await take(side.name, paced, leaders)
            await settle(bench, side, book, [warmed, told], [warm, paced])
            turns.append(turn)
            latency += Histogram.from_json(told.latency)
            bench.say(
                f"round {number + 1} of {size.rounds}: p50 {turn.p50_ms:.1f} ms, p99 {turn.p99_ms:.1f} ms"
                f" (foreign load {turn.cores['foreign']:.2f} cores)"
            )
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=figures(turns, latency, Bar(must=10, stretch=5, at_most=True), Bar(must=100, stretch=40, at_most=True)),
        rounds=[[turn] for turn in turns],
        latency={"ours": latency.as_json()},
        settings={
            "pace": f"{PER_S}/s for {size.paced_s:g} s a round, exponential gaps",
            "connections": f"{CONNECTIONS}, each with one request at a time",
            "rounds": str(size.rounds),
        },
        ledger=f"ours: {book}",
    )


STAGE = Stage("g4", "ingest at 3,300/s", "Meta: half within 250 ms, 1 % over 1 s", run)
