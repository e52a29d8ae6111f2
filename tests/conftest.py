"""Real servers for every test that asks for one; nothing is started for those that do not."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, settings

from shared.broker import Broker
from tests.real import choice, session
from tests.real.brokers import SMALL, Brokers
from tests.real.powercut import Disk
from tests.real.server import RABBITMQ, REDIS, Server
from tests.real.waiting import until_ready

# The same examples at every run, however slow the machine; `--hypothesis-profile=explore` looks for new ones.
CHECKS_LEFT_OUT = [HealthCheck.too_slow, HealthCheck.large_base_example, HealthCheck.function_scoped_fixture]
settings.register_profile("repeatable", derandomize=True, deadline=None, suppress_health_check=CHECKS_LEFT_OUT)
settings.register_profile("explore", max_examples=2_000, deadline=None, suppress_health_check=CHECKS_LEFT_OUT)
settings.load_profile("repeatable")


def pytest_configure(config: pytest.Config) -> None:
    """Begin the session in the process that starts the workers."""
    if not hasattr(config, "workerinput"):
        session.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove what the session has started."""
    if not hasattr(config, "workerinput"):
        session.end(choice.remove)


@pytest.fixture(scope="session")
def amqp_url() -> str:
    """A real RabbitMQ that the whole session shares: use names of your own."""
    return choice.shared_url(RABBITMQ)


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A real Redis that the whole session shares: use keys of your own.

    Of several test processes each has a database of its own, because an eraser looks after all numbers of its store.
    """
    url, worker = choice.shared_url(REDIS), os.environ.get("PYTEST_XDIST_WORKER")
    return urlsplit(url)._replace(path=f"/{worker.removeprefix('gw')}").geturl() if worker else url


@pytest.fixture(scope="session")
def _private_rabbitmq() -> Iterator[Server]:
    server = choice.private(RABBITMQ)
    yield server
    server.remove()


@pytest.fixture(scope="session")
def _private_redis() -> Iterator[Server]:
    server = choice.private(REDIS)
    yield server
    server.remove()


@pytest.fixture
def rabbitmq(_private_rabbitmq: Server) -> Server:
    """A running RabbitMQ that the test may stop and kill."""
    _private_rabbitmq.start()
    return _private_rabbitmq


@pytest.fixture
def real_redis(_private_redis: Server) -> Server:
    """A running Redis that the test may stop and kill; it fsyncs once a second."""
    _private_redis.start()
    return _private_redis


@pytest.fixture
async def disk(tmp_path: Path) -> AsyncIterator[Disk]:
    """A store that fsyncs once a second."""
    made = Disk(tmp_path, "--appendfsync", "everysec")
    made.start()
    yield made
    made.end()


@pytest.fixture(params=["amqp", "streams"])
def broker_url(request: pytest.FixtureRequest) -> str:
    """Where a broker's server is; the test runs once with each kind."""
    url: str = request.getfixturevalue("amqp_url" if request.param == "amqp" else "redis_url")
    return url


@pytest.fixture
async def broker(broker_url: str) -> AsyncIterator[Broker]:
    """A connected broker with the product's topology, of each kind in turn."""
    brokers = Brokers(broker_url)
    async with brokers.make() as made:
        await until_ready(made)
        yield made
    await brokers.forget()


@pytest.fixture
async def small(broker_url: str) -> AsyncIterator[Brokers]:
    """The maker of brokers that share one small topology, of each kind in turn."""
    brokers = Brokers(broker_url, SMALL)
    async with brokers.make() as made:
        await until_ready(made)  # and so all is declared
    yield brokers
    await brokers.forget()
