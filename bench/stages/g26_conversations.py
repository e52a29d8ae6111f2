"""Ten times as many conversations, and ten times as many numbers: what an event costs must not grow with them.

The more conversations take turns, the fewer messages of one are in a batch, where it is read and written once for all
of them. Beside it stands what is left without that: as many messages of one in a row, however many there are.
"""

from bench.growing import Field, Projecting, projecting, spent_us
from bench.ratios import estimate, ratios
from bench.result import Bar, Figure, Result, Turn
from bench.stage import Bench, Stage

TIMES = 10
IN_A_ROW = 5
BAR = Bar(must=1.1, stretch=1.05, at_most=True)


async def run(stage: Stage, bench: Bench) -> Result:
    """Processor time of a message in each of three sizes, twice: of conversations, then of numbers."""
    size, base = bench.size, max(1, bench.size.facts // 10)
    rounds: list[list[Turn]] = []
    rows: list[list[Turn]] = []
    async with projecting(bench) as projectors:
        fields = [await _filled(projectors, f"{count:,} conversations", count) for count in _sizes(base)]
        for count in (1, TIMES, TIMES * TIMES):
            name = f"{count} number{'s' if count > 1 else ''}"
            fields.append(await _filled(projectors, name, base * TIMES, count))
        for number in range(size.rounds):
            turns = {}
            for field in fields if number % 2 == 0 else reversed(fields):
                turns[field.name] = await projectors.drain(field, size.facts // 2)
            rounds.append([turns[field.name] for field in fields])
            rows.append([await projectors.drain(field, size.facts // 2, IN_A_ROW) for field in fields[:3]])
            said = ", ".join(f"{turn.side} {spent_us(turn):.0f} us" for turn in rounds[-1])
            foreign = max(turn.cores["foreign"] for turn in rounds[-1])
            bench.say(f"round {number + 1} of {size.rounds}: {said} (foreign load {foreign:.2f} cores)")
        told = [await projectors.settle(field) for field in fields]
    spent, in_a_row = (
        [[spent_us(turn) for turn in turns] for turns in zip(*made, strict=True)] for made in (rounds, rows)
    )
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=[
            *(
                Figure.of(
                    f"processor time of a message, {fields[many].name} to {fields[few].name}",
                    "x",
                    estimate(ratios(spent[many], spent[few])),
                    BAR,
                )
                for few, many in ((0, 1), (1, 2), (3, 4), (4, 5))
            ),
            *(
                Figure.of(
                    f"with {IN_A_ROW} of each in a row, {fields[many].name} to {fields[few].name}",
                    "x",
                    estimate(ratios(in_a_row[many], in_a_row[few])),
                )
                for few, many in ((0, 1), (1, 2))
            ),
            *(
                Figure.of(f"{field.name}: processor time of a message", "us", estimate(each))
                for field, each in zip(fields, spent, strict=True)
            ),
        ],
        rounds=rounds,
        ratios=ratios(spent[1], spent[0]),
        settings={
            "messages": f"{size.facts // 2} in a round and size, of all conversations in turn, numbers in turn",
            "conversations": f"{base * TIMES:,} together where numbers grow",
            "counted": "projector, RabbitMQ and Redis",
        },
        ledger="; ".join(told),
    )


def _sizes(base: int) -> tuple[int, int, int]:
    return base, base * TIMES, base * TIMES * TIMES


async def _filled(projectors: Projecting, name: str, conversations: int, numbers: int = 1) -> Field:
    field = await projectors.field(name, conversations, numbers)
    await projectors.fill(field, conversations)
    projectors.bench.say(f"{name}: filled")
    return field


STAGE = Stage("growth-conversations", "10 times the conversations, or the numbers", "a tenth of them", run, grows=True)
