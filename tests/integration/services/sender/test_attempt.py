"""A call whose store goes away while it is being made."""

import asyncio
from contextlib import suppress

import pytest
from prometheus_client import REGISTRY
from redis.exceptions import ConnectionError as RedisConnectionError

from services.sender.claims import Claims, Taken
from services.sender.scripts import Scripts
from shared.contract.events import SendAccepted, SendUncertain
from simulator.faults import Fault
from tests.integration.services.sender.rig import rig, until_async
from tests.real.brokers import Brokers
from tests.real.server import Server
from tests.real.waiting import until


def lags() -> tuple[float, float]:
    """How many were accepted until now, and how many of them within a second of the click."""
    told = REGISTRY.get_sample_value
    return told("inbox_send_lag_seconds_count") or 0, told("inbox_send_lag_seconds_bucket", {"le": "1.0"}) or 0


async def test_what_a_call_has_learned_survives_an_outage_of_the_store(amqp_url: str, real_redis: Server) -> None:
    """Redis is killed in mid-call: the answer is kept until it can be stored, then told; nothing is called again."""
    brokers = Brokers(amqp_url)
    async with rig(brokers, real_redis.url) as made:
        before, message = lags(), made.message("through it")
        made.simulator.add_fault(Fault(kind="delay", delay_s=1.5, times=1, number_id=made.number_id))
        await asyncio.sleep(1.2)  # what this server has been told is on its disk after a second
        async with made.sending(graph_deadline_s=10):
            await made.ask(message)
            await until(lambda: not made.simulator.parts.faults.all())
            real_redis.kill()
            await until(made.received)
            real_redis.start()
            await made.until_ended(message)
        assert ([message.message_id], []) == (made.ends(SendAccepted), made.ends(SendUncertain))
        assert 1 == len(made.calls())
        # From the click on, so the second and a half of Graph's and the outage are in it.
        assert (1, 0) == tuple(now - was for was, now in zip(before, lags(), strict=True))
    await brokers.forget()


async def test_a_claim_that_could_not_be_answered_is_still_ours(amqp_url: str, real_redis: Server) -> None:
    """The store went away under the claim, before any call: when it is back, the same sender may go on."""
    brokers = Brokers(amqp_url)
    async with rig(brokers, real_redis.url) as made:
        message = made.message("m")
        claims = Claims(Scripts(made.ground.redis), Scripts(made.ground.redis))
        await asyncio.sleep(1.2)
        real_redis.kill()
        with pytest.raises(RedisConnectionError):
            await claims.take(message)
        real_redis.start()
        taken: list[Taken | None] = []

        async def took() -> bool:
            with suppress(RedisConnectionError):
                taken.append(await claims.take(message))
            return bool(taken)

        await until_async(took)
        assert [1] == [each.attempt for each in taken if each is not None]
    await brokers.forget()
