"""Workspaces, their numbers and the credentials of those: written by the api, read by everybody, sealed at rest."""

import secrets
import string
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, SecretStr

from shared import number_record
from shared.contract.ids import NumberId, WorkspaceId, tag
from shared.evidence import evidence_key
from shared.number_record import AppSecret, NumberRecord
from shared.recent import Recent
from shared.redis import Redis
from shared.vault import Vault, VaultError

# Only letters and digits, one case: a key survives whatever handles URLs. 36^32 is 165 bits.
KEY_LETTERS = string.ascii_lowercase + string.digits
KEY_LENGTH = 32
ID_LENGTH = 20
REMEMBERED_MAX = 10_000  # numbers and callback keys each; about two kilobytes a number
SCANNED_TOGETHER = 1_000  # keys looked at in one step of a scan: some hundred microseconds of the store's time
NUMBERS_MAX = 1_000  # of one workspace; a business account has 2 to 20, the largest some hundreds

# KEYS: the workspace's numbers. ARGV: number id, most numbers.
_ADD_NUMBER = """
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 1 end
if redis.call('SCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
return redis.call('SADD', KEYS[1], ARGV[1])
"""

# KEYS: the number. ARGV: settings as they were read (empty: none), as they become, the connected flag, the credentials'
# version, its erasure. The last three are beside the settings for scripts of others in the number's own tag: parking,
# the sender's parking, and what raises the floor.
_REPLACE = """
local now = redis.call('HGET', KEYS[1], 'settings') or ''
if now ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'settings', ARGV[2], 'connected', ARGV[3], 'credential_version', ARGV[4],
  'erasing', ARGV[5])
return 1
"""

# KEYS: the number, its evidence. ARGV: its erasure, which must still be the one (empty: any).
_FORGET = """
if ARGV[1] ~= '' and redis.call('HGET', KEYS[1], 'erasing') ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1], KEYS[2])
return 1
"""

