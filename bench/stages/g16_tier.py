"""Meta's top tier on this machine: whether it is sustained and what it leaves; if it is not, what share of it is."""

import os
import time
from statistics import median

from bench import tier
from bench.histogram import Histogram
from bench.ratios import Estimate, estimate
from bench.result import Bar, Figure, Result
from bench.stage import Bench, Stage
from bench.tier import Box, Step

WHOLE_S = 60.0
SHARES = (0.75, 0.5, 0.35, 0.25, 0.15)  # tried in turn when the whole is too much
LADDER_WINDOWS, LADDER_S = 2, 8.0
LADDER_BEGINS_S_MAX = 300.0  # after the stage has begun: what is begun then has still time to end
FINISHED_MIN = 0.98
WAITING_S_MAX = 3.0  # the last status of a send comes 0.8 s after Graph's answer
SUSTAINED = Bar(must=1.0, stretch=1.0)
FINISHED = Bar(must=FINISHED_MIN, stretch=0.995)
WAITING = Bar(must=WAITING_S_MAX, stretch=1.5, at_most=True)
SPARE = Bar(must=0.0, stretch=30.0)


async def run(stage: Stage, bench: Bench) -> Result:
    """The whole tier; when it is not sustained, less and less of it until that is."""
    size, until_s = bench.size, time.monotonic() + LADDER_BEGINS_S_MAX
    async with tier.opened(bench, size.pace) as box:
        window_s = min(size.paced_s, WHOLE_S / size.rounds)
        whole = await tier.step(box, size.pace, 0, size.rounds, window_s, 1)
        _say(bench, whole)
        steps = [whole, *(await _ladder(bench, box, whole, until_s) if size.pace == 1 else [])]
    best = next((each.share for each in steps if _sustained(each)), 0.0)
    cores = len(os.sched_getaffinity(0))
    turns = [window.turn for window in whole.windows]
    spare = [100 * _spare(each.turn.cores, cores) for each in whole.windows]
    refused = [100 * window.refused / max(1, window.asked) for window in whole.windows]
    clicks, heard = Histogram.of(whole.click_us), Histogram.of(whole.heard_us)
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=[
            Figure.of("sustained, of the tier", "x", Estimate(best, best, best), SUSTAINED),
            Figure.of("finished, of what was asked meanwhile", "x", estimate(whole.finished), FINISHED),
            Figure.of("what waited at the end, as time", "s", Estimate(*[whole.waiting_s] * 3), WAITING),
            Figure.of("of the machine to spare", "%", estimate(spare), SPARE),
            Figure.of("refused for the moment, of what was asked", "%", estimate(refused)),
            *(
                Figure.of(f"busy: {who}", "cores", estimate([turn.cores[who] for turn in turns]))
                for who in turns[0].cores
            ),
            *(
                Figure.of(f"{name}, {share:g} %", "ms", Estimate(*[times.quantile_ms(share / 100)] * 3))
                for name, times in (
                    ("from an agent's click to Graph", clicks),
                    ("from a customer to the browser", heard),
                )
                for share in (50, 99)
            ),
            *(
                Figure.of(f"{100 * each.share:g} % of the tier: finished", "x", estimate(each.finished))
                for each in steps[1:]
            ),
        ],
        rounds=[[turn] for turn in turns],
        latency={"a click to Graph": clicks.as_json(), "a customer to the browser": heard.as_json()},
        settings={
            "asked": f"{tier.SENDS_PER_S} sends/s by the api, {tier.WRITTEN_PER_S} messages/s of customers, exponential"
            f" gaps; three statuses follow each send; {size.rounds} windows of {window_s:.1f} s without a pause",
            "conversations": f"{box.customers:,} of one number; agents and browser, Graph and customers are two more"
            " processes on the same machine",
            "ours": "api, sender, ingest, projector and push, one process each; INBOX_SENDS_PER_S=1000, all else at its"
            " default",
            "counted": "a send when it is read in the browser, a customer's message when it is there",
        },
        ledger=f"Graph has received each of {sum(each.sends for each in steps)} sends once, all are read in the store"
        f" and in the browser, with {sum(each.written for each in steps)} messages of customers",
    )


async def _ladder(bench: Bench, box: Box, whole: Step, until_s: float) -> list[Step]:
    tried: list[Step] = []
    if _sustained(whole):
        return tried
    for seed, share in enumerate(SHARES, 2):
        if time.monotonic() > until_s:
            break
        first = seed * 1_000_000
        tried.append(await tier.step(box, share, first, LADDER_WINDOWS, LADDER_S, seed))
        _say(bench, tried[-1])
        if _sustained(tried[-1]):
            break
    return tried


def _sustained(each: Step) -> bool:
    return median(each.finished) >= FINISHED_MIN and each.waiting_s <= WAITING_S_MAX


def _spare(cores: dict[str, float], count: int) -> float:
    return max(0.0, 1 - sum(cores.values()) / count)


def _say(bench: Bench, each: Step) -> None:
    last = each.windows[-1].turn
    busy = ", ".join(f"{who} {cores:.2f}" for who, cores in last.cores.items())
    bench.say(
        f"{100 * each.share:g} % of the tier: {median(each.finished):.3f} of it finished meanwhile,"
        f" {sum(window.refused for window in each.windows)} refused, {each.waiting_s:.1f} s of it waited at the end;"
        f" cores: {busy}"
    )


STAGE = Stage("g16", "Meta's top tier on this machine: 1,000 sends/s, 3,000 statuses/s, 300 messages/s", "-", run)
