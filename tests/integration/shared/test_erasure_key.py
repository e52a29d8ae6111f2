"""The key that erased names are hashed with outlives rotations and restores."""

import secrets

import pytest

from shared import redis
from shared.contract.ids import WorkspaceId
from shared.erasure_key import ErasureKeys
from shared.vault import Vault, VaultError


async def test_a_workspace_has_one_key_for_ever(redis_url: str) -> None:
    """Whoever asks, also after every key of the vault was replaced; another workspace has another one."""
    store = redis.connect(redis_url)
    old, new = secrets.token_bytes(32), secrets.token_bytes(32)
    ours, theirs = (WorkspaceId(f"w{secrets.token_hex(8)}") for _ in range(2))
    try:
        keys = ErasureKeys(store, Vault([old]))
        assert None is await keys.kept(ours)
        key = await keys.of(ours)
        assert key == await keys.of(ours) == await ErasureKeys(store, Vault([old])).of(ours)
        assert key != await keys.of(theirs)

        text = await ErasureKeys(store, Vault([new, old])).kept(ours)
        assert text is not None
        await ErasureKeys(store, Vault([new, old])).keep(ours, text)
        assert key == await ErasureKeys(store, Vault([new])).of(ours)
        with pytest.raises(VaultError):
            await ErasureKeys(store, Vault([old])).of(ours)
    finally:
        await store.aclose()