# KEYS: a hash. ARGV: field, its value as it was read, as it becomes.
_SWAP = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
"""

# KEYS: the callback. ARGV: field, time. Reports may overtake each other; the latest time stays.
_NOTE = """
local was = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if tonumber(ARGV[2]) > was then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
return 1
"""


class UnknownWorkspace(LookupError):
    """There is no such workspace."""


class UnknownNumber(LookupError):
    """The workspace has no such number."""


class TooManyNumbers(Exception):
    """The workspace holds as many numbers as it may."""


class Callback(BaseModel):
    """Where Meta calls for a workspace; `verify_token` is the one staged while the form is being filled in."""

    model_config = ConfigDict(frozen=True)

    workspace_id: WorkspaceId
    key: str
    verify_token: SecretStr | None = None
    last_verified_ms: int | None = None
    last_verify_refused_ms: int | None = None
    last_webhook_ms: int | None = None
    unsigned_seen: int = 0


class Registry:
    """Reads are remembered for less than a second, a "no such" never; own writes are seen at once."""

    def __init__(self, redis: Redis, vault: Vault) -> None:
        self._redis = redis
        self._vault = vault
        self._workspaces: Recent[str, WorkspaceId] = Recent(REMEMBERED_MAX)
        self._numbers: Recent[tuple[WorkspaceId, NumberId], NumberRecord] = Recent(REMEMBERED_MAX)

    async def create_workspace(self) -> WorkspaceId:
        """A new workspace with its callback key."""
        workspace_id = WorkspaceId("w" + _random(ID_LENGTH))
        key = _random(KEY_LENGTH)
        await self._redis.hset(_callback_key(workspace_id), "key", key)
        await self._redis.set(_address_key(key), workspace_id)
        return workspace_id

    async def workspaces(self) -> AsyncIterator[WorkspaceId]:
        """Every workspace there is, in no order; one may come twice while the store grows."""
        async for address in self._redis.scan_iter(match=_address_key("*"), count=SCANNED_TOGETHER):
            found = cast("bytes | None", await self._redis.get(address))
            if found is not None:
                yield WorkspaceId(found.decode())

    async def put_workspace(self, callback: Callback) -> None:
        """Make a workspace as it was, under the callback key that Meta knows."""
        fields = callback.model_dump(exclude={"workspace_id", "verify_token"}, exclude_none=True)
        await self._redis.hset(_callback_key(callback.workspace_id), mapping=cast("dict[Any, Any]", fields))
        if callback.verify_token is not None:
            await self.stage_verify_token(callback.workspace_id, callback.verify_token.get_secret_value())
        await self._redis.set(_address_key(callback.key), callback.workspace_id)

    async def workspace_of(self, callback_key: str) -> WorkspaceId | None:
        """Whose callback key it is."""
        if len(callback_key) > KEY_LENGTH or not callback_key.isalnum():
            return None
        return await self._workspaces.read(callback_key, lambda: self._workspace(callback_key))

    def workspace_at_hand(self, callback_key: str) -> WorkspaceId | None:
        """The same, if it is known without asking the store."""
        return self._workspaces.at_hand(callback_key, lambda: self._workspace(callback_key))

    async def callback(self, workspace_id: WorkspaceId) -> Callback:
        """How the workspace's callback stands; UnknownWorkspace when there is no such workspace."""
        fields = await cast("Awaitable[dict[bytes, bytes]]", self._redis.hgetall(_callback_key(workspace_id)))
        if b"key" not in fields:
            raise UnknownWorkspace
        values: dict[str, Any] = {name.decode(): value.decode() for name, value in fields.items()}
        if "verify_token" in values:
            values["verify_token"] = self._vault.open(values["verify_token"], _staged_place(workspace_id))
        return Callback(workspace_id=workspace_id, **values)

    async def stage_verify_token(self, workspace_id: WorkspaceId, token: str) -> None:
        """Let Meta's handshake succeed with this token from now on."""
        sealed = self._vault.seal(token, _staged_place(workspace_id))
        await self._redis.hset(_callback_key(workspace_id), "verify_token", sealed)

    async def seal_again(self, workspace_id: WorkspaceId) -> list[NumberId]:
        """Seal every credential with the newest key; the numbers of which one does not open with any are told."""
        lost: list[NumberId] = []
        await self._seal_callback_again(workspace_id)
        members = await cast("Awaitable[set[bytes]]", self._redis.smembers(_numbers_key(workspace_id)))
        for number_id in (NumberId(member.decode()) for member in sorted(members)):
            try:
                await self.change_number(workspace_id, number_id, _as_it_is)
            except VaultError:
                lost.append(number_id)
            except UnknownNumber:
                pass  # forgotten meanwhile
        return lost

    async def note_verified(self, workspace_id: WorkspaceId, at_ms: int) -> None:
        """Meta's handshake has succeeded."""
        await self._run(_NOTE, _callback_key(workspace_id), "last_verified_ms", at_ms)

    async def note_verify_refused(self, workspace_id: WorkspaceId, at_ms: int) -> None:
        """Somebody has shaken hands with another verify token."""
        await self._run(_NOTE, _callback_key(workspace_id), "last_verify_refused_ms", at_ms)

    async def note_webhook(self, workspace_id: WorkspaceId, at_ms: int, unsigned: int) -> None:
        """Webhooks have come, `unsigned` of them without a signature that could be checked."""
        await self._run(_NOTE, _callback_key(workspace_id), "last_webhook_ms", at_ms)
        if unsigned:
            await self._redis.hincrby(_callback_key(workspace_id), "unsigned_seen", unsigned)

    async def number(
        self, workspace_id: WorkspaceId, number_id: NumberId, *, fresh: bool = False
    ) -> NumberRecord | None:
        """A number's settings, asked of the store when `fresh`. VaultError when its credentials do not open."""
        if fresh:
            self._numbers.forget((workspace_id, number_id))
        return await self._numbers.read((workspace_id, number_id), lambda: self._record(workspace_id, number_id))

    def number_at_hand(self, workspace_id: WorkspaceId, number_id: NumberId) -> NumberRecord | None:
        """A number's settings, if they are known without asking the store."""
        return self._numbers.at_hand((workspace_id, number_id), lambda: self._record(workspace_id, number_id))

    async def numbers(self, workspace_id: WorkspaceId) -> list[NumberRecord]:
        """All of a workspace, by id."""
        members = await cast("Awaitable[set[bytes]]", self._redis.smembers(_numbers_key(workspace_id)))
        found = [await self.number(workspace_id, NumberId(member.decode())) for member in sorted(members)]
        return [record for record in found if record is not None]

    async def save_number(self, record: NumberRecord) -> None:
        """Write a number's settings whole; where two may write at once, `change_number` keeps both."""
        await self._admit(record.workspace_id, record.number_id)
        fields = {
            "settings": number_record.sealed(record, self._vault),
            "connected": _flag(record),
            "credential_version": record.credential_version,
            "erasing": record.erasing or "",
        }
        key = _number_key(record.workspace_id, record.number_id)
        await self._redis.hset(key, mapping=cast("dict[Any, Any]", fields))
        self._numbers.drop((record.workspace_id, record.number_id))

    async def change_number(
        self,
        workspace_id: WorkspaceId,
        number_id: NumberId,
        change: Callable[[NumberRecord | None], NumberRecord],
    ) -> NumberRecord:
        """Read, change and write as one step: `change` runs again when somebody else wrote in between."""
        while True:
            raw = await self._settings(workspace_id, number_id)
            record = change(None if raw is None else number_record.opened(raw, self._vault))
            await self._admit(workspace_id, number_id)
            text = number_record.sealed(record, self._vault)
            changed = (raw or b"", text, _flag(record), record.credential_version, record.erasing or "")
            if await self._run(_REPLACE, _number_key(workspace_id, number_id), *changed):
                self._numbers.drop((workspace_id, number_id))
                return record

    async def forget_number(self, workspace_id: WorkspaceId, number_id: NumberId, erasing: str = "") -> None:
        """Remove a number's settings and credentials, at the end of its erasure; its events are parked from now on."""
        keys = (_number_key(workspace_id, number_id), evidence_key(workspace_id, number_id))
        await cast("Awaitable[int]", self._redis.eval(_FORGET, 2, *keys, erasing))
        await self._redis.srem(_numbers_key(workspace_id), number_id)
        if await self._settings(workspace_id, number_id) is not None:  # connected anew meanwhile
            await self._admit(workspace_id, number_id)
        self._numbers.drop((workspace_id, number_id))

    async def _seal_callback_again(self, workspace_id: WorkspaceId) -> None:
        key, place = _callback_key(workspace_id), _staged_place(workspace_id)
        staged = await cast("Awaitable[bytes | None]", self._redis.hget(key, "verify_token"))
        if staged is None or self._vault.sealed_with_newest(staged.decode()):
            return
        try:
            again = self._vault.seal(self._vault.open(staged.decode(), place), place)
        except VaultError:
            return  # staged for a handshake long ago; the numbers hold their own
        await self._run(_SWAP, key, "verify_token", staged, again)

    async def _workspace(self, callback_key: str) -> WorkspaceId | None:
        found = cast("bytes | None", await self._redis.get(_address_key(callback_key)))
        return None if found is None else WorkspaceId(found.decode())

    async def _record(self, workspace_id: WorkspaceId, number_id: NumberId) -> NumberRecord | None:
        raw = await self._settings(workspace_id, number_id)
        return None if raw is None else number_record.opened(raw, self._vault)

    async def _settings(self, workspace_id: WorkspaceId, number_id: NumberId) -> bytes | None:
        return await cast("Awaitable[bytes | None]", self._redis.hget(_number_key(workspace_id, number_id), "settings"))

    async def _admit(self, workspace_id: WorkspaceId, number_id: NumberId) -> None:
        if not await self._run(_ADD_NUMBER, _numbers_key(workspace_id), number_id, NUMBERS_MAX):
            raise TooManyNumbers

    async def _run(self, script: str, key: str, *arguments: str | bytes | int) -> Any:
        return await self._redis.eval(script, 1, key, *cast("tuple[Any, ...]", arguments))


def _random(length: int) -> str:
    return "".join(secrets.choice(KEY_LETTERS) for _ in range(length))


def _as_it_is(record: NumberRecord | None) -> NumberRecord:
    if record is None:
        raise UnknownNumber
    return record


def _flag(record: NumberRecord) -> bytes:
    return b"1" if record.takes_events else b"0"


def _address_key(callback_key: str) -> str:
    return f"callback:{callback_key}"


def _callback_key(workspace_id: WorkspaceId) -> str:
    return f"{{{workspace_id}}}:callback"


def _numbers_key(workspace_id: WorkspaceId) -> str:
    return f"{{{workspace_id}}}:numbers"


def _number_key(workspace_id: WorkspaceId, number_id: NumberId) -> str:
    return f"{tag(workspace_id, number_id)}:number"


def _staged_place(workspace_id: WorkspaceId) -> str:
    return f"{workspace_id}:verify_token"


__all__ = ["AppSecret", "Callback", "NumberRecord", "Registry", "TooManyNumbers", "UnknownWorkspace"]
