"""Meta's top tier on one box: agents, Graph, customers and a browser around every process of ours."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import aiohttp
import orjson
from pydantic import SecretStr

from bench import clicks, cpu
from bench.agents import Shift
from bench.filling import Filled, filled
from bench.ledger import LedgerError
from bench.meta_end import Outside
from bench.program import HOST, PYTHON, Program
from bench.result import Turn
from bench.stage import Bench
from bench.webhooks import NUMBER_ID, serials
from services.api.records import parse_message_row
from services.api.store import ChatStores
from shared import redis
from shared.auth import Credentials
from shared.contract.feed import SUBPROTOCOL
from shared.contract.ids import NumberId
from shared.contract.status import Status
from shared.registry import Registry
from shared.vault import Vault
from tests.real.server import free_port

SENDS_PER_S = 1_000
WRITTEN_PER_S = 300
# Nobody writes to one customer more often than Meta allows: one message in 6 s.
CUSTOMERS_MIN = 10
CONNECTIONS = 256
WARM_S = 3.0  # until what comes in as fast as it goes out is under way: the last status follows 0.8 s later
BACKLOG_S_MAX = 10.0  # of asking; with more it is not sustained, and more would only take longer to end
DRAIN_S_MAX = 100.0
LOOK_S = 0.5
# What was made before the clock runs has serials that no send and no customer of this stage has.
_FILLED_FIRST = 1 << 32


@dataclass(frozen=True, slots=True)
class Window:
    """From one look to the next."""

    turn: Turn
    asked: int
    finished: int
    refused: int  # for now, as an answer says; nobody asks again here
    backlog: int  # asked, and neither refused nor finished, at its end
    began_s: float
    ended_s: float


@dataclass(frozen=True, slots=True)
class Step:
    """One share of the tier, and what came of it."""

    share: float
    windows: list[Window]
    click_us: list[int]  # from when an agent asked to when Graph had it
    heard_us: list[int]  # from when a customer's webhook was due to when the browser had it
    sends: int
    written: int

    @property
    def finished(self) -> list[float]:
        """Of what was asked in each window."""
        return [window.finished / max(1, window.asked) for window in self.windows]

    @property
    def waiting_s(self) -> float:
        """What was not finished at the end, as time at this rate."""
        return self.windows[-1].backlog / ((SENDS_PER_S + WRITTEN_PER_S) * self.share)


@dataclass(frozen=True)
class Box:
    """Everything running."""

    bench: Bench
    inbox: Filled
    processes: Mapping[str, Program]
    meta: Program
    http: aiohttp.ClientSession
    token: str
    customers: int

    @property
    def leaders(self) -> dict[str, int]:
        """Whose processor time it is."""
        ours = {name: program.pid for name, program in self.processes.items()}
        return {**self.bench.servers.leaders, **ours, "meta": self.meta.pid}

    async def say(self, program: Program, path: str) -> Any:
        """Ask one of the two ends."""
        async with self.http.get(f"http://{HOST}:{program.port}{path}") as answer:
            return orjson.loads(await answer.read())


@asynccontextmanager
async def opened(bench: Bench, share: float) -> AsyncIterator[Box]:
    """As an operator starts it; the only setting that is not at its default is Meta's rate for the number."""
    customers = round(SENDS_PER_S * share) * CUSTOMERS_MIN
    async with AsyncExitStack() as stack:
        inbox = await stack.enter_async_context(
            filled(bench.servers, bench.folder, customers, customers, _FILLED_FIRST)
        )
        store = await stack.enter_async_context(redis.connect(bench.servers.redis.url))
        await _able_to_send(store, inbox)
        token, _ = await Credentials(store).create_token(inbox.workspace_id, "bench", ("read", "live"))
        graph_port, processes = free_port(), dict[str, Program]()
        for name in ("api.projector", "ingest", "push", "api", "sender"):
            port = free_port()
            told = inbox.settings(bench.servers, port)
            told |= {"INBOX_GRAPH_URL": f"http://{HOST}:{graph_port}", "INBOX_SENDS_PER_S": str(SENDS_PER_S)}
            program = Program([PYTHON, "-m", f"services.{name}"], port, told, bench.folder / f"tier-{name}.log")
            processes[name.rpartition(".")[2]] = await stack.enter_async_context(program)
        outside = Outside(
            port=graph_port,
            webhook_port=processes["ingest"].port,
            webhook_path=inbox.webhook_path,
            customers=customers,
            connections=CONNECTIONS,
        )
        meta = await stack.enter_async_context(
            _end(bench.folder, "bench.meta_end", graph_port, outside.model_dump_json())
        )
        http = await stack.enter_async_context(aiohttp.ClientSession())
        yield Box(bench, inbox, processes, meta, http, token, customers)


