"""The registry on a real store: credentials sealed, settings in force at once, workspaces apart."""

import asyncio

import pytest
from pydantic import SecretStr

from shared.contract.ids import NumberId, WorkspaceId, tag
from shared.redis import Redis
from shared.registry import NUMBERS_MAX, AppSecret, NumberRecord, Registry, TooManyNumbers, UnknownWorkspace
from shared.vault import Vault, VaultError
from tests.real.waiting import until_answered

VAULT = Vault([b"k" * 32])
NUMBER = NumberId("106540352242922")


@pytest.fixture
def registry(redis: Redis) -> Registry:
    """The registry of one process."""
    return Registry(redis, VAULT)


@pytest.fixture
def elsewhere(redis: Redis) -> Registry:
    """The registry of another process on the same store."""
    return Registry(redis, VAULT)


def record(workspace_id: WorkspaceId, number_id: NumberId = NUMBER, **given: object) -> NumberRecord:
    """A connected number with every credential."""
    return NumberRecord(
        workspace_id=workspace_id,
        number_id=number_id,
        connected=True,
        display_number="15550783881",
        access_token=SecretStr("EAAG-the-access-token"),
        app_secrets=(AppSecret(secret=SecretStr("newest")), AppSecret(secret=SecretStr("replaced"), until_ms=1000)),
        verify_token=SecretStr("the verify token"),
    ).model_copy(update=given)


async def test_a_workspace_is_found_by_its_key_only(registry: Registry) -> None:
    """The key is letters and digits, unguessable, and leads to one workspace."""
    workspace_id = await registry.create_workspace()
    callback = await registry.callback(workspace_id)

    assert workspace_id == await registry.workspace_of(callback.key)
    assert callback.key.isalnum()
    assert callback.key.isascii()
    assert 32 == len(callback.key)
    for stranger in (
        "",
        "a" * 32,
        "é" * 32,
        "a" * 100_000,
        callback.key[:-1],
        "../" + callback.key,
        f"{{{workspace_id}}}",
    ):
        assert await registry.workspace_of(stranger) is None
    with pytest.raises(UnknownWorkspace):
        await registry.callback(WorkspaceId("nobody"))


async def test_a_saved_number_comes_back_whole_in_every_process(registry: Registry, elsewhere: Registry) -> None:
    """Settings and credentials, exactly as they were given."""
    workspace_id = await registry.create_workspace()
    saved = record(workspace_id, send_read_receipts=True, retention_days=30, credential_version=7)
    await registry.save_number(saved)

    assert saved == await registry.number(workspace_id, NUMBER)
    assert saved == await elsewhere.number(workspace_id, NUMBER)
    assert [saved] == await elsewhere.numbers(workspace_id)


async def test_no_credential_is_readable_in_the_store(registry: Registry, redis: Redis) -> None:
    """Whoever gets hold of a dump gets no token."""
    workspace_id = await registry.create_workspace()
    await registry.save_number(record(workspace_id))
    await registry.stage_verify_token(workspace_id, "the staged token")
    stored = repr(await redis.hgetall(f"{tag(workspace_id, NUMBER)}:number"))
    stored += repr(await redis.hgetall(f"{{{workspace_id}}}:callback"))

    for secret in ("EAAG", "newest", "replaced", "the verify token", "staged"):
        assert secret not in stored


async def test_a_number_moved_to_another_workspace_does_not_open(registry: Registry, redis: Redis) -> None:
    """Sealed text is bound to its place: whoever writes to the store cannot use somebody else's token."""
    ours, theirs = await registry.create_workspace(), await registry.create_workspace()
    await registry.save_number(record(ours))
    stored = await redis.hget(f"{tag(ours, NUMBER)}:number", "settings")
    assert isinstance(stored, bytes)
    forged = stored.replace(ours.encode(), theirs.encode())
    await redis.hset(f"{tag(theirs, NUMBER)}:number", "settings", forged)

    with pytest.raises(VaultError):
        await registry.number(theirs, NUMBER)


async def test_workspaces_do_not_meet(registry: Registry) -> None:
    """The same number in two workspaces has two lives."""
    ours, theirs = await registry.create_workspace(), await registry.create_workspace()
    await registry.save_number(record(ours, verified_name="Ours"))

    assert await registry.number(theirs, NUMBER) is None
    await registry.save_number(record(theirs, verified_name="Theirs"))
    assert ["Ours"] == [held.verified_name for held in await registry.numbers(ours)]


