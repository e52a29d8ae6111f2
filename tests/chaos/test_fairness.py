"""How long an answer of one number waits behind very many of another, measured with a sender process of its own."""

import asyncio
import os
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from shared.contract import commands
from shared.contract.commands import SendMessage
from shared.contract.events import NumberRefused
from shared.topology import COMMANDS, CROWD, SENDER
from tests.chaos.result import say
from tests.integration.services.sender.rig import Rig, rig
from tests.real.brokers import Brokers
from tests.real.footprint import cpu_s, rss_mib
from tests.real.waiting import until_answered

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3600)]

CROWD_OF = int(os.environ.get("INBOX_CROWD", "100000"))
STRAIGHT_OF = int(os.environ.get("INBOX_STRAIGHT", "0"))  # to compare: so many in the one queue that all others take
TOGETHER = 100
S_MAX = 1200.0
ANSWERS = 20
MEASURED_S = 60.0
PER_S = 80  # a number's rate
# What another number's answer may take more than it does on an idle system: once the sender runs, and when it begins
# with all of them before it. Generous, for a machine that does other things as well.
BESIDE_S_MAX = 3.0
BEHIND_S_MAX = 10.0

Ask = Callable[[SendMessage], Awaitable[None]]


@pytest.fixture
async def shops(amqp_url: str, redis_url: str) -> AsyncIterator[Rig]:
    """A connected number on RabbitMQ, and a Graph that knows it."""
    brokers = Brokers(amqp_url)
    async with rig(brokers, redis_url) as made:
        yield made
    await brokers.forget()


async def answered_s(shops: Rig, text: str) -> float:
    """From asking for a message of another number until its end is told."""
    other = await shops.elsewhere(text)
    began_s = time.monotonic()
    await shops.ask(other)
    await shops.until_ended(other, s_max=S_MAX)
    return time.monotonic() - began_s


async def answers_s(shops: Rig, count: int = ANSWERS) -> list[float]:
    """As many, one after the other, with a little pause."""
    took = []
    for n in range(count):
        took.append(await answered_s(shops, f"answer {n}"))
        await asyncio.sleep(0.2)
    return sorted(took)


def told(took_s: list[float]) -> str:
    """The middle and the end."""
    return f"{statistics.median(took_s):.2f} s, at most {took_s[-1]:.2f} s"


async def crowd(shops: Rig, ask: Ask, name: str, count: int = CROWD_OF) -> float:
    """Ask for very many of one number, each for a customer of its own; how long that took."""
    began_s = time.monotonic()
    for at in range(0, count, TOGETHER):
        messages = (
            shops.message(f"{n}", lane=f"{name} {n}", address={"to": f"+49151{n:08}"}) for n in range(at, at + TOGETHER)
        )
        await asyncio.gather(*(ask(message) for message in messages))
    return time.monotonic() - began_s


def load() -> str:
    """What else the machine has been doing for a minute."""
    return Path("/proc/loadavg").read_text().split()[0]


async def begun_s(shops: Rig) -> tuple[int, float]:
    """Ask for another number's answer, start a sender, and say how long that answer took from there."""
    other = await shops.elsewhere("asked for last")
    await shops.ask(other)
    began_s = time.monotonic()
    process = await shops.start_process(amqp_url=shops.settings["amqp_url"])
    await shops.until_ended(other, s_max=S_MAX)
    return process.pid, time.monotonic() - began_s


async def stop(shops: Rig) -> None:
    """End the sender as a supervisor does."""
    process = shops.senders.pop()
    process.terminate()
    await process.wait()


async def test_a_hundred_thousand_queued_sends_of_one_number(shops: Rig) -> None:
    """Another number's answer is as quick beside a crowd as without it; and the crowd itself goes at its own rate."""

    async def straight(message: SendMessage) -> None:
        """As before there were ways: everything into one queue."""
        await shops.broker.publish(COMMANDS, commands.encode(message))

    _, alone_s = await begun_s(shops)
    idle = await answers_s(shops)
    await stop(shops)
    say(f"load {load()}; nothing waits: begun after {alone_s:.1f} s; {told(idle)}")

    took_s = await crowd(shops, shops.ways.publish, "crowd")
    say(f"{CROWD_OF} asked for in {took_s:.0f} s; {await shops.broker.backlog(SENDER.name)} of them straight")
    pid, behind_s = await begun_s(shops)
    cpu_at_s, began_s, sent = cpu_s(pid), time.monotonic(), len(shops.accepted())
    beside = await answers_s(shops)
    await asyncio.sleep(max(0, began_s + MEASURED_S - time.monotonic()))
    lasted_s, per_s = time.monotonic() - began_s, (len(shops.accepted()) - sent) / (time.monotonic() - began_s)
    busy = (cpu_s(pid) - cpu_at_s) / lasted_s
    waiting = await shops.broker.backlog(CROWD.name)
    say(f"with a crowd that gathered while no sender ran: begun after {behind_s:.1f} s; {told(beside)}")
    say(f"meanwhile {per_s:.0f} a second of them, {busy:.0%} of a processor, {rss_mib(pid):.0f} MiB; {waiting} wait")
    more = asyncio.create_task(crowd(shops, shops.ways.publish, "more"))
    among = await answers_s(shops)
    more.cancel()
    say(f"load {load()}; while more are asked for: {told(among)}")
    await stop(shops)

    if STRAIGHT_OF:
        await crowd(shops, straight, "straight", STRAIGHT_OF)  # beside the others, which wait
        pid, before_s = await begun_s(shops)
        say(f"{STRAIGHT_OF} straight: begun after {before_s:.1f} s")
        await until_answered(lambda: shops.broker.backlog(SENDER.name), lambda left: left < TOGETHER, S_MAX)
        cpu_at_s, began_s = cpu_s(pid), time.monotonic()
        say(f"{STRAIGHT_OF} straight, looked through: {told(await answers_s(shops))}")
        await asyncio.sleep(max(0, began_s + MEASURED_S - time.monotonic()))
        busy = (cpu_s(pid) - cpu_at_s) / (time.monotonic() - began_s)
        say(f"{STRAIGHT_OF} straight, looked through: {busy:.0%} of a processor")
    assert behind_s < alone_s + BEHIND_S_MAX
    assert max(beside[-1], among[-1]) < idle[-1] + BESIDE_S_MAX
    assert per_s > PER_S / 10
    assert not [event for event in shops.told if isinstance(event, NumberRefused)]
