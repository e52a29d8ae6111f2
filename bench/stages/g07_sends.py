"""The sender, from a queue to the told outcome, against loops that do nothing but call."""

from contextlib import AsyncExitStack

from bench.callers import inbox, loop
from bench.clicks import numbers
from bench.ledger import Ledger
from bench.ratios import estimate, ratios
from bench.result import Bar, Figure, Result, Turn
from bench.sends import graph_end, turn
from bench.stage import Bench, Stage

IN_FLIGHT = 100
# So many that neither Meta's rate for one nor the crowd of one is what is measured.
NUMBERS = 100
PLAIN = ("httpx", "aiohttp", "door")


async def run(stage: Stage, bench: Bench) -> Result:
    """Sends per second, each side with a hundred in flight."""
    size, book = bench.size, Ledger("called for")
    of, rounds = numbers(NUMBERS), list[list[Turn]]()
    async with AsyncExitStack() as opened:
        end = await opened.enter_async_context(graph_end(bench))
        ours = inbox(sends_in_hand_max=IN_FLIGHT, sends_per_s=1000)
        sides = [
            await opened.enter_async_context(each(bench.servers, bench.folder, end.url, of))
            for each in (ours, *(loop(name) for name in PLAIN))
        ]
        for number in range(size.rounds):
            serials = range(number * size.sends, (number + 1) * size.sends)
            turns = {}
            for side in sides if number % 2 == 0 else reversed(sides):
                turns[side.name], _ = await turn(bench, side, end, serials, book)
            rounds.append([turns[side.name] for side in sides])
            told = ", ".join(f"{turn.side} {turn.per_s:,.0f}/s" for turn in rounds[-1])
            foreign = max(turn.cores["foreign"] for turn in rounds[-1])
            bench.say(f"round {number + 1} of {size.rounds}: {told} (foreign load {foreign:.2f} cores)")
    rates = {turns[0].side: [turn.per_s for turn in turns] for turns in zip(*rounds, strict=True)}
    per_round = ratios(rates["ours"], rates["httpx"])
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=[
            Figure.of("sends per second, ours to plain httpx", "x", estimate(per_round), Bar(must=6.0, stretch=20.0)),
            Figure.of("our door alone to plain httpx", "x", estimate(ratios(rates["door"], rates["httpx"]))),
            Figure.of("plain aiohttp to plain httpx", "x", estimate(ratios(rates["aiohttp"], rates["httpx"]))),
            *(Figure.of(f"{name}: sends per second", "/s", estimate(each)) for name, each in rates.items()),
            *(
                Figure.of(
                    f"{turns[0].side}: processor time of a send",
                    "us",
                    estimate([turn.cpu_us[turn.side] for turn in turns]),
                )
                for turns in zip(*rounds, strict=True)
            ),
        ],
        rounds=rounds,
        ratios=per_round,
        settings={
            "sends": f"{size.sends} in a round and side, of {NUMBERS} numbers, each to another customer",
            "in flight": f"{IN_FLIGHT}; Graph answers after 20 ms",
            "ours": f"INBOX_SENDS_IN_HAND_MAX={IN_FLIGHT} and INBOX_SENDS_PER_S=1000, all else at its default",
            "rounds": f"{size.rounds}, the first side alternating",
        },
        ledger=f"Graph has received every message once, by every side; ours: {book}",
    )


STAGE = Stage("g7", "sender: queue to outcome, 100 in flight", "a loop of plain httpx that only calls", run)
