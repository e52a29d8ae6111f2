"""Push against others: rounds in turn, the same changes to as many sockets, and a ledger of each side."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack

from bench.listening import Deliveries
from bench.pushes import Hall, Opened, inbox, missing
from bench.ratios import estimate, ratios
from bench.result import Bar, Figure, Result, Turn
from bench.stage import Bench, Stage

Play = Callable[[Hall, Deliveries, int], Awaitable[Turn]]  # one side, one round

BETWEEN_S = 0.5  # until a side has seen the sockets of its round go


async def against(
    stage: Stage, bench: Bench, theirs: Mapping[Opened, Bar | None], sockets: int, play: Play, settings: dict[str, str]
) -> Result:
    """Deliveries per second of ours to each of theirs."""
    skipped = {side: why for side in theirs if (why := missing(side))}
    for why in skipped.values():
        bench.say(why)
    bars = {side: bar for side, bar in theirs.items() if side not in skipped}
    rounds: list[list[Turn]] = []
    async with AsyncExitStack() as opened:
        halls = [
            await opened.enter_async_context(each(bench.servers, bench.folder, sockets)) for each in (inbox, *bars)
        ]
        books = {hall.name: Deliveries() for hall in halls}
        for number in range(bench.size.rounds):
            turns = {}
            for hall in halls if number % 2 == 0 else reversed(halls):
                turns[hall.name] = await play(hall, books[hall.name], number)
                await asyncio.sleep(BETWEEN_S)
            rounds.append([turns[hall.name] for hall in halls])
            bench.say(told(rounds[-1], f"round {number + 1} of {bench.size.rounds}"))
    mine, *others = ([turn.per_s for turn in turns] for turns in zip(*rounds, strict=True))
    per_round = [ratios(mine, its) for its in others]
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=[
            *(
                Figure.of(f"deliveries per second, ours to {hall.name}", "x", estimate(each), bar)
                for hall, each, bar in zip(halls[1:], per_round, bars.values(), strict=True)
            ),
            *figures(rounds),
        ],
        rounds=rounds,
        ratios=per_round[0] if per_round else [],
        settings={
            "sockets": f"{sockets}, one number",
            "rounds": f"{bench.size.rounds}, the first side alternating",
            **settings,
            **({"skipped": "; ".join(skipped.values())} if skipped else {}),
        },
        ledger="; ".join(f"{name}: {book}" for name, book in books.items()),
    )


def figures(rounds: list[list[Turn]]) -> list[Figure]:
    """Of each side: its rate, and what a delivery costs it."""
    by_side = list(zip(*rounds, strict=True))
    return [
        *(
            Figure.of(f"{turns[0].side}: deliveries per second", "/s", estimate([turn.per_s for turn in turns]))
            for turns in by_side
        ),
        *(
            Figure.of(
                f"{turns[0].side}: processor time of a delivery",
                "us",
                estimate([turn.cpu_us[turn.side] + turn.cpu_us.get("redis", 0) for turn in turns]),
            )
            for turns in by_side
        ),
    ]


def told(turns: list[Turn], what: str) -> str:
    """A round in a line."""
    each = ", ".join(f"{turn.side} {turn.per_s:,.0f}/s at {turn.cpu_us[turn.side]:.1f} us" for turn in turns)
    counter = max(turn.cores["counter"] for turn in turns)
    foreign = max(turn.cores["foreign"] for turn in turns)
    return f"{what}: {each} (counter {counter:.2f}, foreign load {foreign:.2f} cores)"
