"""One stack for all tests that need it, and somebody to talk with."""

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from tests.stack.installation import Installation, Talk, installed


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """Up, and gone afterwards."""
    with installed() as made:
        yield made


@pytest.fixture
async def talk(installation: Installation) -> AsyncIterator[Talk]:
    """A customer of the test's own."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as http:
        made = Talk(installation, http)
        await made.begin()
        yield made
