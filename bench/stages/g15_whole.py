"""What a message costs from the webhook to the browser, in every process there is, against an idiomatic stack."""

from contextlib import AsyncExitStack

from bench.ratios import estimate, ratios
from bench.result import Bar, Figure, Result, Turn
from bench.stage import Bench, Stage
from bench.whole import CONNECTIONS_PACED, STEP, Way, idiom, inbox, pipeline_us, travel

PACED_PER_S = 300  # what customers write at Meta's top tier


async def run(stage: Stage, bench: Bench) -> Result:
    """Processor time of a message: as fast as each side can, and at a pace."""
    size, fast, paced = bench.size, list[list[Turn]](), list[list[Turn]]()
    count, slow = size.requests // 5, round(PACED_PER_S * size.pace * size.paced_s / 2)
    first = 0
    async with AsyncExitStack() as opened:
        ways = [await opened.enter_async_context(each(bench.servers, bench.folder)) for each in (inbox, idiom)]
        for number in range(size.rounds):
            turns: dict[str, tuple[Turn, Turn]] = {}
            for way in ways if number % 2 == 0 else reversed(ways):
                turns[way.name] = await _turn(bench, way, first, count, slow, number)
            first += (size.warm + count + slow) * STEP
            fast.append([turns[way.name][0] for way in ways])
            paced.append([turns[way.name][1] for way in ways])
            said = ", ".join(f"{turn.side} {turn.per_s:,.0f}/s, {pipeline_us(turn):,.0f} us each" for turn in fast[-1])
            foreign = max(turn.cores["foreign"] for turn in fast[-1])
            for turn in (*fast[-1], *paced[-1]):
                told = ", ".join(f"{who} {us:,.0f} us" for who, us in turn.cpu_us.items())
                bench.say(f"{turn.side}, {turn.per_s:,.0f}/s: {told}")
            bench.say(f"round {number + 1} of {size.rounds}: {said} (foreign load {foreign:.2f} cores)")
    spent, calm = ([_spent(each) for each in zip(*rounds, strict=True)] for rounds in (fast, paced))
    per_round = ratios(*spent)
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=[
            Figure.of(
                "processor time of a message, ours to theirs",
                "x",
                estimate(per_round),
                Bar(must=0.4, stretch=0.25, at_most=True),
            ),
            *(
                Figure.of(f"{way.name}: processor time of a message", "us", estimate(each))
                for way, each in zip(ways, spent, strict=True)
            ),
            Figure.of(f"at {PACED_PER_S}/s, ours to theirs", "x", estimate(ratios(*calm))),
            *(
                Figure.of(f"{way.name}: messages per second, at most", "/s", estimate([turn.per_s for turn in turns]))
                for way, turns in zip(ways, zip(*fast, strict=True), strict=True)
            ),
        ],
        rounds=fast,
        ratios=per_round,
        settings={
            "messages": f"{count} in a round and side, as fast as {size.connections} connections are answered;"
            f" {slow} more at {PACED_PER_S}/s",
            "counted": "every process of the side, RabbitMQ and Redis; one browser listens",
            "rounds": f"{size.rounds}, the first side alternating",
        },
        ledger="every message that was answered 200 has reached the browser",
    )


async def _turn(bench: Bench, way: Way, first: int, count: int, slow: int, seed: int) -> tuple[Turn, Turn]:
    size = bench.size
    await travel(bench, way, way.journey(first, size.warm, size.connections, None, seed))
    first += size.warm * STEP
    fast, _ = await travel(bench, way, way.journey(first, count, size.connections, None, seed))
    first += count * STEP
    pace = PACED_PER_S * size.pace
    calm, _ = await travel(bench, way, way.journey(first, slow, CONNECTIONS_PACED, pace, seed))
    return fast, calm


def _spent(turns: tuple[Turn, ...]) -> list[float]:
    return [pipeline_us(turn) for turn in turns]


STAGE = Stage(
    "g15",
    "the whole pipeline: processor time of a customer's message",
    "aiohttp + aio-pika, FastStream + redis-py, aiohttp: one message each",
    run,
)