async def test_what_did_not_exist_is_found_as_soon_as_it_does(registry: Registry, elsewhere: Registry) -> None:
    """A "no such" is never remembered: the first webhook after connecting must not be parked for it."""
    workspace_id = await registry.create_workspace()
    assert await elsewhere.number(workspace_id, NUMBER) is None

    await registry.save_number(record(workspace_id))
    assert await elsewhere.number(workspace_id, NUMBER) is not None


async def test_a_change_is_in_force_here_at_once_and_elsewhere_soon(registry: Registry, elsewhere: Registry) -> None:
    """A removed token is forgotten; for how long it is remembered is told in the unit test of `recent`."""
    workspace_id = await registry.create_workspace()
    await registry.save_number(record(workspace_id))
    assert await elsewhere.number(workspace_id, NUMBER)
    await registry.save_number(record(workspace_id, access_token=None))

    here = await registry.number(workspace_id, NUMBER)
    assert here is not None
    assert here.access_token is None
    await until_answered(
        lambda: elsewhere.number(workspace_id, NUMBER), lambda there: there is not None and there.access_token is None
    )


async def test_reads_are_remembered_for_a_moment(registry: Registry, redis: Redis) -> None:
    """A thousand webhooks a second are not a thousand reads."""
    workspace_id = await registry.create_workspace()
    await registry.save_number(record(workspace_id))
    await registry.number(workspace_id, NUMBER)
    await redis.delete(f"{tag(workspace_id, NUMBER)}:number")

    assert await registry.number(workspace_id, NUMBER) is not None


async def test_the_connected_flag_lies_beside_the_settings(registry: Registry, redis: Redis) -> None:
    """The parking script reads it in the number's own slot, and sees it change with the settings."""
    workspace_id = await registry.create_workspace()
    key = f"{tag(workspace_id, NUMBER)}:number"
    for connected, flag in ((True, b"1"), (False, b"0"), (True, b"1")):
        await registry.save_number(record(workspace_id, connected=connected))
        assert flag == await redis.hget(key, "connected")

    await registry.forget_number(workspace_id, NUMBER)
    assert await redis.hget(key, "connected") is None
    assert ([], None) == (await registry.numbers(workspace_id), await registry.number(workspace_id, NUMBER))


async def test_two_changes_at_once_are_both_kept(registry: Registry, elsewhere: Registry) -> None:
    """Two agents change two settings of one number in two processes."""
    workspace_id = await registry.create_workspace()
    await registry.save_number(record(workspace_id, credential_version=0))

    def another(held: NumberRecord | None) -> NumberRecord:
        assert held is not None
        return held.model_copy(update={"credential_version": held.credential_version + 1})

    await asyncio.gather(*(place.change_number(workspace_id, NUMBER, another) for place in [registry, elsewhere] * 20))
    held = await registry.number(workspace_id, NUMBER)
    assert held is not None
    assert 40 == held.credential_version


async def test_the_numbers_of_a_workspace_are_bounded(registry: Registry, redis: Redis) -> None:
    """A script gone wrong fills no store; what is there may still be changed."""
    workspace_id = await registry.create_workspace()
    await registry.save_number(record(workspace_id))
    await redis.sadd(f"{{{workspace_id}}}:numbers", *(f"n{count}" for count in range(NUMBERS_MAX - 1)))

    with pytest.raises(TooManyNumbers):
        await registry.save_number(record(workspace_id, NumberId("one-more")))
    await registry.save_number(record(workspace_id, enabled=False))


async def test_the_callback_tells_what_came_in_any_order(registry: Registry) -> None:
    """Several ingests report; the latest time stays, the count adds up."""
    workspace_id = await registry.create_workspace()
    await registry.note_verified(workspace_id, 1000)
    for at_ms, unsigned in ((5000, 2), (3000, 0), (4000, 1)):
        await registry.note_webhook(workspace_id, at_ms, unsigned)
    await registry.stage_verify_token(workspace_id, "staged")

    callback = await registry.callback(workspace_id)
    assert (1000, 5000, 3) == (callback.last_verified_ms, callback.last_webhook_ms, callback.unsigned_seen)
    assert callback.verify_token is not None
    assert "staged" == callback.verify_token.get_secret_value()


def test_a_replaced_app_secret_verifies_until_its_time() -> None:
    """Meta may still sign with it while the new one spreads."""
    held = record(WorkspaceId("w"))

    assert [b"newest", b"replaced"] == held.secrets_at(999)
    assert [b"newest"] == held.secrets_at(1000)
