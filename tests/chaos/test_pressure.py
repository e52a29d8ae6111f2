"""RabbitMQ or Redis takes nothing more while people write: callers are told to come again, and nothing is lost."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from shared import redis as stores
from tests.real.server import Server
from tests.real.waiting import until, until_answered
from tests.system.books import balance
from tests.system.browser import Browser
from tests.system.shop import Shop, shop
from tests.system.stack import Stack, separate
from tests.system.test_outages import refusals
from tests.system.traffic import traffic

ANSWER_S_MAX = 5.5  # the promised 5 s, and the way there and back on a busy machine
BALANCE_S_MAX = 180.0
pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
async def pressed(
    _private_rabbitmq: Server, _private_redis: Server, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stack]:
    """On servers that only these tests use."""
    async with separate(_private_rabbitmq.url, _private_redis.url, tmp_path_factory.mktemp("pressed")) as stack:
        yield stack


async def ready(opened: Shop, name: str) -> int:
    """What the probe of a process says."""
    async with opened.stack.http.get(f"{opened.stack.part(name).url}/readyz") as answer:
        return answer.status


async def marked_read(opened: Shop, path: str, wamid: str) -> int:
    """What the api answers to an agent who has read a message."""
    asking = opened.stack.http.post(
        opened.stack.part("api").url + path,
        json={"up_to": wamid},
        headers={"Authorization": f"Bearer {opened.token}"},
    )
    async with asking as answer:
        return answer.status


@pytest.mark.parametrize(
    ("alarm", "over"),
    [
        (("set_vm_memory_high_watermark", "0.000001"), ("set_vm_memory_high_watermark", "0.6")),
        (("set_disk_free_limit", "1000TB"), ("set_disk_free_limit", "50MB")),
    ],
    ids=("memory", "disk"),
)
async def test_an_alarm_of_rabbitmq_is_a_503_in_time(
    pressed: Stack, rabbitmq: Server, alarm: tuple[str, str], over: tuple[str, str]
) -> None:
    """RabbitMQ stops reading from publishers: ingest and api say so within 5 s, and all is there afterwards."""
    async with shop(pressed) as opened, Browser(opened) as browser:
        ada = opened.customer()
        wamid = await opened.hears(ada)
        async with traffic(opened):
            await asyncio.to_thread(rabbitmq.control, *alarm)
            try:
                await until(lambda: refusals(opened), 60)
                began_s = time.monotonic()
                assert 503 == await marked_read(opened, f"{opened.path}/conversations/{ada.bsuid}/read", wamid)
                assert ANSWER_S_MAX > time.monotonic() - began_s
                for name in pressed.parts:
                    await until_answered(lambda name=name: ready(opened, name), lambda code: code == 503, 60)  # type: ignore[misc]
            finally:
                await asyncio.to_thread(rabbitmq.control, *over)
        await balance(opened, browser, BALANCE_S_MAX)
    assert {503} == {each["http_code"] for each in refusals(opened)}
    assert all(float(str(each["took_ms"])) < ANSWER_S_MAX * 1000 for each in refusals(opened))


async def test_a_full_redis_holds_the_projector_and_loses_nothing(pressed: Stack, real_redis: Server) -> None:
    """Without memory for one more write: not ready, webhooks still taken or refused in time; with it, all is there."""
    async with shop(pressed) as opened, Browser(opened) as browser, stores.connect(real_redis.url) as store:
        async with traffic(opened) as flow:
            await store.config_set("maxmemory", "1mb")
            try:
                for name in ("projector", "api", "sender"):
                    await until_answered(lambda name=name: ready(opened, name), lambda code: code == 503, 60)  # type: ignore[misc]
                written = flow.written
                await until(lambda: flow.written > written + 30, 60)
            finally:
                await store.config_set("maxmemory", "0")
        for name in ("projector", "api", "sender"):
            await until_answered(lambda name=name: ready(opened, name), lambda code: code == 200, 60)  # type: ignore[misc]
        await balance(opened, browser, BALANCE_S_MAX)
        assert all(part.running.returncode is None for part in pressed.parts.values())
        assert all(float(str(each["took_ms"])) < ANSWER_S_MAX * 1000 for each in refusals(opened))
