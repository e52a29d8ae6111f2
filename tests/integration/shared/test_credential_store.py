"""How credentials are written: a failure half-way never leaves a secret that nobody can revoke."""

import uuid

from shared.contract.ids import WorkspaceId
from shared.credential_store import CredentialStore, Record
from shared.redis import Redis

HOUR_MS = 3_600_000


def record(workspace_id: WorkspaceId, name: str = "Ada") -> Record:
    """A session."""
    return Record(kind="session", id=f"s_{uuid.uuid4().hex}", workspace_id=workspace_id, name=name, created_ms=1000)


async def test_a_full_list_leaves_no_secret_behind(redis: Redis) -> None:
    """Refused means not good."""
    store, workspace_id = CredentialStore(redis), WorkspaceId(uuid.uuid4().hex)
    one, two = uuid.uuid4().hex, uuid.uuid4().hex

    assert await store.add(one, record(workspace_id), HOUR_MS, oldest_ms=0, listed_max=1)
    assert not await store.add(two, record(workspace_id), HOUR_MS, oldest_ms=0, listed_max=1)
    assert {one} == await store.existing([one, two])


async def test_what_could_not_be_listed_ends_soon(redis: Redis) -> None:
    """Between the two steps the store may go away: nobody was told the secret, and it ends by itself."""
    store, workspace_id = CredentialStore(redis), WorkspaceId(uuid.uuid4().hex)
    digest = uuid.uuid4().hex
    await redis.set(f"{{{workspace_id}}}:sessions", "no list at all")  # so that the second step fails

    failed = False
    try:
        await store.add(digest, record(workspace_id), HOUR_MS, oldest_ms=0, listed_max=1)
    except Exception:
        failed = True
    assert failed
    assert 0 < await redis.pttl(f"credential:{digest}") <= 60_000


async def test_a_use_after_the_revocation_leaves_no_trace(redis: Redis) -> None:
    """A request under way when it was revoked does not list it again, nor make it good."""
    store, workspace_id = CredentialStore(redis), WorkspaceId(uuid.uuid4().hex)
    digest, session = uuid.uuid4().hex, record(workspace_id)
    await store.add(digest, session, HOUR_MS, oldest_ms=0, listed_max=10)
    assert digest == await store.remove(workspace_id, "session", session.id)

    await store.touch(digest, workspace_id, "session", session.id, 2000, HOUR_MS)
    assert set() == await store.existing([digest])
    assert [] == await store.listed(workspace_id, "session")
    assert {} == await redis.hgetall(f"{{{workspace_id}}}:sessions:used")
