"""Installations for the system tests: each worker process has one of each kind, and each test a shop of its own."""

import os
from collections.abc import AsyncIterator

import pytest

from tests.real.brokers import Brokers
from tests.system.composed import composed
from tests.system.shop import Shop, shop
from tests.system.stack import Stack, all_in_one, separate

# How many of each process in containers, behind the gateway of docker-compose.yml; none: processes of this machine.
COPIES = int(os.environ.get("INBOX_TEST_COMPOSED", "0"))


@pytest.fixture(scope="session")
async def _five(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    if COPIES:
        async with composed(COPIES) as stack:
            yield stack
        return
    amqp_url, redis_url = request.getfixturevalue("amqp_url"), request.getfixturevalue("redis_url")
    async with separate(amqp_url, redis_url, tmp_path_factory.mktemp("five")) as stack:
        yield stack
    await Brokers(amqp_url, namespace=stack.part("api").namespace).forget()


@pytest.fixture(scope="session")
async def _one(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with all_in_one(tmp_path_factory.mktemp("one")) as stack:
        yield stack


@pytest.fixture
async def five(_five: Stack) -> Stack:
    """Ingest, api, projector, push and sender, each a process, on RabbitMQ and Redis."""
    await _five.mend()
    return _five


@pytest.fixture
async def one(_one: Stack) -> Stack:
    """All in one, with nothing but a folder."""
    await _one.mend()
    return _one


# On clusters there is nothing to learn of an installation that has none.
STACKS = os.environ.get("INBOX_TEST_STACKS", "five,one").split(",")


@pytest.fixture(params=STACKS)
def stack(request: pytest.FixtureRequest) -> Stack:
    """Each in turn: what is promised does not depend on the installation."""
    found: Stack = request.getfixturevalue(request.param)
    return found


@pytest.fixture
async def opened(stack: Stack) -> AsyncIterator[Shop]:
    """A shop in each of them."""
    async with shop(stack) as made:
        yield made
