"""Without the broker or the registry Meta is told to come again, and does not lose anything."""

import asyncio
from collections.abc import Callable

from tests.integration.services.ingest.doors import door
from tests.payloads import bodies
from tests.real.proxy import Proxy, proxied
from tests.real.waiting import S_MAX, until_answered


def outages(proxy: Proxy) -> list[tuple[Callable[[], None], Callable[[], None]]]:
    """What is said to it is swallowed, then refused; and how each ends."""
    return [(proxy.silence, proxy.resume), (proxy.refuse, lambda: proxy.refuse(False))]


async def test_a_broker_that_is_gone_is_a_503_and_nothing_is_lost(amqp_url: str, redis_url: str) -> None:
    """Meta is told while it is gone, whether connections are refused or swallowed, and a later try succeeds."""
    async with proxied(amqp_url) as proxy, door(redis_url, proxy.url) as made:
        await made.connect()
        assert 200 == await made.post_signed(bodies.texts("before"))
        for fail, mend in outages(proxy):
            fail()
            async with asyncio.timeout(S_MAX):
                answers = await asyncio.gather(*(made.post_signed(bodies.texts("during")) for _ in range(5)))
            assert {503} == set(answers)
            mend()
            await until_answered(lambda: made.post_signed(bodies.texts("after")), lambda code: code == 200)


async def test_a_registry_that_is_gone_is_a_503(redis_url: str) -> None:
    """Whose webhook it is cannot be known: not a 404, and while it is gone."""
    async with proxied(redis_url) as proxy, door(proxy.url) as made:
        await made.connect()
        for fail, mend in outages(proxy):
            fail()
            async with asyncio.timeout(S_MAX):
                assert 503 == await made.post_signed(bodies.texts("during"))
            mend()
            await until_answered(lambda: made.post_signed(bodies.texts("after")), lambda code: code == 200)
