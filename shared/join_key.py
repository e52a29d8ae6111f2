"""The key that lets a stranger open a workspace: given by the operator, or made once and shown once in the log."""

import hmac
import secrets
from typing import cast

import structlog
from pydantic import SecretStr

from shared.log import Shown
from shared.redis import Redis
from shared.settings import Settings
from shared.vault import Vault, VaultError

log = structlog.get_logger(__name__)

_KEY = "join_key"
_PLACE = "join_key"
_BYTES = 18


class JoinKey:
    """Who may make a workspace. All processes on one Redis agree, because the made key is kept there, sealed."""

    def __init__(self, redis: Redis, vault: Vault, settings: Settings) -> None:
        self._redis = redis
        self._vault = vault
        self._open = settings.signup == "open"
        self._given: SecretStr | None = settings.join_key

    async def admits(self, join_key: str | None) -> bool:
        """Whether this key, or none where signup is open, makes a workspace."""
        if self._open:
            return True
        expected = await self._expected()
        return join_key is not None and hmac.compare_digest(expected.encode(), join_key.encode(errors="replace"))

    async def kept(self) -> str | None:
        """The key that was made and is kept in the store; None also for one that opens no more and will be replaced."""
        found = cast("bytes | None", await self._redis.get(_KEY))
        try:
            return None if found is None else self._vault.open(found.decode(), _PLACE)
        except VaultError:
            return None

    async def keep(self, made: str) -> None:
        """Let this be the key that was made."""
        await self._redis.set(_KEY, self._vault.seal(made, _PLACE))

    async def seal_again(self) -> None:
        """Seal it with the newest key."""
        made = await self.kept()
        if made is not None:
            await self.keep(made)

    async def announce(self) -> None:
        """Make the key if one is needed; whoever makes it shows it to the operator, once."""
        if not self._open:
            await self._expected()

    async def _expected(self) -> str:
        if self._given is not None:
            return self._given.get_secret_value()
        kept = cast("bytes | None", await self._redis.get(_KEY))
        if kept is not None:
            try:
                return self._vault.open(kept.decode(), _PLACE)
            except VaultError:
                log.warning("signup.join_key_lost", advice="INBOX_SECRET_KEYS has changed: a new join key is made")
                await self._redis.delete(_KEY)
        made = secrets.token_urlsafe(_BYTES)
        if await self._redis.set(_KEY, self._vault.seal(made, _PLACE), nx=True):
            log.warning("signup.join_key_made", join_key=Shown(made), advice="give it to whoever may open a workspace")
            return made
        return await self._expected()
