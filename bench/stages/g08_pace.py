"""The sender at Meta's limits: one number at the highest tier, and a dozen at the ordinary one."""

from bench import seconds
from bench.callers import inbox
from bench.clicks import numbers
from bench.ledger import Ledger
from bench.ratios import estimate
from bench.result import Bar, Figure, Result, Turn
from bench.sends import Arrivals, graph_end, turn
from bench.stage import Bench, Stage

SHAPES = ((1, 1000), (12, 80))  # numbers, and what each may send in a second
SHARE = Bar(must=0.98, stretch=0.985)
NEVER_ABOVE = Bar(must=1.0, stretch=1.0, at_most=True)
CORES = Bar(must=0.5, stretch=0.25, at_most=True)


async def run(stage: Stage, bench: Bench) -> Result:
    """A backlog is let go, and is counted second by second where Graph would be."""
    size, rounds, figures, books = bench.size, list[list[Turn]](), list[Figure](), list[str]()
    async with graph_end(bench) as end:
        for count, per_s in SHAPES:
            of, book, sends = numbers(count), Ledger("called for"), round(count * per_s * size.paced_s)
            turns, arrivals = list[Turn](), list[Arrivals]()
            async with inbox(sends_per_s=per_s)(bench.servers, bench.folder, end.url, of) as side:
                for number in range(size.rounds):
                    serials = range(number * sends, (number + 1) * sends)
                    made, came = await turn(bench, side, end, serials, book)
                    turns.append(made)
                    arrivals.append(came)
                    bench.say(
                        f"round {number + 1} of {size.rounds}: {count} x {per_s}/s: {_share(came, per_s):.4f} of it,"
                        f" busiest second {_busiest(came, per_s):.4f}, {made.cores['ours']:.2f} cores"
                        f" (foreign load {made.cores['foreign']:.2f} cores)"
                    )
            name = f"{count} x {per_s}/s" if count > 1 else f"{per_s}/s of one number"
            figures += [
                Figure.of(f"{name}: of the limit", "x", estimate([_share(each, per_s) for each in arrivals]), SHARE),
                _worst(f"{name}: the busiest second of all, of the limit", arrivals, per_s),
                Figure.of(f"{name}: busy", "cores", estimate([each.cores["ours"] for each in turns]), CORES),
            ]
            books.append(f"{name}: {book}")
            rounds += [[each] for each in turns]
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=figures,
        rounds=rounds,
        settings={
            "sends": f"as many as {size.paced_s:g} s allow, all asked for at once, each to another customer",
            "ours": "INBOX_SENDS_PER_S as said, all else at its default",
            "rounds": f"{size.rounds} of each",
        },
        ledger=f"Graph has received every message once; {'; '.join(books)}",
    )


def _share(arrivals: Arrivals, per_s: int) -> float:
    """Of the slowest number."""
    return min(seconds.per_s(times) for times in arrivals.by_number.values()) / per_s


def _busiest(arrivals: Arrivals, per_s: int) -> float:
    return max(seconds.busiest(times) for times in arrivals.by_number.values()) / per_s


def _worst(name: str, arrivals: list[Arrivals], per_s: int) -> Figure:
    worst = max(_busiest(each, per_s) for each in arrivals)
    return Figure(name=name, unit="x", median=worst, low=worst, high=worst, bar=NEVER_ABOVE)


STAGE = Stage("g8", "sender at 1,000/s for one number, and 80/s for 12", "the limit that is set", run)
