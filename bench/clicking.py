"""`python -m bench.clicking [ROUNDS]`: what an agent's click costs the api, RabbitMQ and Redis, and what is the floor.

The floor is a bare server that takes the same POST. Rounds in turn, each at a pace and then as fast as answers come;
nobody consumes what is published.
"""

import asyncio
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import uvloop

from bench.comparators import __name__ as comparators
from bench.filling import Filled, filled
from bench.load import Clicks
from bench.program import PYTHON, Program
from bench.result import Turn
from bench.sampling import Samples
from bench.servers import Servers, servers
from bench.turn import take
from bench.webhooks import NUMBER_ID
from shared import redis
from shared.contract.ids import NumberId
from shared.crowd import pending_key
from tests.real.server import free_port

ROUNDS = 3
CUSTOMERS = 2_500
PACES_PER_S = (250.0, 1000.0)
PACED_S = 4.0
AT_ONCE = 4_000  # clicks of a round that goes as fast as it can
WARM = 500
CONNECTIONS = 64
_FILLED_FIRST = 1 << 32
_ENDED_EVERY_S = 0.05


@dataclass(frozen=True)
class Side:
    """Who takes clicks."""

    name: str
    program: Program
    leaders: Mapping[str, int]


async def main(rounds: int, profile: bool) -> None:
    """Each figure as it is measured, then the medians."""
    folder, samples = Path(tempfile.mkdtemp(prefix="inbox-bench-")), Samples("click")
    if profile:
        samples.want()
    seen: dict[tuple[str, str], list[Turn]] = {}
    async with AsyncExitStack() as opened:
        running = await opened.enter_async_context(servers())
        inbox = await opened.enter_async_context(filled(running, folder, CUSTOMERS, CUSTOMERS, _FILLED_FIRST))
        sides = [await opened.enter_async_context(each(running, folder, inbox)) for each in (ours, bare)]
        await opened.enter_async_context(_ending(running, inbox))
        first = 0
        for _ in range(rounds):
            for per_s in (*PACES_PER_S, None):
                for side in sides:
                    turn, first = await _turn(side, inbox, per_s, first)
                    way = f"{per_s:g}/s" if per_s else f"{CONNECTIONS} at once"
                    seen.setdefault((side.name, way), []).append(turn)
                    print(f"{side.name}, {way}: {told_of([turn])}", flush=True)
    for (name, way), turns in seen.items():
        print(f"median of {name}, {way}: {told_of(turns)}")
    if profile:
        print(*samples.written({}), sep="\n")


async def _turn(side: Side, inbox: Filled, per_s: float | None, first: int) -> tuple[Turn, int]:
    count = round(PACED_S * per_s) if per_s else AT_ONCE
    load = Clicks(
        port=side.program.port,
        path="",
        first=first,
        count=WARM,
        connections=CONNECTIONS,
        secrets=list(inbox.secrets),
        customers=CUSTOMERS,
    )
    await take(side.name, load, side.leaders, "bench.click_load")
    load = load.model_copy(update={"first": first + WARM, "count": count, "per_s": per_s})
    turn, told = await take(side.name, load, side.leaders, "bench.click_load")
    if told.refused:
        raise RuntimeError(f"{side.name}: {len(told.refused)} of {told.count} were not taken: {told.codes}")
    return turn, first + WARM + count


def told_of(turns: list[Turn]) -> str:
    """The median of each figure."""
    names = dict.fromkeys(name for turn in turns for name in turn.cpu_us)
    spent = ", ".join(f"{name} {median(turn.cpu_us[name] for turn in turns):,.0f} us" for name in names)
    foreign = max(turn.cores["foreign"] for turn in turns)
    return (
        f"{median(turn.per_s for turn in turns):,.0f}/s; processor time of a click: {spent};"
        f" half within {median(turn.p50_ms or 0 for turn in turns):.1f} ms,"
        f" 99 of 100 within {median(turn.p99_ms or 0 for turn in turns):.1f} ms; others used {foreign:.2f} cores"
    )


@asynccontextmanager
async def ours(running: Servers, folder: Path, inbox: Filled) -> AsyncIterator[Side]:
    """`python -m services.api`, as an operator starts it."""
    port = free_port()
    told = inbox.settings(running, port)
    async with Program([PYTHON, "-m", "services.api"], port, told, folder / "api.log") as api:
        yield Side("ours", api, {**running.leaders, "ours": api.pid})


@asynccontextmanager
async def bare(running: Servers, folder: Path, _: Filled) -> AsyncIterator[Side]:
    """aiohttp, redis-py and aio-pika."""
    port, name = free_port(), f"bench-{secrets.token_hex(6)}"
    told = {
        "REDIS_URL": running.redis.url,
        "AMQP_URL": running.rabbitmq.url,
        "PREFIX": name,
        "QUEUE": f"{name}.bare",
        "PORT": str(port),
    }
    command: list[str | Path] = [PYTHON, "-m", f"{comparators}.bare_click"]
    async with Program(command, port, told, folder / "bare_click.log") as program:
        yield Side("bare", program, {**running.leaders, "bare": program.pid})


@asynccontextmanager
async def _ending(running: Servers, inbox: Filled) -> AsyncIterator[None]:
    """Sends end as if there were a sender: with very many that have not, the next would take the crowd's way."""

    async def end() -> None:
        async with redis.connect(running.redis.url) as store:
            while True:
                await store.delete(pending_key(inbox.workspace_id, NumberId(NUMBER_ID)))
                await asyncio.sleep(_ENDED_EVERY_S)

    ending = asyncio.create_task(end())
    try:
        yield
    finally:
        ending.cancel()
        with suppress(asyncio.CancelledError):
            await ending


if __name__ == "__main__":
    uvloop.run(main(int(next((word for word in sys.argv[1:] if word.isdigit()), ROUNDS)), "--profile" in sys.argv))
