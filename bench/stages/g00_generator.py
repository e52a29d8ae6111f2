"""How fast the generator itself is, against a server that only answers: whoever is measured has to be slower."""

from bench.histogram import Histogram
from bench.load import Load
from bench.paced import figures, load
from bench.program import PYTHON, Program
from bench.ratios import estimate
from bench.result import Figure, Result, Turn
from bench.stage import Bench, Stage
from bench.stages.g04_paced import PER_S
from bench.turn import take
from tests.real.server import free_port


async def run(stage: Stage, bench: Bench) -> Result:
    """As fast as it can, then at the pace of G4."""
    size, port = bench.size, free_port()
    fast: list[Turn] = []
    paced: list[Turn] = []
    latency = Histogram()
    async with Program([PYTHON, "-m", "bench.trivial", str(port)], port, {}, bench.folder / "trivial.log") as trivial:
        leaders = {"trivial": trivial.pid}
        for number in range(size.rounds):
            closed = Load(port=port, path="/", first=0, count=2 * size.requests, connections=size.connections)
            fast.append((await take("trivial", closed, leaders))[0])
            turn, told = await take("trivial", load(size, port, "/", 0, PER_S, number), leaders)
            paced.append(turn)
            latency += Histogram.from_json(told.latency)
            bench.say(
                f"round {number + 1} of {size.rounds}: {fast[-1].per_s:,.0f}/s,"
                f" {fast[-1].cpu_us['generator']:.0f} us each; paced p99 {turn.p99_ms:.1f} ms"
            )
    if any(turn.refused for turn in (*fast, *paced)):
        raise RuntimeError("the trivial server has not answered everything")
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=[
            Figure.of("requests per second, at most", "/s", estimate([turn.per_s for turn in fast])),
            Figure.of("its processor time of a request", "us", estimate([turn.cpu_us["generator"] for turn in fast])),
            *figures(paced, latency, None, None),
        ],
        rounds=[list(pair) for pair in zip(fast, paced, strict=True)],
        latency={"trivial": latency.as_json()},
        settings={
            "connections": f"{size.connections}, each with one request at a time",
            "pace": f"{PER_S}/s, exponential gaps",
        },
        ledger="every request answered",
    )


STAGE = Stage("g0", "the load generator", "a server that only answers", run)
