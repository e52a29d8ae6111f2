"""Backup and restore of settings, on a Redis and on a cluster that refuses commands across slots."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from services.api.backup import Keeping, NotEmpty, keeping
from services.api.settings import ApiSettings
from services.api.strongbox import Refused
from shared.auth import Credentials
from shared.contract.evidence import Seen
from shared.contract.ids import NumberId, WorkspaceId
from shared.evidence import EvidenceBook
from shared.process import now_ms
from shared.registry import AppSecret, NumberRecord, Registry, UnknownWorkspace
from shared.vault import Vault, VaultError
from tests.integration.shared.stores import cluster_url, connected
from tests.real.server import Server

OLD, NEW = b"o" * 32, b"n" * 32
NUMBER = NumberId("106540352242922")
SECRETS = ("EAAG-the-access-token", "the app secret", "the verify token", "the staged token", "made join key")


@pytest.fixture(scope="module")
def _own_cluster() -> Iterator[str]:
    with cluster_url() as url:
        yield url


@pytest.fixture(params=["server", "cluster"])
async def url(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """An empty store of the test's own, of each kind in turn: a backup holds whatever there is."""
    own: str | Server = request.getfixturevalue("real_redis" if request.param == "server" else "_own_cluster")
    url = own if isinstance(own, str) else own.url
    async with connected(url) as store:
        await store.flushall()
        yield url
        await store.flushall()


def kept_by(url: str, *keys: bytes) -> Any:
    """The store as an operator with these keys reaches it."""
    told = {"redis_url": url, "amqp_url": None, "secret_keys": keys or (NEW,)}
    return keeping(ApiSettings.model_validate(told))


def record(workspace_id: WorkspaceId, **given: object) -> NumberRecord:
    """A connected number with every credential."""
    return NumberRecord(
        workspace_id=workspace_id,
        number_id=NUMBER,
        connected=True,
        retention_days=30,
        credential_version=7,
        access_token=SecretStr(SECRETS[0]),
        app_secrets=(AppSecret(secret=SecretStr(SECRETS[1])), AppSecret(secret=SecretStr("replaced"), until_ms=1000)),
        verify_token=SecretStr(SECRETS[2]),
    ).model_copy(update=given)


async def filled(kept: Keeping) -> dict[str, Any]:
    """An installation with something of everything, and what it takes to recognise it."""
    credentials = Credentials(kept.redis, now_ms)
    workspace_id = await kept.registry.create_workspace()
    await kept.registry.stage_verify_token(workspace_id, SECRETS[3])
    await kept.registry.note_webhook(workspace_id, 1234, unsigned=2)
    await kept.registry.save_number(record(workspace_id))
    await EvidenceBook(kept.redis).note(workspace_id, NUMBER, Seen("verified", 55), 60_000, "the account")
    await kept.join_key.keep(SECRETS[4])
    session, listed = await credentials.create_session(workspace_id, "Ada")
    token, _ = await credentials.create_token(workspace_id, "robot", ["read", "live"], listed.id)
    revoked, other = await credentials.create_session(workspace_id, "Eve")
    await credentials.revoke_session(workspace_id, other.id)
    invite, _ = await credentials.create_invite(workspace_id)
    used, _ = await credentials.create_invite(workspace_id)
    await credentials.use_invite(used)
    return {
        "workspace_id": workspace_id,
        "callback": await kept.registry.callback(workspace_id),
        "erasure_key": await kept.erasure_keys.of(workspace_id),
        "sessions": await credentials.sessions(workspace_id),
        "tokens": await credentials.tokens(workspace_id),
        "good": (session, token),
        "bad": (revoked,),
        "invite": invite,
        "used": used,
    }


