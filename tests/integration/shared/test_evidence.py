"""What webhooks prove of a number, in a real store."""

import uuid
from collections.abc import AsyncIterator

import pytest

from shared import redis as stores
from shared.contract.ids import NumberId, WorkspaceId
from shared.evidence import Evidence, EvidenceBook, Seen
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

    await book.note(workspace_id, NUMBER, Seen("verified", 3), 7, "77")
    await book.note(workspace_id, NUMBER, Seen("verified", 2), 5, "66")
    await book.note(workspace_id, NUMBER, Seen("mismatch", 4), 9)

    expected = Evidence(verified=7, mismatch=9, secrets={"verified": 3, "mismatch": 4}, account_id="77")
    assert expected == await book.read(workspace_id, NUMBER)
    assert Evidence() == await book.read(workspace_id, NumberId("1"))


def test_a_webhook_is_judged_by_the_secret_it_was_held_against() -> None:
    """And by no other."""
    seen = Evidence(verified=7, mismatch=9, secrets={"verified": 3})

    assert (7, 0) == (seen.judged("verified", 3), seen.judged("verified", 4))
    assert (9, 0) == (seen.judged("mismatch", 0), seen.judged("missing", 0))


def test_what_was_taken_is_the_latest_of_what_was_not_refused() -> None:
    """What was only checked long after it came is not."""
    assert 5 == Evidence(verified=3, superseded=2, unsigned=5, unchecked=4, missing=6, mismatch=7, released=8).taken_ms
    assert 0 == Evidence().taken_ms
