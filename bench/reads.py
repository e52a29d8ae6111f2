"""The api's reads against a bare server that hands out the same finished bytes: rounds in turn, one size of answer."""

import secrets
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bench.comparators import __name__ as comparators
from bench.filling import AGENTS, Filled, filled
from bench.histogram import Histogram
from bench.ledger import LedgerError
from bench.load import Load, Told
from bench.program import HOST, PYTHON, Program
from bench.ratios import estimate, ratios
from bench.result import Bar, Figure, Result, Turn
from bench.stage import Bench, Stage
from bench.turn import take
from bench.webhooks import NUMBER_ID
from shared import redis
from tests.real.server import free_port

CUSTOMERS = 100  # more than a snapshot shows
MESSAGES_EACH = 60  # more than a page shows
_NUMBER = f"/v1/numbers/{NUMBER_ID}"
PATHS = {
    "page": f"{_NUMBER}/conversations/15550000007/messages?limit=50",
    "snapshot": f"{_NUMBER}/snapshot?limit=50",
}


@dataclass(frozen=True)
class Reader:
    """One side, and what it must answer."""

    name: str
    read: str
    load: Load
    leaders: Mapping[str, int]
    body: bytes


async def against(stage: Stage, bench: Bench, bar: Bar) -> Result:
    """Requests per second of ours to the bare one's, of a page and of a snapshot."""
    size, rounds, latency = bench.size, list[list[Turn]](), dict[str, Histogram]()
    async with AsyncExitStack() as opened:
        readers = await _opened(bench, opened)
        for number in range(size.rounds):
            turns: dict[str, Turn] = {}
            for reader in readers if number % 2 == 0 else reversed(readers):
                turn, told = await _turn(reader, bench)
                turns[reader.name] = turn
                latency[reader.name] = latency.get(reader.name, Histogram()) + Histogram.from_json(told.latency)
            rounds.append([turns[reader.name] for reader in readers])
            said = ", ".join(f"{turn.side} {turn.per_s:,.0f}/s" for turn in rounds[-1])
            foreign = max(turn.cores["foreign"] for turn in rounds[-1])
            bench.say(f"round {number + 1} of {size.rounds}: {said} (foreign load {foreign:.2f} cores)")
    rates = [[turn.per_s for turn in turns] for turns in zip(*rounds, strict=True)]
    own = [[turn.cpu_us[turn.side] for turn in turns] for turns in zip(*rounds, strict=True)]
    pairs = {read: ratios(rates[2 * place], rates[2 * place + 1]) for place, read in enumerate(PATHS)}
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=[
            *(
                Figure.of(f"{read}: answers per second, ours to bare", "x", estimate(told), bar)
                for read, told in pairs.items()
            ),
            *(
                Figure.of(f"{reader.name}: answers per second", "/s", estimate(told))
                for reader, told in zip(readers, rates, strict=True)
            ),
            *(
                Figure.of(f"{reader.name}: processor time of an answer", "us", estimate(told))
                for reader, told in zip(readers, own, strict=True)
            ),
        ],
        rounds=rounds,
        ratios=pairs["page"],
        latency={name: histogram.as_json() for name, histogram in latency.items()},
        settings={
            "requests": f"{size.requests // 4} in a round and side, after {size.warm // 4} to warm up",
            "connections": f"{size.connections}, each with one request at a time",
            "callers": f"{AGENTS} agents, each with a credential",
            "answers": ", ".join(f"{reader.read} {len(reader.body)} bytes" for reader in readers[::2]),
        },
        ledger="every answer of each side was whole, and the same bytes on both",
    )


async def _opened(bench: Bench, opened: AsyncExitStack) -> list[Reader]:
    """Ours and the bare one of each read, in turn."""
    inbox = await opened.enter_async_context(filled(bench.servers, bench.folder, CUSTOMERS * MESSAGES_EACH, CUSTOMERS))
    port, bare_port, prefix = free_port(), free_port(), f"bench-{secrets.token_hex(6)}"
    told = inbox.settings(bench.servers, port)
    api = Program([PYTHON, "-m", "services.api"], port, told, bench.folder / "api.log")
    await opened.enter_async_context(api)
    told = {"REDIS_URL": bench.servers.redis.url, "PREFIX": prefix, "PORT": str(bare_port)}
    command: list[str | Path] = [PYTHON, "-m", f"{comparators}.bare_reads"]
    bare = await opened.enter_async_context(Program(command, bare_port, told, bench.folder / "bare_reads.log"))
    store = await opened.enter_async_context(redis.connect(bench.servers.redis.url))
    readers = []
    for read, path in PATHS.items():
        ours = await reader(bench, inbox, "ours" if read == "page" else f"ours, {read}", read, api, path)
        await store.set(f"{prefix}:{read}", ours.body)
        theirs = await reader(bench, inbox, "bare" if read == "page" else f"bare, {read}", read, bare, f"/pages/{read}")
        if ours.body != theirs.body:
            raise LedgerError(f"the two sides answer different bytes to {read}")
        readers += [ours, theirs]
    return readers


async def reader(bench: Bench, inbox: Filled, name: str, read: str, program: Program, path: str) -> Reader:
    """With what it answers now."""
    headers = {"Authorization": f"Bearer {inbox.secrets[0]}"}
    async with aiohttp.ClientSession() as http, http.get(f"http://{HOST}:{program.port}{path}", headers=headers) as got:
        body = await got.read()
        if got.status != 200:
            raise LedgerError(f"{name} answers {got.status} to {read}")
    load = Load(
        port=program.port,
        path=path,
        first=0,
        count=bench.size.requests // 4,  # as long as four webhooks
        connections=bench.size.connections,
        secrets=list(inbox.secrets),
    )
    return Reader(name, read, load, {**bench.servers.leaders, name: program.pid}, body)


async def _turn(reader: Reader, bench: Bench) -> tuple[Turn, Told]:
    await take(reader.name, reader.load.model_copy(update={"count": bench.size.warm // 4}), reader.leaders)
    turn, told = await take(reader.name, reader.load, reader.leaders)
    if told.refused:
        raise LedgerError(f"{reader.name}: {len(told.refused)} of {told.count} were not answered 200: {told.codes}")
    if len(told.sizes) != 1 or not all(size > len(reader.body) for size in told.sizes):
        raise LedgerError(f"{reader.name} has answered {told.sizes} bytes")
    return turn, told
