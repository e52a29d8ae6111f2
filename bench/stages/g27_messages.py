"""Ten times as many messages in a conversation: neither a page of it nor the next message may get dearer."""

import secrets
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp
import orjson

from bench.filling import AGENTS
from bench.growing import Field, projecting, spent_us
from bench.ledger import LedgerError
from bench.load import Load
from bench.program import HOST, PYTHON, Program
from bench.ratios import estimate, ratios
from bench.result import Bar, Figure, Result, Turn
from bench.sides import settings
from bench.stage import Bench, Stage
from bench.turn import take
from bench.webhooks import NUMBER_ID
from shared.auth import Credentials
from tests.real.server import free_port

TIMES = 10
CONVERSATIONS = 20  # of each length, so that a round makes none of them much longer
PAGE = f"/v1/numbers/{NUMBER_ID}/conversations/15550000007/messages"
BAR = Bar(must=1.1, stretch=1.05, at_most=True)
KINDS = ("an append", "the newest page", "a page half way back")


@dataclass(frozen=True)
class Length:
    """Conversations of one length, who may read them, and the paths of their pages."""

    field: Field
    agents: list[str]
    pages: dict[str, str]


async def run(stage: Stage, bench: Bench) -> Result:
    """Processor time of each, in conversations of both lengths."""
    size, base = bench.size, max(20, bench.size.facts // 10)
    rounds: dict[str, list[list[Turn]]] = {kind: [] for kind in KINDS}
    async with AsyncExitStack() as opened:
        projectors = await opened.enter_async_context(projecting(bench))
        port = free_port()
        told = settings(bench.servers, projectors.key, f"bench-{secrets.token_hex(6)}", port)
        api = Program([PYTHON, "-m", "services.api"], port, told, bench.folder / "growing-api.log")
        await opened.enter_async_context(api)
        lengths = []
        for each in (base, base * TIMES):
            field = await projectors.field(f"{each:,} messages", CONVERSATIONS)
            await projectors.fill(field, each * CONVERSATIONS)
            credentials = Credentials(projectors.store)
            agents = [
                (await credentials.create_session(field.workspace_id, f"Agent {place}"))[0] for place in range(AGENTS)
            ]
            lengths.append(Length(field, agents, await _pages(port, agents[0], each // 2)))
            bench.say(f"{field.name} in each of {CONVERSATIONS} conversations: filled")
        for number in range(size.rounds):
            for kind in KINDS:
                turns = {}
                for length in lengths if number % 2 == 0 else reversed(lengths):
                    if kind == KINDS[0]:
                        turn = await projectors.drain(length.field, size.facts // 10)
                    else:
                        turn = await _read(bench, api, length, kind)
                    name = f"{kind}, {length.field.name}"
                    turns[length.field.name] = turn.model_copy(update={"side": name})
                rounds[kind].append([turns[length.field.name] for length in lengths])
            last = {kind: [spent_us(turn) for turn in turns[-1]] for kind, turns in rounds.items()}
            said = ", ".join(f"{kind} {few:.0f} and {many:.0f} us" for kind, (few, many) in last.items())
            bench.say(f"round {number + 1} of {size.rounds}: {said}")
        ledger = [await projectors.settle(length.field) for length in lengths]
    spent = {
        kind: [[spent_us(turn) for turn in turns] for turns in zip(*made, strict=True)] for kind, made in rounds.items()
    }
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=[
            *(
                Figure.of(f"processor time of {kind}, long to short", "x", estimate(ratios(many, few)), BAR)
                for kind, (few, many) in spent.items()
            ),
            *(
                Figure.of(f"{kind}, {length.field.name}", "us", estimate(each))
                for kind, both in spent.items()
                for length, each in zip(lengths, both, strict=True)
            ),
        ],
        rounds=[turns for made in rounds.values() for turns in made],
        ratios=ratios(*reversed(spent[KINDS[0]])),
        settings={
            "conversations": f"{CONVERSATIONS} of each length; each round makes both longer by"
            f" {size.facts // 10 // CONVERSATIONS}",
            "counted": "projector or api, with RabbitMQ and Redis",
            "pages": f"50 messages, {size.requests // 8} in a round",
        },
        ledger=f"{'; '.join(ledger)}; every page was whole",
    )


async def _pages(port: int, agent: str, back: int) -> dict[str, str]:
    """Where the newest page is, and one that is so many messages older."""
    before = ""
    headers = {"Authorization": f"Bearer {agent}"}
    async with aiohttp.ClientSession(f"http://{HOST}:{port}", headers=headers) as http:
        while back > 0:
            limit = min(200, back)
            async with http.get(f"{PAGE}?limit={limit}{before}") as answer:
                before = f"&before={orjson.loads(await answer.read())['next']}"
            back -= limit
    return {KINDS[1]: f"{PAGE}?limit=50", KINDS[2]: f"{PAGE}?limit=50{before}"}


async def _read(bench: Bench, api: Program, length: Length, kind: str) -> Turn:
    load = Load(
        port=api.port,
        path=length.pages[kind],
        first=0,
        count=bench.size.requests // 8,
        connections=bench.size.connections,
        secrets=length.agents,
    )
    leaders = {**bench.servers.leaders, "ours": api.pid}
    if bench.size.is_whole:
        await take(length.field.name, load.model_copy(update={"count": bench.size.warm // 8}), leaders)
    turn, told = await take(length.field.name, load, leaders)
    if told.refused or len(told.sizes) > 1:
        raise LedgerError(f"{length.field.name}: {kind} was answered {told.codes}, {told.sizes} bytes")
    without = {who: us for who, us in turn.cpu_us.items() if who != "generator"}
    return turn.model_copy(update={"cpu_us": without})


STAGE = Stage("growth-messages", "10 times the messages of a conversation", "conversations of a tenth", run, grows=True)
