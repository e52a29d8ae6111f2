"""Redis is lost with every claim, for real: what was sent before is never sent again."""

import asyncio

from shared import redis as stores
from shared.contract.commands import RECALLED
from shared.contract.events import SendUncertain
from tests.integration.services.sender.rig import rig
from tests.real.brokers import Brokers
from tests.real.server import Server
from tests.real.waiting import until


async def test_what_was_sent_before_redis_was_lost_is_not_sent_again(amqp_url: str, real_redis: Server) -> None:
    """Given again by the broker, or asked for again by a browser: unknown, and WhatsApp is not called."""
    brokers = Brokers(amqp_url)
    async with rig(brokers, real_redis.url) as made:
        sent = [made.message(name, lane=name) for name in ("redelivered", "asked again")]
        async with made.hands() as hand:
            for message in sent:
                await hand(message)
        await asyncio.to_thread(real_redis.kill)
        await asyncio.to_thread(real_redis.start)
        async with stores.connect(real_redis.url) as store:
            await store.flushall()
        await made.connect()

        async with made.hands() as hand:
            await hand(sent[0], attempt=2)
            await hand(sent[1], **{RECALLED: 1})  # as the api says of what it knows from the archive alone
            await hand(made.message("new", lane="new"))
        await until(lambda: 2 == len(made.ends(SendUncertain)))
        assert ["redelivered", "asked again", "new"] == made.received()
    await brokers.forget()
