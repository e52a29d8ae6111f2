"""One push for every test that needs nothing special of it."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.services.push.live import Push, pushing


@pytest.fixture
async def push(redis_url: str) -> AsyncIterator[Push]:
    """With a fresh workspace that has two numbers."""
    async with pushing(redis_url) as made:
        yield made
