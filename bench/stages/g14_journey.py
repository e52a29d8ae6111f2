"""How long a message takes from the webhook to the browser, against the sum of what each hop alone takes.

Beside it the hops in a row, as the same packages do them with nothing between: nobody can be faster with them.
"""

import asyncio

import orjson

from bench.histogram import Histogram
from bench.hops import HOPS, Asked
from bench.program import PYTHON, ROOT
from bench.ratios import estimate, ratios
from bench.result import Bar, Figure, Result, Turn
from bench.stage import Bench, Stage
from bench.whole import CONNECTIONS_PACED, STEP, chain, inbox, travel

PER_S = 300
HOPS_S = 2.0  # of each hop in a round
P50 = Bar(must=1.5, stretch=1.15, at_most=True)
P99 = Bar(must=5.0, stretch=3.5, at_most=True)


async def run(stage: Stage, bench: Bench) -> Result:
    """The hops, then the whole and the bare chain, in each round."""
    size, rounds, sums = bench.size, list[list[Turn]](), list[float]()
    latency, lag = {"ours": Histogram(), "chain": Histogram()}, Histogram()
    hops: dict[str, list[float]] = {name: [] for name in HOPS}
    per_s = PER_S * size.pace
    count, warm = round(per_s * size.paced_s), round(per_s * min(2.0, size.paced_s / 5))
    async with inbox(bench.servers, bench.folder) as whole, chain(bench.servers, bench.folder) as bare:
        for number in range(size.rounds):
            told = await _hops(bench, per_s, number)
            for name, ms in told.items():
                hops[name].append(ms)
            sums.append(sum(told.values()))
            first = number * (warm + count) * STEP
            turns = {}
            for way in (whole, bare) if number % 2 == 0 else (bare, whole):
                await travel(bench, way, way.journey(first, warm, CONNECTIONS_PACED, per_s, number))
                journey = way.journey(first + warm * STEP, count, CONNECTIONS_PACED, per_s, number)
                turns[way.name], heard = await travel(bench, way, journey)
                latency[way.name] += Histogram.from_json(heard.latency)
                lag += Histogram.from_json(heard.lag)
            rounds.append([turns[whole.name], turns[bare.name]])
            said = ", ".join(f"{turn.side} p50 {turn.p50_ms:.1f} ms, p99 {turn.p99_ms:.1f} ms" for turn in rounds[-1])
            foreign = max(turn.cores["foreign"] for turn in rounds[-1])
            bench.say(
                f"round {number + 1} of {size.rounds}: {said}, all hops {sums[-1]:.1f} ms (foreign {foreign:.2f})"
            )
    (half, slow), (bare_half, bare_slow) = (
        [[getattr(turn, name) for turn in turns] for name in ("p50_ms", "p99_ms")]
        for turns in zip(*rounds, strict=True)
    )
    per_round = ratios(half, sums)
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=[
            Figure.of("half of the messages, to the sum of the hops", "x", estimate(per_round), P50),
            Figure.of("99 of 100 messages, to the sum of the hops", "x", estimate(ratios(slow, sums)), P99),
            Figure.of(
                "the bare chain: half of the messages, to the sum of the hops", "x", estimate(ratios(bare_half, sums))
            ),
            Figure.of(
                "the bare chain: 99 of 100 messages, to the sum of the hops", "x", estimate(ratios(bare_slow, sums))
            ),
            Figure.of("half of the messages, ours to the bare chain", "x", estimate(ratios(half, bare_half))),
            Figure.of("99 of 100 messages, ours to the bare chain", "x", estimate(ratios(slow, bare_slow))),
            Figure.of("half of the messages within", "ms", estimate(half)),
            Figure.of("99 of 100 messages within", "ms", estimate(slow)),
            Figure.of("the hops together", "ms", estimate(sums)),
            *(Figure.of(f"hop: {name}", "ms", estimate(took)) for name, took in hops.items()),
        ],
        rounds=rounds,
        ratios=per_round,
        latency={name: each.as_json() for name, each in latency.items()},
        settings={
            "pace": f"{PER_S}/s for {size.paced_s:g} s a round, exponential gaps, and {HOPS_S:g} s of each hop",
            "time": "from when a webhook was due to when the browser had heard of its message",
            "late": f"half of the webhooks left up to {lag.quantile_ms(0.5):.2f} ms after they were due, which counts",
            "the bare chain": "aiohttp, aio-pika and redis-py: a POST is published confirmed, consumed, stored and"
            " announced by one script, and sent on, unread",
            "rounds": f"{size.rounds}, the first side alternating",
        },
        ledger="every message that was answered 200 has reached the browser",
    )


async def _hops(bench: Bench, per_s: float, seed: int) -> dict[str, float]:
    asked = Asked(
        amqp_url=bench.servers.rabbitmq.url,
        redis_url=bench.servers.redis.url,
        count=max(10, round(per_s * min(HOPS_S, bench.size.paced_s / 5))),
        per_s=per_s,
        seed=seed,
    )
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(str(PYTHON), "-m", "bench.hops", cwd=ROOT, stdin=pipe, stdout=pipe)
    try:
        told, _ = await process.communicate(asked.model_dump_json().encode() + b"\n")
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
    if process.returncode:
        raise RuntimeError("the hops could not be measured")
    found: dict[str, float] = orjson.loads(told)
    return found


STAGE = Stage("g14", "from the webhook to the browser at 300/s", "the sum of the raw hops in the same run", run)
