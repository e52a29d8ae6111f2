"""The api of these tests, with projector and simulator, on a real store."""

from collections.abc import AsyncIterator

import pytest

from tests.real.inbox import Inbox, inbox


@pytest.fixture(scope="module")
async def api(redis_url: str) -> AsyncIterator[Inbox]:
    """One api for this file; every test has workspaces of its own."""
    async with inbox(redis_url) as running:
        yield running
