"""What webhooks prove of a number, in a real store."""

from collections.abc import AsyncIterator

import pytest

from shared import redis as stores
from shared.contract.evidence import Evidence, Seen
from shared.contract.ids import NumberId, WorkspaceId
from shared.evidence import EvidenceBook
from shared.redis import Redis

NUMBER = NumberId("106540352242922")


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A connection of the test's own."""
    store = stores.connect(redis_url)
    yield store
    await store.aclose()


async def test_the_latest_time_of_each_kind_stays(redis: Redis, workspace_id: WorkspaceId) -> None:
    """In whichever order they are told, and the account of the latest that knew one."""
    book = EvidenceBook(redis)
    assert Evidence() == await book.read(workspace_id, NUMBER)

    await book.note(workspace_id, NUMBER, Seen("verified", 3), 7, "77")
    await book.note(workspace_id, NUMBER, Seen("verified", 2), 5, "66")
    await book.note(workspace_id, NUMBER, Seen("mismatch", 4), 9)

    expected = Evidence(verified=7, mismatch=9, secrets={"verified": 3, "mismatch": 4}, account_id="77")
    assert expected == await book.read(workspace_id, NUMBER)
    assert Evidence() == await book.read(workspace_id, NumberId("1"))


async def test_what_came_of_each_kind_stays_beside_it(redis: Redis, workspace_id: WorkspaceId) -> None:
    """The latest of each, in whichever order it is told."""
    book = EvidenceBook(redis)
    await book.note(workspace_id, NUMBER, Seen("verified", 3), 7)
    await book.came(workspace_id, NUMBER, {"messages": 9, "statuses": 5})
    await book.came(workspace_id, NUMBER, {"messages": 8, "echoes": 6})

    found = await book.read(workspace_id, NUMBER)
    assert (7, {"messages": 9, "statuses": 5, "echoes": 6}) == (found.verified, found.came)
