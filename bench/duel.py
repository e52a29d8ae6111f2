"""Ours against another receiver of webhooks: rounds in turn, the same bodies, and a ledger of each side."""

from contextlib import AsyncExitStack

from bench import ledger
from bench.compared import compared
from bench.gate import try_out
from bench.histogram import Histogram
from bench.ledger import Ledger, LedgerError
from bench.load import Load, Told
from bench.result import Bar, Result, Turn
from bench.sides import Opened, Side, inbox
from bench.stage import Bench, Stage
from bench.turn import take


async def against(stage: Stage, bench: Bench, theirs: Opened, bar: Bar) -> Result:
    """Requests per second of ours to theirs, each connection asking again as soon as it is answered."""
    size = bench.size
    async with AsyncExitStack() as opened:
        sides = [await opened.enter_async_context(each(bench.servers, bench.folder)) for each in (inbox, theirs)]
        for side in sides:
            await try_out(side)
        contest = Contest(bench, sides)
        for number in range(size.rounds):
            await contest.round(number)
    figures, per_round = compared(contest.rounds, "requests", bar)
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=figures,
        rounds=contest.rounds,
        ratios=per_round,
        latency={name: histogram.as_json() for name, histogram in contest.latency.items()},
        settings={
            "requests": f"{size.requests} in a round and side, after {size.warm} to warm up",
            "connections": f"{size.connections}, each with one request at a time",
            "rounds": f"{size.rounds}, the first side alternating",
        },
        ledger="; ".join(f"{name}: {ledger}" for name, ledger in contest.ledgers.items()),
    )


class Contest:
    """Sides that get the same serials in the same round."""

    def __init__(self, bench: Bench, sides: list[Side]) -> None:
        self._bench = bench
        self._sides = sides
        self._next = 0
        self.ledgers = {side.name: Ledger() for side in sides}
        self.latency = {side.name: Histogram() for side in sides}
        self.rounds: list[list[Turn]] = []

    async def round(self, number: int) -> None:
        """Each side once; whoever was first is last the next time."""
        size = self._bench.size
        first, self._next = self._next, self._next + size.warm + size.requests
        turns = {}
        for side in self._sides if number % 2 == 0 else reversed(self._sides):
            turns[side.name] = await self._turn(side, first)
        self.rounds.append([turns[side.name] for side in self._sides])
        told = ", ".join(f"{turn.side} {turn.per_s:,.0f}/s" for turn in self.rounds[-1])
        foreign = max(turn.cores["foreign"] for turn in self.rounds[-1])
        self._bench.say(f"round {number + 1} of {size.rounds}: {told} (foreign load {foreign:.2f} cores)")

    async def _turn(self, side: Side, first: int) -> Turn:
        size, leaders = self._bench.size, {**self._bench.servers.leaders, **side.leaders}
        warm = Load(port=side.port, path=side.path, first=first, count=size.warm, connections=size.connections)
        load = warm.model_copy(update={"first": first + size.warm, "count": size.requests})
        _, warmed = await take(side.name, warm, leaders)
        turn, told = await take(side.name, load, leaders)
        await settle(self._bench, side, self.ledgers[side.name], [warmed, told], [warm, load])
        self.latency[side.name] += Histogram.from_json(told.latency)
        return turn


async def settle(bench: Bench, side: Side, book: Ledger, told: list[Told], loads: list[Load]) -> None:
    """What was answered 200 is in the queue; the queue is empty then."""
    answered = {
        serial
        for load, one in zip(loads, told, strict=True)
        for serial in set(range(load.first, load.first + load.count)) - set(one.refused)
    }
    asked = sum(load.count for load in loads)
    if len(answered) < asked and bench.size.is_whole:  # otherwise it may happen, on a machine that has no time
        codes = [one.codes for one in told]
        raise LedgerError(f"{side.name}: {asked - len(answered)} of {asked} were not answered 200: {codes}")
    found = await ledger.stored(bench.servers.rabbitmq.url, side.queue, answered)
    book.settle(answered, found, max(load.first + load.count for load in loads))
