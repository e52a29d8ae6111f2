"""One api for the tests of this folder; every test has workspaces of its own."""

from collections.abc import AsyncIterator

import pytest

from tests.real.inbox import Inbox, inbox


@pytest.fixture(scope="module")
async def api(redis_url: str) -> AsyncIterator[Inbox]:
    """Nobody is slowed down: what is looked for lies behind that."""
    async with inbox(redis_url, rate_per_s=100_000, rate_burst=1_000_000, join_failures_per_minute=10_000) as running:
        yield running
