"""The broker, the store or Graph is away for a while: Meta is told to come again, and nothing is lost or doubled."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.real.server import Server
from tests.real.waiting import until
from tests.system.books import balance
from tests.system.browser import Browser
from tests.system.shop import Shop, shop
from tests.system.stack import Stack, separate
from tests.system.traffic import traffic

ANSWER_S_MAX = 5.5  # the promised 5 s, and the way there and back on a busy machine
BALANCE_S_MAX = 60.0


@pytest.fixture(scope="module")
async def shaky(
    _private_rabbitmq: Server, _private_redis: Server, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stack]:
    """On servers that only these tests use."""
    folder = tmp_path_factory.mktemp("shaky")
    async with separate(_private_rabbitmq.url, _private_redis.url, folder) as stack:
        yield stack


def refusals(opened: Shop) -> list[dict[str, object]]:
    """Webhooks that were not answered with 200."""
    posts = opened.stack.simulator.ledger.records("delivery")
    return [each for each in posts if each["callback"] == opened.number_id and each["http_code"] != 200]


async def away(server: Server, opened: Shop) -> None:
    """The server stops, Meta is refused in time, the server comes back."""
    await asyncio.to_thread(server.stop)
    await until(lambda: refusals(opened), 30)
    await asyncio.to_thread(server.start)


async def survives(opened: Shop, browser: Browser) -> None:
    """Afterwards all agree, and every refusal was a 503 in time."""
    await balance(opened, browser, BALANCE_S_MAX)
    assert {503} == {each["http_code"] for each in refusals(opened)}
    assert all(float(str(each["took_ms"])) < ANSWER_S_MAX * 1000 for each in refusals(opened))
    for name, part in opened.stack.parts.items():
        assert part.running.returncode is None, name


async def test_the_broker_is_away(shaky: Stack, rabbitmq: Server) -> None:
    """No process ends; what is refused comes again."""
    async with shop(shaky) as opened, Browser(opened) as browser:
        async with traffic(opened):
            await away(rabbitmq, opened)
        await survives(opened, browser)


async def test_the_store_is_away(shaky: Stack, real_redis: Server) -> None:
    """What was accepted waits in the broker; sockets come back by themselves."""
    async with shop(shaky) as opened, Browser(opened) as browser:
        async with traffic(opened):
            await away(real_redis, opened)
        await survives(opened, browser)
        assert 1 == browser.snapshots


async def test_graph_is_away(shaky: Stack) -> None:
    """Connections are refused for a while: sends wait, and go out by themselves, once and in order.

    One that had left when its connection was cut may never have arrived: nobody knows, and nobody sends it again.
    """
    async with shop(shaky) as opened, Browser(opened) as browser:
        async with traffic(opened, before=10) as flow:
            opened.stack.simulator.refuse_connections(2.0)
            written = flow.written
            await until(lambda: flow.written > written + 60)
        await balance(opened, browser, BALANCE_S_MAX)
        for thread in browser.state.messages.values():
            said = [each for each in thread.values() if each["direction"] == "outbound"]
            ledger = opened.stack.simulator.ledger.records("received")
            order = [each["callback_token"] for each in ledger if each["callback_token"] in thread]
            cut = [each for each in said if each["id"] not in order]
            assert {"unknown"} >= {each["status"] for each in cut}
            asked = [each["id"] for each in sorted(said, key=lambda each: each["sent_at"]) if each not in cut]
            assert asked == order
