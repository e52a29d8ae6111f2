"""One store after the other, for what must work on each of them."""

import uuid
from collections.abc import AsyncIterator, Iterator

import pytest

from shared.contract.ids import WorkspaceId
from shared.redis import Redis
from tests.integration.shared.stores import cluster_url, connected


@pytest.fixture(scope="session")
def _cluster() -> Iterator[str]:
    with cluster_url() as url:
        yield url


@pytest.fixture(params=["server", "cluster"])
async def redis(request: pytest.FixtureRequest) -> AsyncIterator[Redis]:
    """A connection to each kind of store in turn; keys of other tests are there too."""
    url: str = request.getfixturevalue("redis_url" if request.param == "server" else "_cluster")
    async with connected(url) as connection:
        yield connection


@pytest.fixture
def workspace_id() -> WorkspaceId:
    """A workspace that nobody else has."""
    return WorkspaceId(f"w{uuid.uuid4().hex}")
