"""A simulator, a callback and a caller for every test."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from simulator import Settings, Simulator
from simulator.webhooks.callback import Callback
from tests.integration.simulator.caller import Caller
from tests.integration.simulator.listener import SECRET, Listener


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    """A callback that answers 200."""
    async with Listener().listening() as listening:
        yield listening


@pytest.fixture
async def sim(listener: Listener) -> AsyncIterator[Simulator]:
    """A simulator of hurried people, already connected to the callback."""
    async with Simulator(Settings(port=0, seed=7, speed=200, retry_delay_s=0.05)).running() as running:
        callback = Callback(url=listener.url, verify_token=listener.verify_token, app_secret=SECRET)
        await running.set_callback(callback)
        yield running


@pytest.fixture
async def caller(sim: Simulator) -> AsyncIterator[Caller]:
    """A caller with a good token."""
    async with aiohttp.ClientSession() as http:
        yield Caller(sim, http)
