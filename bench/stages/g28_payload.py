"""Ten times as much in a webhook: one update of ten times the bytes, and ten updates in one body."""

from contextlib import AsyncExitStack

from bench import cpu, ledger
from bench.ledger import Ledger, LedgerError
from bench.load import Load
from bench.ratios import estimate, ratios
from bench.result import Bar, Figure, Result, Turn
from bench.sides import Side, inbox
from bench.stage import Bench, Stage
from bench.turn import take
from bench.webhooks import several

TIMES = 10
# Of two bytes each, as most alphabets need: four thousand letters are the longest text there is.
LETTER = "и"
LONG = LETTER * (((TIMES - 1) * len(several(0, 1)) + 75) // 2)
SHAPES = {  # updates in a body, and their text
    "ordinary": (1, ""),
    "ten times the bytes": (1, LONG),
    "ten updates": (TIMES, ""),
}


async def run(stage: Stage, bench: Bench) -> Result:
    """Processor time of ingest for one body; the bar is for bytes, because ten updates are ten events to be made."""
    size, rounds, first = bench.size, list[list[Turn]](), 0
    async with AsyncExitStack() as opened:
        side = await opened.enter_async_context(inbox(bench.servers, bench.folder))
        books = {name: Ledger() for name in SHAPES}
        for number in range(size.rounds):
            turns = {}
            for name in SHAPES if number % 2 == 0 else reversed(SHAPES):
                turns[name] = await _turn(bench, side, name, first, books[name])
                first += (size.warm + size.requests) // 2 * TIMES
            rounds.append([turns[name] for name in SHAPES])
            said = ", ".join(f"{turn.side} {turn.cpu_us['ours']:.0f} us" for turn in rounds[-1])
            foreign = max(turn.cores["foreign"] for turn in rounds[-1])
            bench.say(f"round {number + 1} of {size.rounds}: {said} (foreign load {foreign:.2f} cores)")
    spent = [[_us(turn) for turn in turns] for turns in zip(*rounds, strict=True)]
    brokers = [[turn.cpu_us["rabbitmq"] for turn in turns] for turns in zip(*rounds, strict=True)]
    ordinary, long, many = spent
    bar = Bar(must=2.0, stretch=1.5, at_most=True)
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=[
            Figure.of("processor time of a body with ten times the bytes", "x", estimate(ratios(long, ordinary)), bar),
            Figure.of("of a body with ten updates", "x", estimate(ratios(many, ordinary))),
            Figure.of("of one of ten updates", "x", estimate([each / TIMES for each in ratios(many, ordinary)])),
            *(
                Figure.of(f"{name}: {who}, of a body", "us", estimate(each))
                for who, measured in (("ingest", spent), ("RabbitMQ", brokers))
                for name, each in zip(SHAPES, measured, strict=True)
            ),
        ],
        rounds=rounds,
        ratios=ratios(long, ordinary),
        settings={
            "bodies": ", ".join(f"{name} {len(several(0, *shape))} bytes" for name, shape in SHAPES.items()),
            "requests": f"{size.requests // 2} in a round and kind, after {size.warm // 2} to warm up",
            "connections": f"{size.connections}, each with one request at a time",
        },
        ledger="; ".join(f"{name}: {book}" for name, book in books.items()),
    )


def _us(turn: Turn) -> float:
    return turn.cpu_us["ours"] or 1e6 / cpu.TICKS_PER_S / turn.counted  # the kernel counts in ticks


async def _turn(bench: Bench, side: Side, name: str, first: int, book: Ledger) -> Turn:
    """A body has as many serials as it has updates; each of them must be in the queue."""
    size, (step, text), leaders = bench.size, SHAPES[name], {**bench.servers.leaders, **side.leaders}
    warm = Load(
        port=side.port,
        path=side.path,
        first=first,
        step=step,
        count=size.warm // 2,
        connections=size.connections,
        updates=step,
        text=text,
    )
    load = warm.model_copy(update={"first": first + warm.count * step, "count": size.requests // 2})
    _, warmed = await take(name, warm, leaders)
    turn, told = await take(name, load, leaders)
    answered, asked_to = set[int](), load.first + load.count * step
    for each, came in ((warm, warmed), (load, told)):
        if came.refused and size.is_whole:
            raise LedgerError(f"{name}: {len(came.refused)} of {came.count} were not answered 200: {came.codes}")
        bodies = set(range(each.first, each.first + each.count * step, step)) - set(came.refused)
        answered |= {serial + update for serial in bodies for update in range(step)}
    book.settle(answered, await ledger.stored(bench.servers.rabbitmq.url, side.queue, answered), asked_to)
    return turn


STAGE = Stage("growth-payload", "10 times the bytes, or the updates, in a webhook", "an ordinary one", run, grows=True)
