"""The contract of the door, held by both brokers."""

import asyncio

from shared.broker import Broker, Delivery
from shared.topology import COMMANDS, PROJECTOR, SENDER
from tests.real.waiting import until


async def test_what_is_published_reaches_every_bound_queue_once(broker: Broker) -> None:
    """A command is also a fact: the sender and the projector each get it."""
    sender: list[bytes] = []
    projector: list[bytes] = []

    async def send(delivery: Delivery) -> None:
        sender.append(delivery.body)

    async def project(delivery: Delivery) -> None:
        projector.append(delivery.body)

    async with broker.consuming(SENDER, send, concurrency=1), broker.consuming(PROJECTOR, project, concurrency=1):
        await broker.publish(COMMANDS, b"hello")
        await until(lambda: sender and projector)
        await asyncio.sleep(0)

    assert [b"hello"] == sender == projector
