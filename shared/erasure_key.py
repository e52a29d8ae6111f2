"""The key that names of erased customers are hashed with: one a workspace, made once, and never replaced.

It is random and sealed like any credential, so that it outlives every rotation of `INBOX_SECRET_KEYS`; it belongs into
each backup, for without it a rebuild would bring back who was erased.
"""

import base64
import secrets
from collections import OrderedDict
from typing import cast

from shared.contract.ids import WorkspaceId
from shared.redis import Redis
from shared.vault import Vault

KEY_BYTES = 32
REMEMBERED_MAX = 10_000  # a key never changes


class ErasureKeys:
    """The keys of all workspaces."""

    def __init__(self, redis: Redis, vault: Vault) -> None:
        self._redis = redis
        self._vault = vault
        self._known: OrderedDict[WorkspaceId, bytes] = OrderedDict()

    async def of(self, workspace_id: WorkspaceId) -> bytes:
        """The workspace's key, made when it is asked for the first time; VaultError when it does not open."""
        known = self._known.get(workspace_id)
        if known is None:
            made = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
            sealed = self._vault.seal(made, _place(workspace_id))
            stored = cast("bytes | None", await self._redis.set(_key(workspace_id), sealed, nx=True, get=True))
            text = made if stored is None else self._vault.open(stored.decode(), _place(workspace_id))
            known = self._known[workspace_id] = base64.b64decode(text)
            if len(self._known) > REMEMBERED_MAX:
                self._known.popitem(last=False)
        return known

    async def kept(self, workspace_id: WorkspaceId) -> str | None:
        """The key as text, for a backup; None when nothing was ever erased."""
        stored = cast("bytes | None", await self._redis.get(_key(workspace_id)))
        return None if stored is None else self._vault.open(stored.decode(), _place(workspace_id))

    async def seal_again(self, workspace_id: WorkspaceId) -> None:
        """Seal it with the newest key, if there is one."""
        text = await self.kept(workspace_id)
        if text is not None:
            await self.keep(workspace_id, text)

    async def keep(self, workspace_id: WorkspaceId, text: str) -> None:
        """Put a key back from a backup."""
        await self._redis.set(_key(workspace_id), self._vault.seal(text, _place(workspace_id)))
        self._known.pop(workspace_id, None)


def _key(workspace_id: WorkspaceId) -> str:
    return f"{{{workspace_id}}}:erasure-key"


def _place(workspace_id: WorkspaceId) -> str:
    return f"{workspace_id}:erasure_key"