async def _able_to_send(store: redis.Redis, inbox: Filled) -> None:
    registry = Registry(store, Vault([inbox.key]))
    record = await registry.number(inbox.workspace_id, NumberId(NUMBER_ID))
    assert record is not None
    await registry.save_number(record.model_copy(update={"access_token": SecretStr(clicks.TOKEN)}))


def _end(folder: Path, module: str, port: int, told: str) -> Program:
    return Program([PYTHON, "-m", module, told], port, {}, folder / f"{module}.log")


async def step(box: Box, share: float, first: int, windows: int, window_s: float, seed: int) -> Step:
    """This share of the tier for so long, then until all of it has ended; raises LedgerError."""
    whole_s = WARM_S + windows * window_s
    sends, written = (round(per_s * share * whole_s) for per_s in (SENDS_PER_S, WRITTEN_PER_S))
    shift = Shift(
        port=box.processes["api"].port,
        path="",
        first=first,
        count=sends,
        connections=CONNECTIONS,
        per_s=SENDS_PER_S * share,
        seed=seed,
        secrets=list(box.inbox.secrets),
        live_port=box.processes["push"].port,
        live_path="/v1/live",
        protocol=SUBPROTOCOL,
        hello=orjson.dumps({"type": "hello", "token": box.token, "numbers": {NUMBER_ID: None}}).decode(),
        ready='"changes":[]',
        desk_port=free_port(),
        customers=box.customers,
    )
    async with _end(box.bench.folder, "bench.agents", shift.desk_port, shift.model_dump_json()) as agents:
        watch = _Watch(box, agents)
        await box.say(box.meta, f"/begin?first={first}&count={written}&per_s={WRITTEN_PER_S * share}&seed={seed + 1}")
        await box.say(agents, "/begin")
        await asyncio.sleep(WARM_S)
        seen = [window async for window in watch.windows(share, windows, window_s)]
        await box.say(agents, "/stop")
        await box.say(box.meta, "/stop")
        await watch.ended()
        told, outside = await box.say(agents, "/take"), await box.say(box.meta, "/take")
    return await _settled(box, share, seen, told, outside)


