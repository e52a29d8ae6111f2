"""One rig for each test, with each kind of broker in turn."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.services.sender.rig import Rig, rig
from tests.real.brokers import Brokers


@pytest.fixture
async def sender_rig(broker_url: str, redis_url: str) -> AsyncIterator[Rig]:
    """A connected number and a Graph that knows it; senders are started by the test."""
    brokers = Brokers(broker_url)
    async with rig(brokers, redis_url) as made:
        yield made
    await brokers.forget()
