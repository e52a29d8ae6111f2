"""How long an answer of one number waits behind very many of another, measured with a sender process of its own."""

import asyncio
import os
import time
from collections.abc import AsyncIterator

import pytest

from services.sender.settings import SenderSettings
from shared.contract.events import NumberRefused
from shared.topology import SENDER
from tests.chaos.result import say
from tests.integration.services.sender.rig import Rig, rig
from tests.real.brokers import Brokers
from tests.real.waiting import until_answered

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1800)]

CROWD = int(os.environ.get("INBOX_CROWD", "100000"))
TOGETHER = 100
S_MAX = 900.0
# With the crowd waiting for its slots, which is what there is while a sender runs.
ANSWER_S_MAX = 10.0
# A queue that gathered while no sender ran is looked through from its front.
LOOKED_THROUGH_PER_S_MIN = 100


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


async def test_a_hundred_thousand_queued_sends_of_one_number(shops: Rig) -> None:
    """Another number's answer waits for the queue to be looked through once, and from then on not at all."""
    for at in range(0, CROWD, TOGETHER):
        crowd = (
            shops.message(f"{n}", lane=f"lane {n}", address={"to": f"+49151{n:08}"}) for n in range(at, at + TOGETHER)
        )
        await asyncio.gather(*(shops.ask(message) for message in crowd))
    await shops.start_process(amqp_url=shops.settings["amqp_url"])
    behind_s = await answered_s(shops, "behind all of them")
    await until_answered(lambda: shops.broker.backlog(SENDER.name), lambda left: left < TOGETHER, S_MAX)
    beside_s = max([await answered_s(shops, f"beside them {count}") for count in range(10)])
    rate = SenderSettings.model_fields["sends_per_s"].default
    say(f"{CROWD} sends of one number ({rate:.0f} a second): another's answer came {behind_s:.1f} s after the sender")
    say(f"had begun with all of them before it, and at most {beside_s:.2f} s while they waited for their slots")
    assert behind_s < CROWD / LOOKED_THROUGH_PER_S_MIN + ANSWER_S_MAX
    assert beside_s < ANSWER_S_MAX
    assert not [told for told in shops.told if isinstance(told, NumberRefused)]
