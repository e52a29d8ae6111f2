"""The settings of an installation in one encrypted file, and out of it again."""

import asyncio
import os
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from services.api import inventory
from services.api.awaited import AGED_S, Awaited
from services.api.inventory import Inventory
from services.api.strongbox import Reader, Refused, Writer
from shared import redis as stores
from shared.erasure_key import ErasureKeys
from shared.join_key import JoinKey
from shared.redis import Redis
from shared.registry import Registry
from shared.settings import Settings
from shared.vault import Vault, VaultError


class NotEmpty(Exception):
    """The store holds settings already, and nobody has said that they may be overwritten."""


@dataclass(frozen=True)
class Keeping:
    """A store, and the keys that its settings and their backup are sealed with."""

    redis: Redis
    keys: list[bytes]
    registry: Registry
    join_key: JoinKey
    erasure_keys: ErasureKeys
    archived: bool = False  # whether there is an archive to make chat state anew from

    async def back_up(self, path: Path, now_ms: Callable[[], int]) -> Counter[str]:
        """Write everything to a file that only its owner can read, and that is there whole or not at all."""
        counted: Counter[str] = Counter()
        with _replacing(path) as file:
            writer = Writer(file, self.keys)
            async for line in self._inventory(writer.vault).lines(now_ms()):
                writer.write(line)
                counted[inventory.read(line).kind] += 1
            writer.close()
        return counted

    async def restore(self, path: Path, now_ms: Callable[[], int], *, overwrite: bool) -> Counter[str]:
        """Let everything in the file be so in the store. Refused or NotEmpty before anything is changed."""
        counted: Counter[str] = Counter()
        with path.open("rb") as file:
            reader = Reader(file, self.keys)
            inside = self._inventory(reader.vault)
            for line in reader.lines():  # to the end, before the first of it is believed
                _read(line)
            empty = await inside.is_empty()
            if not overwrite and not empty:
                raise NotEmpty
            if empty and self.archived:
                await Awaited(self.redis).begin()  # before anybody is let in
                await asyncio.sleep(AGED_S)
            for line in reader.lines():
                await inside.put(line, now_ms(), counted)
        return counted

    async def reencrypt(self) -> tuple[int, list[str]]:
        """Seal every credential with the newest key: how many workspaces, and the numbers with one that is lost."""
        lost: list[str] = []
        seen = 0
        await self.join_key.seal_again()
        async for workspace_id in self.registry.workspaces():
            seen += 1
            with suppress(VaultError):  # its numbers' credentials, sealed with the same key, are told of
                await self.erasure_keys.seal_again(workspace_id)
            lost += [f"{number_id} of {workspace_id}" for number_id in await self.registry.seal_again(workspace_id)]
        return seen, lost

    def _inventory(self, vault: Vault) -> Inventory:
        return Inventory(self.redis, self.registry, self.join_key, self.erasure_keys, vault)


@asynccontextmanager
async def keeping(settings: Settings) -> AsyncIterator[Keeping]:
    """The store of these settings."""
    keys = settings.keys()
    vault = Vault(keys)
    redis = stores.connect(settings.redis_url)
    try:
        yield Keeping(
            redis,
            keys,
            Registry(redis, vault),
            JoinKey(redis, vault, settings),
            ErasureKeys(redis, vault),
            archived=settings.amqp_url is not None,
        )
    finally:
        await redis.aclose()


def _read(line: bytes) -> None:
    try:
        inventory.read(line)
    except ValidationError:
        raise Refused("the backup holds something unknown here: restore it with the version that made it") from None


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """Written beside and put in its place when it is whole and on disk: a failure leaves what was there before."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        file = os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            aside.unlink()
        raise
