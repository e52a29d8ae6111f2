"""`python -m bench.floor`: how fast aiohttp and aio-pika are at less than the work, beside those who do all of it.

What G2 and G3 ask for is a share of Express' and Fastify's rates; whatever cannot reach that share while it checks
nothing is no receiver that could while it checks everything.
"""

import argparse
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import uvloop

from bench import ledger, npm
from bench.load import Load
from bench.ratios import estimate, ratios
from bench.result import Turn
from bench.servers import servers
from bench.sides import express, fastify, floor, inbox
from bench.stage import WHOLE
from bench.turn import take

STORE_NOTHING = ("application", "parser")
FLOORS = (*STORE_NOTHING, "gathered", "checked")


async def measure(rounds: int) -> dict[str, list[Turn]]:
    """Each side once a round, in turn, first forwards and then backwards."""
    folder = Path(tempfile.mkdtemp(prefix="inbox-floor-"))
    async with AsyncExitStack() as opened:
        running = await opened.enter_async_context(servers())
        opening = [express(), fastify(), inbox, *(floor(does) for does in FLOORS)]
        sides = [await opened.enter_async_context(one(running, folder)) for one in opening]
        turns: dict[str, list[Turn]] = {side.name: [] for side in sides}
        for number in range(rounds):
            first = number * (WHOLE.warm + WHOLE.requests)
            for side in sides if number % 2 == 0 else reversed(sides):
                leaders = {**running.leaders, **side.leaders}
                warm = Load(port=side.port, path=side.path, first=first, count=WHOLE.warm, connections=64)
                await take(side.name, warm, leaders)
                load = warm.model_copy(update={"first": first + WHOLE.warm, "count": WHOLE.requests})
                turn, told = await take(side.name, load, leaders)
                turns[side.name].append(turn)
                if told.refused:
                    raise ledger.LedgerError(f"{side.name}: {len(told.refused)} were not answered 200")
                if side.name not in STORE_NOTHING:
                    asked = set(range(first, first + WHOLE.warm + WHOLE.requests))
                    missing = asked - set(await ledger.stored(running.rabbitmq.url, side.queue, asked))
                    if missing:
                        raise ledger.LedgerError(f"{side.name}: {len(missing)} were answered and are not stored")
            print(f"round {number + 1}: {', '.join(f'{name} {told[-1].per_s:,.0f}/s' for name, told in turns.items())}")
    return turns


def shown(turns: dict[str, list[Turn]]) -> str:
    """A row for each side: its rate, what it spends, and its rate as a share of Express' and of Fastify's."""
    rows = ["side              /s   own us  RabbitMQ us   to Express                to Fastify"]
    for name, told in turns.items():
        rates = [turn.per_s for turn in told]
        shares = [estimate(ratios(rates, [turn.per_s for turn in turns[other]])) for other in ("express", "fastify")]
        own, broker = (estimate([turn.cpu_us[who] for turn in told]).median for who in (name, "rabbitmq"))
        share = "   ".join(f"{each.median:5.2f} [{each.low:.2f}, {each.high:.2f}]" for each in shares)
        rows.append(f"{name:12} {estimate(rates).median:8,.0f} {own:8.1f} {broker:12.1f}   {share}")
    return "\n".join(rows)


if __name__ == "__main__":
    reader = argparse.ArgumentParser(prog="python -m bench.floor", description=__doc__)
    reader.add_argument("--rounds", type=int, default=WHOLE.rounds)
    asked = reader.parse_args()
    npm.install()
    print(shown(uvloop.run(measure(asked.rounds))))
