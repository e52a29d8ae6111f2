"""What webhooks prove of a number, in a real store."""

import uuid
from collections.abc import AsyncIterator

import pytest

from shared import redis as stores
from shared.contract.ids import NumberId, WorkspaceId
from shared.evidence import Evidence, EvidenceBook
from shared.redis import Redis

NUMBER = NumberId("106540352242922")


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A connection of the test's own."""
    store = stores.connect(redis_url)
    yield store
    await store.aclose()


@pytest.fixture
def workspace_id() -> WorkspaceId:
    """Nobody else's."""
    return WorkspaceId(f"w{uuid.uuid4().hex}")


async def test_the_latest_time_of_each_kind_stays(redis: Redis, workspace_id: WorkspaceId) -> None:
    """In whichever order they are told, and the account of the latest that knew one."""
    book = EvidenceBook(redis)
    assert Evidence() == await book.read(workspace_id, NUMBER)

    await book.note(workspace_id, NUMBER, "verified", 7, "77")
    await book.note(workspace_id, NUMBER, "verified", 5, "66")
    await book.note(workspace_id, NUMBER, "mismatch", 9, None)

    assert Evidence(verified=7, mismatch=9, account_id="77") == await book.read(workspace_id, NUMBER)
    assert Evidence() == await book.read(workspace_id, NumberId("1"))


def test_what_was_taken_and_what_was_refused_are_told_apart() -> None:
    """What was only checked long after it came is neither."""
    seen = Evidence(verified=3, superseded=2, unsigned=5, unchecked=4, missing=6, mismatch=7, released=8, buried=9)

    assert (5, 7) == (seen.taken_ms, seen.refused_ms)
    assert (0, 0) == (Evidence().taken_ms, Evidence().refused_ms)
