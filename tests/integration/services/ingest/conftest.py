"""The door on each broker, and on the embedded one alone."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.services.ingest.doors import Door, door
from tests.real.brokers import Brokers


@pytest.fixture(params=["amqp", "streams"])
async def each_door(request: pytest.FixtureRequest, redis_url: str) -> AsyncIterator[Door]:
    """For what rests on the broker's confirm."""
    amqp_url: str | None = request.getfixturevalue("amqp_url") if request.param == "amqp" else None
    async with door(redis_url, amqp_url) as made:
        yield made
    await Brokers(amqp_url or redis_url, namespace=made.ground.settings.broker_namespace).forget()


@pytest.fixture
async def a_door(redis_url: str) -> AsyncIterator[Door]:
    """For what does not."""
    async with door(redis_url) as made:
        yield made
    await Brokers(redis_url, namespace=made.ground.settings.broker_namespace).forget()
