"""Several projectors on one hot number: how much of what they commit is too late and has to be projected again."""

import asyncio
import re
import secrets
import time
from collections.abc import Awaitable
from contextlib import AsyncExitStack, ExitStack
from statistics import median
from typing import cast

from aiohttp import ClientSession

from bench import cpu, facts, webhooks
from bench.backlog import DRAIN_S_MAX, LOOK_S, held
from bench.drains import publisher
from bench.ledger import Ledger
from bench.program import HOST, PYTHON, Program
from bench.ratios import Estimate, estimate
from bench.result import Figure, Result, Turn
from bench.sides import connected, settings
from bench.stage import Bench, Stage
from bench.webhooks import NUMBER_ID
from services.api.store import ChatStores
from shared import redis
from shared.broker.amqp.declaration import named
from shared.contract.ids import NumberId
from shared.process import now_ms
from shared.topology import BATCH_EVENTS_MAX, EVENTS
from tests.real.server import free_port

PROJECTORS = (1, 2, 4)
ROUNDS_MAX = 5

_COUNTED = re.compile(r"^inbox_projector_(stale_commits_total|rounds_sum) (\S+)$", re.MULTILINE)


async def run(stage: Stage, bench: Bench) -> Result:
    """For each number of projectors; they share queue, number and conversations."""
    figures: list[Figure] = []
    rounds: list[list[Turn]] = []
    ledgers = []
    for count in PROJECTORS:
        turns, stale, ledger = await _of(count, bench)
        rounds += [[turn] for turn in turns]
        name = f"{count} projector{'s' if count > 1 else ''}"
        spent = [turn.cpu_us[turn.side] for turn in turns]
        figures += [
            Figure.of(f"{name}: late commits to a hundred batches", "%", Estimate(stale, stale, stale)),
            Figure.of(f"{name}: facts per second", "/s", estimate([turn.per_s for turn in turns])),
            Figure.of(f"{name}: processor time of a fact", "us", estimate(spent)),
        ]
        ledgers.append(f"{name}: {ledger}")
        bench.say(f"{name}: {stale:.1f} late commits to a hundred batches, {median(spent):.0f} us of a fact")
    return Result(
        stage=stage.name,
        title=stage.title,
        against=stage.against,
        figures=figures,
        rounds=rounds,
        settings={
            "facts": f"{bench.size.facts} messages of 1,000 customers in a round",
            "batches": f"{BATCH_EVENTS_MAX} facts to a broker message",
        },
        ledger="; ".join(ledgers),
    )


async def _of(count: int, bench: Bench) -> tuple[list[Turn], float, Ledger]:
    key, namespace, side = secrets.token_bytes(32), f"bench-{secrets.token_hex(6)}", f"{count} at once"
    workspace_id, _ = await connected(bench.servers, key)
    fill = publisher(bench.servers.rabbitmq.url, named(namespace, EVENTS.name), "", BATCH_EVENTS_MAX)
    turns, book = list[Turn](), Ledger("projected")
    async with AsyncExitStack() as opened:
        store = await opened.enter_async_context(redis.connect(bench.servers.redis.url))
        messages = ChatStores(store).of(workspace_id, NumberId(NUMBER_ID)).key("messages")
        projectors = []
        for place in range(count):
            port = free_port()
            told = settings(bench.servers, key, namespace, port)
            log = bench.folder / f"projector-{count}-{place}.log"
            program = Program([PYTHON, "-m", "services.api.projector"], port, told, log)
            projectors.append(await opened.enter_async_context(program))
        pids = {f"projector {place}": one.pid for place, one in enumerate(projectors)}
        for number in range(min(ROUNDS_MAX, bench.size.rounds)):
            wanted = facts.serials(number * bench.size.facts, bench.size.facts)
            own = {**bench.servers.leaders, **pids}
            with ExitStack() as stopped:
                for pid in pids.values():
                    stopped.enter_context(held(pid))
                await fill(list(facts.lines(workspace_id, wanted, now_ms())))
                before, began_s = cpu.reading(own), time.monotonic()
            async with asyncio.timeout(DRAIN_S_MAX):
                while await store.hlen(messages) < (number + 1) * bench.size.facts:  # noqa: ASYNC110 (cannot say when)
                    await asyncio.sleep(LOOK_S)
            took_s = time.monotonic() - began_s
            spent_s = cpu.between(before, cpu.reading(own))
            spent_s[side] = sum(spent_s.pop(name) for name in pids)
            turns.append(
                Turn(
                    side=side,
                    per_s=len(wanted) / took_s,
                    counted=len(wanted),
                    refused=0,
                    took_s=took_s,
                    cpu_us={w: 1e6 * s / len(wanted) for w, s in spent_s.items() if w not in ("foreign", "stolen")},
                    cores={who: s / took_s for who, s in spent_s.items()},
                )
            )
            stored = await cast("Awaitable[list[bytes]]", store.hkeys(messages))
            found = set(webhooks.serials(b"\n".join(stored)))
            book.settle(set(wanted), found - set(range(wanted.start)), wanted.stop)
        stale, landed = await _counted([one.port for one in projectors])
    return turns, 100 * stale / max(1.0, landed), book


async def _counted(ports: list[int]) -> tuple[float, float]:
    """Stale commits, and rounds of read, project and commit, of all of them."""
    sums = {"stale_commits_total": 0.0, "rounds_sum": 0.0}
    async with ClientSession() as session:
        for port in ports:
            async with session.get(f"http://{HOST}:{port}/metrics") as answer:
                for name, value in _COUNTED.findall(await answer.text()):
                    sums[name] += float(value)
    return sums["stale_commits_total"], sums["rounds_sum"]


STAGE = Stage("g25", "projectors on one hot number", "one of them alone", run)
