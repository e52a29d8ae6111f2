"""One rig for each test, with each kind of broker in turn."""

from collections.abc import AsyncIterator

import pytest

from shared import redis
from shared.redis import Redis
from tests.integration.services.sender.rig import Rig, rig
from tests.real.brokers import Brokers


@pytest.fixture
async def sender_rig(broker_url: str, redis_url: str) -> AsyncIterator[Rig]:
    """A connected number and a Graph that knows it; senders are started by the test."""
    brokers = Brokers(broker_url)
    async with rig(brokers, redis_url) as made:
        yield made
    await brokers.forget()


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[Redis]:
    """A connection to the store that all tests share: use a workspace of your own."""
    connection = redis.connect(redis_url)
    yield connection
    await connection.aclose()
