"""Without the broker or the registry Meta is told to come again, in time, and does not lose anything."""

import asyncio
from collections.abc import Callable

from tests.integration.services.ingest.doors import door, took_s
from tests.payloads import bodies
from tests.real.proxy import Proxy, proxied
from tests.real.waiting import until_answered


def outages(proxy: Proxy) -> list[tuple[Callable[[], None], Callable[[], None]]]:
    """What is said to it is swallowed, then refused; and how each ends."""
    return [(proxy.silence, proxy.resume), (proxy.refuse, lambda: proxy.refuse(False))]


async def test_a_broker_that_is_gone_is_a_503_and_nothing_is_lost(amqp_url: str, redis_url: str) -> None:
    """Meta is told within 5 s, whether connections are refused or swallowed, and a later try succeeds."""
    async with proxied(amqp_url) as proxy, door(redis_url, proxy.url) as made:
        await made.connect()
        assert 200 == await made.post_signed(bodies.texts("before"))
        for fail, mend in outages(proxy):
            fail()
            answers = await asyncio.gather(*(took_s(made.post_signed(bodies.texts("during"))) for _ in range(5)))
            assert {503} == {code for code, _ in answers}
            assert max(s for _, s in answers) < 5.0
            mend()
            await until_answered(lambda: made.post_signed(bodies.texts("after")), lambda code: code == 200)


async def test_a_registry_that_is_gone_is_a_503(redis_url: str) -> None:
    """Whose webhook it is cannot be known: not a 404, and within 5 s."""
    async with proxied(redis_url) as proxy, door(proxy.url) as made:
        await made.connect()
        for fail, mend in outages(proxy):
            fail()
            code, s = await took_s(made.post_signed(bodies.texts("during")))
            assert 503 == code
            assert s < 5.0
            mend()
            await until_answered(lambda: made.post_signed(bodies.texts("after")), lambda code: code == 200)