class _Watch:
    """Looks at both ends."""

    def __init__(self, box: Box, agents: Program) -> None:
        self._box = box
        self._agents = agents

    async def windows(self, share: float, count: int, window_s: float) -> AsyncIterator[Window]:
        """As many as were asked for, fewer when what waits gets too much."""
        asked, finished, refused = await self._counts()
        for _ in range(count):
            own = {**self._box.leaders, "agents": self._agents.pid}
            before, began_s = cpu.reading(own), time.monotonic()
            await asyncio.sleep(window_s)
            spent_s, ended_s = cpu.between(before, cpu.reading(own)), time.monotonic()
            earlier = asked, finished, refused
            asked, finished, refused = await self._counts()
            took_s, done, backlog = ended_s - began_s, finished - earlier[1], asked - finished - refused
            turn = Turn(
                side="ours",
                per_s=done / took_s,
                counted=done,
                refused=refused - earlier[2],
                took_s=took_s,
                cpu_us={w: 1e6 * s / max(1, done) for w, s in spent_s.items() if w not in ("foreign", "stolen")},
                cores={who: s / took_s for who, s in spent_s.items()},
            )
            yield Window(turn, asked - earlier[0], done, refused - earlier[2], backlog, began_s, ended_s)
            if backlog > BACKLOG_S_MAX * share * (SENDS_PER_S + WRITTEN_PER_S):
                return

    async def _counts(self) -> tuple[int, int, int]:
        """Asked, finished, refused."""
        agents, meta = await self._look()
        return agents["asked"] + meta["written"], agents["read"] + agents["written"], agents["refused"]

    async def _look(self) -> tuple[dict[str, int], dict[str, int]]:
        agents, meta = await asyncio.gather(
            self._box.say(self._agents, "/count"), self._box.say(self._box.meta, "/count")
        )
        if agents["deaf"] or not meta["lines"]:
            raise RuntimeError("the browser's socket was closed" if agents["deaf"] else "ingest takes no connection")
        return agents, meta

    async def ended(self) -> None:
        """Everything that was taken is in the browser; what is not within reason is missing in the ledger."""
        until_s = time.monotonic() + DRAIN_S_MAX
        while True:
            agents, meta = await self._look()
            is_asked = agents["asked"] == agents["answered"] + agents["refused"]
            is_told = meta["asked"] == meta["answered"] and not meta["later"]
            # What was refused because its confirm was late may have gone out all the same.
            is_heard = agents["read"] >= max(agents["answered"], meta["received"])
            if is_asked and is_told and is_heard and agents["written"] == meta["written"]:
                return
            if time.monotonic() > until_s:
                raise LedgerError(f"{DRAIN_S_MAX:g} s later the browser knew {agents}, and Meta {meta}")
            await asyncio.sleep(LOOK_S)


async def _settled(box: Box, share: float, seen: list[Window], told: Any, outside: Any) -> Step:
    """Each send that was taken is with Graph once and read in the store, and each word of a customer is stored."""
    taken = dict(told["accepted_us"])
    received = {serial: at_us for serial, _, at_us in outside["received"]}
    times = Counter(serial for serial, _, _ in outside["received"])
    if outside["refused"] or max(times.values(), default=1) > 1:
        raise LedgerError(f"{outside['refused']} calls made no sense, one came {max(times.values())} times")
    if lost := taken.keys() - received.keys():
        raise LedgerError(f"{len(lost)} of {len(taken)} sends that were taken never came to Graph")
    due, heard = dict(outside["written"]), dict(told["written_us"])
    stored, read = await _stored(box)
    if lost := due.keys() - stored:
        raise LedgerError(f"{len(lost)} of {len(due)} messages of customers are not stored")
    if lost := taken.keys() - read:
        raise LedgerError(f"{len(lost)} of {len(taken)} sends are not read in the store")
    return Step(
        share=share,
        windows=seen,
        click_us=[received[serial] - at_us for serial, at_us in taken.items() if _within(seen, at_us)],
        heard_us=[heard[serial] - at_us for serial, at_us in due.items() if _within(seen, at_us)],
        sends=len(taken),
        written=len(due),
    )


def _within(seen: list[Window], at_us: int) -> bool:
    return seen[0].began_s <= at_us / 1_000_000 <= seen[-1].ended_s


async def _stored(box: Box) -> tuple[set[int], set[int]]:
    """The serials of customers' messages, and of sends that were read."""
    written, read = set[int](), set[int]()
    async with redis.connect(box.bench.servers.redis.url) as store:
        key = ChatStores(store).of(box.inbox.workspace_id, NumberId(NUMBER_ID)).key("messages")
        rows = cast("Awaitable[dict[bytes, bytes]]", store.hgetall(key))
        for name, row in (await rows).items():
            if (serial := next(serials(name), None)) is not None:
                written.add(serial)
            elif parse_message_row(row)[1].status is Status.READ:
                read.add(int(name.rpartition(b"-")[2], 16))
    return written, read