async def compare(kept: Keeping, was: dict[str, Any]) -> None:
    """Everything is as it was."""
    credentials, workspace_id = Credentials(kept.redis, now_ms), was["workspace_id"]
    assert was["callback"] == await kept.registry.callback(workspace_id)
    assert was["erasure_key"] == await kept.erasure_keys.of(workspace_id)
    assert workspace_id == await kept.registry.workspace_of(was["callback"].key)
    assert [record(workspace_id)] == await kept.registry.numbers(workspace_id)
    evidence = await EvidenceBook(kept.redis).read(workspace_id, NUMBER)
    assert (60_000, {"verified": 55}, "the account") == (evidence.verified, evidence.secrets, evidence.account_id)
    assert SECRETS[4] == await kept.join_key.kept()
    assert was["sessions"] == await credentials.sessions(workspace_id)
    assert was["tokens"] == await credentials.tokens(workspace_id)
    for secret in was["good"]:
        principal = await credentials.authenticate(secret)
        assert principal is not None
        assert workspace_id == principal.workspace_id
    for secret in was["bad"]:
        assert await credentials.authenticate(secret) is None
    assert await credentials.use_invite(was["used"]) is None
    assert workspace_id == await credentials.use_invite(was["invite"])
    assert await credentials.use_invite(was["invite"]) is None


async def test_what_is_backed_up_comes_back_into_an_empty_store(url: str, tmp_path: Path) -> None:
    """Workspaces, numbers and their credentials, who may and for how long; a session still ends after 90 days."""
    path = tmp_path / "kept"
    async with kept_by(url) as kept:
        was = await filled(kept)
        counted = await kept.back_up(path, now_ms)
        await kept.redis.flushall()
        assert counted == await kept.restore(path, now_ms, overwrite=False)
        ends = [await kept.redis.pttl(key) async for key in kept.redis.scan_iter(match="credential:*")]
    async with kept_by(url) as kept:
        await compare(kept, was)
    assert {"workspace": 1, "number": 1, "credential": 2, "invite": 1, "join_key": 1} == counted
    assert [-1, 90] == [end if end < 0 else round(end / 86_400_000) for end in sorted(ends)]


async def test_the_file_is_its_owners_and_holds_nothing_readable(url: str, tmp_path: Path) -> None:
    """Mode 0600, no secret in it, and no half of a file beside it."""
    path = tmp_path / "kept"
    path.write_text("yesterday's")
    path.chmod(0o644)
    async with kept_by(url) as kept:
        await filled(kept)
        await kept.back_up(path, now_ms)

    assert 0o600 == path.stat().st_mode & 0o777
    assert [path] == list(tmp_path.iterdir())
    content = path.read_bytes()
    for secret in SECRETS:
        assert secret.encode() not in content


async def test_a_backup_needs_only_the_key_that_was_first_when_it_was_made(url: str, tmp_path: Path) -> None:
    """Made while credentials were sealed with the old key and the new one was first: the old one is not needed."""
    path = tmp_path / "kept"
    async with kept_by(url, OLD) as kept:
        was = await filled(kept)
    async with kept_by(url, NEW, OLD) as kept:
        await kept.back_up(path, now_ms)
        await kept.redis.flushall()
    async with kept_by(url, NEW) as kept:
        await kept.restore(path, now_ms, overwrite=False)
        await compare(kept, was)


async def test_a_backup_of_before_a_rotation_opens_after_it(url: str, tmp_path: Path) -> None:
    """The old key is second now; what is restored is sealed with the new one, and the old one can go."""
    path = tmp_path / "kept"
    async with kept_by(url, OLD) as kept:
        was = await filled(kept)
        await kept.back_up(path, now_ms)
        await kept.redis.flushall()
    async with kept_by(url, NEW, OLD) as kept:
        await kept.restore(path, now_ms, overwrite=False)
    async with kept_by(url, NEW) as kept:
        await compare(kept, was)


@pytest.mark.parametrize("damage", ["cut", "changed", "foreign key", "another file"])
async def test_a_file_that_is_not_whole_changes_nothing(url: str, tmp_path: Path, damage: str) -> None:
    """Refused before the first setting of it is written."""
    path = tmp_path / "kept"
    async with kept_by(url, OLD if damage == "foreign key" else NEW) as kept:
        was = await filled(kept)
        # So long that the damage is in another block than the first settings.
        await kept.registry.save_number(record(was["workspace_id"], display_number="1" * 100_000))
        await kept.back_up(path, now_ms)
        await kept.redis.flushall()
    content = path.read_bytes()
    if damage == "cut":
        path.write_bytes(content[:-40])
    elif damage == "changed":
        path.write_bytes(content[:-40] + bytes([content[-40] ^ 1]) + content[-39:])
    elif damage == "another file":
        path.write_bytes(b"PK\x03\x04 holiday pictures")
    async with kept_by(url, NEW) as kept:
        with pytest.raises(Refused):
            await kept.restore(path, now_ms, overwrite=True)
        assert [] == [key async for key in kept.redis.scan_iter(match="*")]


