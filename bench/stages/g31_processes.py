"""A second process of a kind: what it would add on a processor of its own, told by what an operation costs with two.

Two processors that hold broker, store and generator as well have no room to show it as a rate. But processes that share
nothing but broker and store do as much together as their processor time allows: with an operation that costs what it
did with one of them two do twice as much, and whatever they spend because of each other is in that time.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import orjson

from bench import cpu, listening
from bench.audience import SOCKETS_PER_ADDRESS
from bench.duel import settle
from bench.fanout import BETWEEN_S
from bench.growing import projecting
from bench.ledger import Ledger
from bench.listening import Deliveries
from bench.load import Load
from bench.program import PYTHON, READY_S_MAX, Program
from bench.pushes import Hall, Return
from bench.ratios import estimate, ratios
from bench.result import Bar, Figure, Result, Turn
from bench.sides import Side, connected, settings
from bench.stage import Bench, Stage
from bench.turn import take
from bench.webhooks import NUMBER_ID
from shared import redis
from shared.auth import Credentials
from shared.broker.amqp.declaration import named
from shared.contract.feed import SUBPROTOCOL
from shared.topology import PROJECTOR
from tests.real.server import free_port

BAR = Bar(must=1.8, stretch=1.9)
# Of two that share a port the kernel gives each connection to one of them, by chance.
SHARE_MIN = 0.2
READ_S = 1.0  # the first answers may be another's 503: what it needs to know is read by then


class NotShared(Exception):
    """One of two has done nearly everything: there is nothing to learn from it."""


@dataclass(frozen=True)
class Crew:
    """So many processes of one kind, and an operation that they share."""

    kind: str
    count: int
    pids: Sequence[int]
    play: Callable[[int], Awaitable[Turn]]  # a round
    told: Callable[[], Awaitable[str]]  # the ledger

    @property
    def names(self) -> dict[str, int]:
        """Whose processor time is read."""
        return {f"process {place}": pid for place, pid in enumerate(self.pids)}


async def run(stage: Stage, bench: Bench) -> Result:
    """Each kind with one process and with two, in turn."""
    size, figures, rounds, told = bench.size, list[Figure](), list[list[Turn]](), list[str]()
    for opened in (_ingest, _projector, _push):
        turns: dict[int, list[Turn]] = {1: [], 2: []}
        async with AsyncExitStack() as stack:
            crews = [await stack.enter_async_context(opened(bench, count)) for count in turns]
            for number in range(size.rounds):
                for crew in crews if number % 2 == 0 else reversed(crews):
                    turns[crew.count].append(await _turn(crew, number, is_whole=size.is_whole))
                spent = {count: made[-1].cpu_us["ours"] for count, made in turns.items()}
                said = f"one {spent[1]:.1f} us, two {spent[2]:.1f} us"
                foreign = max(made[-1].cores["foreign"] for made in turns.values())
                which = f"{crews[0].kind}, round {number + 1} of {size.rounds}"
                bench.say(f"{which}: {said} (foreign load {foreign:.2f} cores)")
            told += [f"{crew.kind}, {crew.count}: {await crew.told()}" for crew in crews]
        kind = crews[0].kind
        one, two = ([made.cpu_us["ours"] for made in turns[count]] for count in (1, 2))
        worth = [2 * each for each in ratios(one, two)]
        figures += [
            Figure.of(f"{kind}: two to one, by processor time", "x", estimate(worth), BAR),
            *(
                Figure.of(f"{kind}: {who}, {name}", "us", estimate([made.cpu_us[who] for made in turns[count]]))
                for count, name in ((1, "one"), (2, "two"))
                for who in ("ours", "rabbitmq", "redis")
                if all(who in made.cpu_us for made in turns[count])
            ),
        ]
        rounds += [list(pair) for pair in zip(turns[1], turns[2], strict=True)]
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=figures,
        rounds=rounds,
        settings={
            "worth": "twice the processor time of an operation with one process, divided by that with two; RabbitMQ and"
            " Redis, which all share, would be the next to be as busy as they can",
            "ingest": f"one port for both, {size.connections} connections for each process",
            "projector": "one number, 1,000 customers; push: as many sockets and changes for one as for two",
        },
        ledger="; ".join(told),
    )


async def _turn(crew: Crew, number: int, *, is_whole: bool) -> Turn:
    """All have worked, or there is no figure."""
    before = cpu.reading(crew.names).own_s
    turn = await crew.play(number)
    after = cpu.reading(crew.names).own_s
    spent = [after[name] - before[name] for name in crew.names]
    if is_whole and min(spent) < SHARE_MIN * sum(spent) / len(spent):
        raise NotShared(f"{crew.kind}: {min(spent):.2f} of {sum(spent):.2f} s")
    us, cores = dict(turn.cpu_us), dict(turn.cores)
    for kept in (us, cores):
        kept["ours"] = sum(kept.pop(name, 0.0) for name in (*crew.names, "projector"))
    us["ours"] = us["ours"] or 1e6 / cpu.TICKS_PER_S / turn.counted  # the kernel counts in ticks
    return turn.model_copy(update={"side": f"{crew.kind}, {crew.count}", "cpu_us": us, "cores": cores})


@asynccontextmanager
async def _ingest(bench: Bench, count: int) -> AsyncIterator[Crew]:
    key, namespace, port, size = secrets.token_bytes(32), f"bench-{secrets.token_hex(6)}", free_port(), bench.size
    _, path = await connected(bench.servers, key)
    side = Side("ours", port, path, named(namespace, PROJECTOR.name), {}, checks=True)
    book, told = Ledger(), settings(bench.servers, key, namespace, port)
    async with _sharing("ingest", bench, count, port, told) as pids:

        async def play(number: int) -> Turn:
            first = number * (size.warm + size.requests)
            warm = Load(port=port, path=path, first=first, count=size.warm, connections=count * size.connections)
            load = warm.model_copy(update={"first": first + size.warm, "count": size.requests})
            leaders = {**bench.servers.leaders, **crew.names}
            _, warmed = await take("ours", warm, leaders)
            turn, done = await take("ours", load, leaders)
            await settle(bench, side, book, [warmed, done], [warm, load])
            return turn

        async def settled() -> str:
            return str(book)

        crew = Crew("ingest", count, pids, play, settled)
        yield crew


@asynccontextmanager
async def _projector(bench: Bench, count: int) -> AsyncIterator[Crew]:
    async with projecting(bench, count) as projectors:
        field = await projectors.field("messages", 1_000)

        async def play(_: int) -> Turn:
            return await projectors.drain(field, bench.size.facts)

        async def settled() -> str:
            return await projectors.settle(field)

        yield Crew("projector", count, [program.pid for program in projectors.programs], play, settled)


@asynccontextmanager
async def _push(bench: Bench, count: int) -> AsyncIterator[Crew]:
    key, port, sockets, book = secrets.token_bytes(32), free_port(), bench.size.sockets, Deliveries()
    workspace_id, _ = await connected(bench.servers, key)
    told = settings(bench.servers, key, f"bench-{secrets.token_hex(6)}", port)
    async with redis.connect(bench.servers.redis.url) as store, _sharing("push", bench, count, port, told) as pids:
        hellos = [
            orjson.dumps({"type": "hello", "token": token, "numbers": {NUMBER_ID: None}}).decode()
            for token in [
                (await Credentials(store).create_token(workspace_id, "bench", ("read", "live")))[0]
                for _ in range(-(-sockets // SOCKETS_PER_ADDRESS))
            ]
        ]

        async def play(number: int) -> Turn:
            steps = bench.size.steps
            serials = range(number * steps, (number + 1) * steps)
            turn = await listening.live(hall, book, sockets, serials, in_step=True)
            await asyncio.sleep(BETWEEN_S)
            return turn

        async def missed(_: range) -> Return:
            raise NotImplementedError

        async def settled() -> str:
            return str(book)

        crew = Crew("push", count, pids, play, settled)
        (name, pid), *others = crew.names.items()
        hall = Hall(
            name=name,
            port=port,
            path="/v1/live",
            pid=pid,
            press={"redis_url": bench.servers.redis.url, "workspace_id": workspace_id},
            miss=missed,
            protocol=SUBPROTOCOL,
            ready='"changes":[]',
            hellos=hellos,
            with_it={"redis": bench.servers.redis.pid, **dict(others)},
        )
        yield crew


@asynccontextmanager
async def _sharing(service: str, bench: Bench, count: int, port: int, told: dict[str, str]) -> AsyncIterator[list[int]]:
    """So many processes on one port, each of them listening."""
    async with AsyncExitStack() as opened:
        pids = []
        for place in range(count):
            log = bench.folder / f"{service}-{count}-{place}.log"
            shared = told | {"INBOX_REUSE_PORT": "true"}
            program = Program([PYTHON, "-m", f"services.{service}"], port, shared, log)
            pids.append((await opened.enter_async_context(program)).pid)
        async with asyncio.timeout(READY_S_MAX):
            while listeners(cpu.PROC.joinpath("net/tcp").read_text(), port) < count:  # noqa: ASYNC110 (it cannot say when)
                await asyncio.sleep(0.1)
        await asyncio.sleep(READ_S)
        yield pids


def listeners(table: str, port: int) -> int:
    """How many sockets listen on a port, from /proc/net/tcp."""
    rows = (line.split() for line in table.splitlines()[1:])
    return sum(row[1].endswith(f":{port:04X}") and row[3] == "0A" for row in rows)


STAGE = Stage("growth-processes", "a second process of ingest, projector, push", "one alone", run, grows=True)
