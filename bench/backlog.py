"""Projectors against one another: the same facts wait for each, and the clock runs until all are in its store."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from bench import cpu, facts, webhooks
from bench.compared import compared
from bench.ledger import Ledger
from bench.result import Bar, Result, Turn
from bench.servers import Servers
from bench.stage import Bench, Stage
from shared import redis
from shared.contract.ids import WorkspaceId
from shared.process import now_ms
from shared.redis import Redis

DRAIN_S_MAX = 240.0
LOOK_S = 0.005


@dataclass(frozen=True)
class Drain:
    """Running, with nothing to do yet."""

    name: str
    workspace_id: WorkspaceId
    fill: Callable[[list[bytes]], Awaitable[None]]  # lays the facts where it will find them
    messages: str  # the key of a hash in which each message is a field
    pid: int


Opened = Callable[[Servers, Path], AbstractAsyncContextManager[Drain]]


async def against(stage: Stage, bench: Bench, ours: Opened, theirs: Opened, bar: Bar) -> Result:
    """Facts per second of ours to theirs."""
    size, rounds = bench.size, list[list[Turn]]()
    async with AsyncExitStack() as opened:
        sides = [await opened.enter_async_context(each(bench.servers, bench.folder)) for each in (ours, theirs)]
        store = await opened.enter_async_context(redis.connect(bench.servers.redis.url))
        books = {side.name: Ledger("projected") for side in sides}
        for number in range(size.rounds):
            wanted = facts.serials(number * size.facts, size.facts)
            turns = {}
            for side in sides if number % 2 == 0 else reversed(sides):
                turns[side.name] = await _turn(bench, side, store, wanted)
                found = await _stored(store, side)
                books[side.name].settle(set(wanted), found - set(range(wanted.start)), wanted.stop)
            rounds.append([turns[side.name] for side in sides])
            told = ", ".join(f"{turn.side} {turn.per_s:,.0f}/s" for turn in rounds[-1])
            foreign = max(turn.cores["foreign"] for turn in rounds[-1])
            bench.say(f"round {number + 1} of {size.rounds}: {told} (foreign load {foreign:.2f} cores)")
    figures, per_round = compared(rounds, "facts", bar)
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=figures,
        rounds=rounds,
        ratios=per_round,
        settings={
            "facts": f"{size.facts} messages of 1,000 customers in a round and side",
            "rounds": f"{size.rounds}, the first side alternating",
        },
        ledger="; ".join(f"{name}: {book}" for name, book in books.items()),
    )


async def _turn(bench: Bench, side: Drain, store: Redis, wanted: range) -> Turn:
    """The side is held while its queue is filled; the clock runs from when it is let go."""
    before_all = await _count(store, side)
    own = {**bench.servers.leaders, side.name: side.pid}
    with held(side.pid):
        await side.fill(list(facts.lines(side.workspace_id, wanted, now_ms())))
        before, began_s = cpu.reading(own), time.monotonic()
    async with asyncio.timeout(DRAIN_S_MAX):
        while await _count(store, side) < before_all + len(wanted):  # noqa: ASYNC110 (a hash cannot say when)
            await asyncio.sleep(LOOK_S)
    took_s = time.monotonic() - began_s
    spent_s = cpu.between(before, cpu.reading(own))
    return Turn(
        side=side.name,
        per_s=len(wanted) / took_s,
        counted=len(wanted),
        refused=0,
        took_s=took_s,
        cpu_us={who: 1e6 * s / len(wanted) for who, s in spent_s.items() if who not in ("foreign", "stolen")},
        cores={who: s / took_s for who, s in spent_s.items()},
    )


@contextmanager
def held(pid: int) -> Iterator[None]:
    """Stopped by a signal, and let go at the end: shorter than any heartbeat notices."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


async def _stored(store: Redis, side: Drain) -> set[int]:
    return set(webhooks.serials(b"\n".join(await cast("Awaitable[list[bytes]]", store.hkeys(side.messages)))))


async def _count(store: Redis, side: Drain) -> int:
    return await store.hlen(side.messages)