async def test_a_store_that_is_not_empty_is_overwritten_only_when_told(url: str, tmp_path: Path) -> None:
    """The file's settings win, newer credentials are not taken for refused ones, and what else is there stays."""
    path = tmp_path / "kept"
    async with kept_by(url) as kept:
        was = await filled(kept)
        workspace_id = was["workspace_id"]
        await kept.back_up(path, now_ms)
        await kept.registry.save_number(record(workspace_id, credential_version=9, access_token=SecretStr("wrong")))
        later = await kept.registry.create_workspace()

        with pytest.raises(NotEmpty):
            await kept.restore(path, now_ms, overwrite=False)
        assert SecretStr("wrong") == (await kept.registry.number(workspace_id, NUMBER, fresh=True)).access_token

        await kept.restore(path, now_ms, overwrite=True)
        restored = await kept.registry.number(workspace_id, NUMBER, fresh=True)
        assert record(workspace_id, credential_version=10) == restored
        assert later == (await kept.registry.callback(later)).workspace_id


async def test_a_backup_puts_right_what_no_key_opens_any_more(url: str, tmp_path: Path) -> None:
    """Somebody has started with another key and overwritten credentials: the file's come back."""
    path = tmp_path / "kept"
    async with kept_by(url) as kept:
        was = await filled(kept)
        await kept.back_up(path, now_ms)
    async with kept_by(url, OLD) as kept:
        await kept.registry.save_number(record(was["workspace_id"]))
    async with kept_by(url) as kept:
        with pytest.raises(VaultError):
            await kept.back_up(tmp_path / "another", now_ms)
        assert [path] == list(tmp_path.iterdir())
        await kept.restore(path, now_ms, overwrite=True)
        restored = await kept.registry.number(was["workspace_id"], NUMBER, fresh=True)
        assert record(was["workspace_id"], credential_version=8) == restored


async def test_what_has_ended_since_does_not_come_back(url: str, tmp_path: Path) -> None:
    """A session without use for 90 days, an invite of yesterday."""
    path = tmp_path / "kept"
    async with kept_by(url) as kept:
        was = await filled(kept)
        await kept.back_up(path, now_ms)
        await kept.redis.flushall()
        counted = await kept.restore(path, lambda: now_ms() + 91 * 86_400_000, overwrite=False)
        credentials = Credentials(kept.redis, now_ms)
        session, token = was["good"]
        assert await credentials.authenticate(session) is None
        assert await credentials.authenticate(token) is not None
        assert await credentials.use_invite(was["invite"]) is None
    assert {"workspace": 1, "number": 1, "credential": 1, "join_key": 1} == counted


async def test_after_sealing_again_the_old_key_can_go(url: str) -> None:
    """Every credential opens with the newest key alone; the settings are the same, and so is their version."""
    async with kept_by(url, OLD) as kept:
        was = await filled(kept)
    async with kept_by(url, NEW, OLD) as kept:
        assert (1, []) == await kept.reencrypt()
        assert (1, []) == await kept.reencrypt()
    async with kept_by(url, NEW) as kept:
        await compare(kept, was)


async def test_what_opens_with_no_key_is_told_and_stops_nobody(url: str) -> None:
    """The others are sealed again all the same."""
    async with kept_by(url, OLD) as kept:
        await filled(kept)
        await kept.redis.delete("join_key")
    vault = Vault([NEW])
    async with kept_by(url, NEW) as kept:
        other = await kept.registry.create_workspace()
        await kept.registry.save_number(record(other))
        seen, lost = await kept.reencrypt()
        assert (2, 1) == (seen, len(lost))
        assert lost[0].startswith(f"{NUMBER} of w")
        assert record(other) == await Registry(kept.redis, vault).number(other, NUMBER)
        with pytest.raises(UnknownWorkspace):
            await kept.registry.callback(WorkspaceId("nobody"))
