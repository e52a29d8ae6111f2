"""`python -m bench.sending [ROUNDS]`: what a send costs the sender, RabbitMQ and Redis, and what is the floor.

The floor is a bare loop of the same packages that consumes, claims, calls, publishes and acknowledges, and remembers
nothing. As fast as they can, a hundred in flight, and at 1,000 a second of one number.
"""

import asyncio
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median

import aiormq
import uvloop

from bench import clicks
from bench.callers import PERSISTENT, UNCONFIRMED_MAX, Caller, Opened, inbox
from bench.comparators import __name__ as comparators
from bench.program import PYTHON, Program
from bench.result import Turn
from bench.sends import graph_end, turn
from bench.servers import Servers, servers
from bench.stage import Bench, Size
from shared.contract.ids import NumberId
from tests.real.server import free_port

ROUNDS = 3
IN_FLIGHT = 100
PER_S = 1000
PACED_IN_HAND = 2 * PER_S  # as many as ours has by itself
SENDS = 4_000

# Numbers, how ours is told, how the bare one is.
WAYS: Mapping[str, tuple[int, dict[str, int], dict[str, str]]] = {
    "100 in flight": (
        100,
        {"sends_in_hand_max": IN_FLIGHT, "sends_per_s": PER_S},
        {"IN_FLIGHT": str(IN_FLIGHT)},
    ),
    f"{PER_S}/s of one number": (
        1,
        {"sends_per_s": PER_S},
        {"IN_FLIGHT": str(PACED_IN_HAND), "PER_S": str(PER_S)},
    ),
}


async def main(rounds: int) -> None:
    """Each round as it is measured, then the medians."""
    folder, seen = Path(tempfile.mkdtemp(prefix="inbox-bench-")), dict[tuple[str, str], list[Turn]]()
    async with servers() as running:
        bench = Bench(running, folder, Size(rounds=rounds), print)
        for way, (numbers, ours, theirs) in WAYS.items():
            of = clicks.numbers(numbers)
            async with AsyncExitStack() as opened:
                end = await opened.enter_async_context(graph_end(bench))
                sides = [
                    await opened.enter_async_context(each(running, folder, end.url, of))
                    for each in (inbox(**ours), bare(theirs))
                ]
                for number in range(rounds):
                    serials = range(number * SENDS, (number + 1) * SENDS)
                    for side in sides if number % 2 == 0 else reversed(sides):
                        made, _ = await turn(bench, side, end, serials, None)
                        seen.setdefault((side.name, way), []).append(made)
                        print(f"{side.name}, {way}: {told_of([made])}", flush=True)
    for (name, way), turns in seen.items():
        print(f"median of {name}, {way}: {told_of(turns)}")


def told_of(turns: Sequence[Turn]) -> str:
    """The median of each figure."""
    spent = ", ".join(f"{who} {median(turn.cpu_us[who] for turn in turns):,.0f} us" for who in turns[0].cpu_us)
    foreign = max(turn.cores["foreign"] for turn in turns)
    return (
        f"{median(turn.per_s for turn in turns):,.0f}/s; processor time of a send: {spent}; others used"
        f" {foreign:.2f} cores"
    )


def bare(tuned: Mapping[str, str]) -> Opened:
    """aio-pika, redis-py and aiohttp."""

    @asynccontextmanager
    async def opened(running: Servers, folder: Path, graph_url: str, of: Sequence[NumberId]) -> AsyncIterator[Caller]:
        port, queue = free_port(), f"bench-{secrets.token_hex(6)}"
        told = {
            "GRAPH_URL": graph_url,
            "TOKEN": clicks.TOKEN,
            "REDIS_URL": running.redis.url,
            "AMQP_URL": running.rabbitmq.url,
            "QUEUE": queue,
            "PORT": str(port),
            **tuned,
        }

        async def lay(serials: range) -> None:
            bodies = clicks.calls(of, serials).splitlines()
            connection = await aiormq.connect(running.rabbitmq.url)
            try:
                channel = await connection.channel()
                for first in range(0, len(bodies), UNCONFIRMED_MAX):
                    some = bodies[first : first + UNCONFIRMED_MAX]
                    await asyncio.gather(
                        *(channel.basic_publish(each, routing_key=queue, properties=PERSISTENT) for each in some)
                    )
            finally:
                await connection.close()

        command: list[str | Path] = [PYTHON, "-m", f"{comparators}.bare_sender"]
        async with Program(command, port, told, folder / "bare_sender.log") as program:
            yield Caller("bare", program.pid, lay)

    return opened


if __name__ == "__main__":
    uvloop.run(main(int(next((word for word in sys.argv[1:] if word.isdigit()), ROUNDS))))
