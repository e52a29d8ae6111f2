"""Ten times as much that waits: a projector must work it off as fast."""

from bench.growing import projecting, spent_us
from bench.ratios import estimate, ratios
from bench.result import Bar, Figure, Result, Turn
from bench.stage import Bench, Stage

TIMES = 10


async def run(stage: Stage, bench: Bench) -> Result:
    """Messages per second, from when the projector is let go until the last is stored."""
    size, few = bench.size, bench.size.facts // 2
    amounts = (few, few * TIMES)
    rounds: list[list[Turn]] = []
    async with projecting(bench) as projectors:
        fields = [await projectors.field(f"{amount:,} wait", 1_000) for amount in amounts]
        for number in range(size.rounds):
            turns = {}
            sides = list(zip(fields, amounts, strict=True))
            for field, amount in sides if number % 2 == 0 else reversed(sides):
                turns[field.name] = await projectors.drain(field, amount)
            rounds.append([turns[field.name] for field in fields])
            said = ", ".join(f"{turn.side} {turn.per_s:,.0f}/s" for turn in rounds[-1])
            foreign = max(turn.cores["foreign"] for turn in rounds[-1])
            bench.say(f"round {number + 1} of {size.rounds}: {said} (foreign load {foreign:.2f} cores)")
        told = [await projectors.settle(field) for field in fields]
    sides_of = list(zip(*rounds, strict=True))
    rates = [[turn.per_s for turn in turns] for turns in sides_of]
    per_round = ratios(rates[1], rates[0])
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=[
            Figure.of("messages per second, many to few", "x", estimate(per_round), Bar(must=0.9, stretch=1.0)),
            *(
                Figure.of(f"{field.name}: messages per second", "/s", estimate(each))
                for field, each in zip(fields, rates, strict=True)
            ),
            *(
                Figure.of(f"{field.name}: processor time of a message", "us", estimate([spent_us(t) for t in turns]))
                for field, turns in zip(fields, sides_of, strict=True)
            ),
        ],
        rounds=rounds,
        ratios=per_round,
        settings={"messages": "of 1,000 customers of one number, in batches of 500", "counted": "also the broker's"},
        ledger="; ".join(told),
    )


STAGE = Stage("growth-backlog", "10 times the backlog of a projector", "a tenth of it", run, grows=True)
