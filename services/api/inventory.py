"""What of an installation is settings, and so in a backup: workspaces, numbers, who may, and the join key, as lines.

Chat state, the feed, claims and parked sends are not: they are made anew from the archive, or would do harm if they
came back, as a send that has gone out since.
"""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter

from shared import number_record
from shared.auth import INVITES_MAX, LISTED_MAX
from shared.contract.evidence import Evidence, Seen
from shared.contract.evidence import Kind as EvidenceKind
from shared.contract.ids import NumberId, WorkspaceId
from shared.credential_store import CredentialStore, Kept
from shared.erasure_key import ErasureKeys
from shared.evidence import EvidenceBook
from shared.join_key import JoinKey
from shared.number_record import NumberRecord
from shared.redis import Redis
from shared.registry import Callback, Registry
from shared.vault import Vault, VaultError

_JOIN_KEY_PLACE = "join_key"


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True)


class WorkspaceLine(_Line):
    """A workspace and where Meta calls for it; the staged verify token and the key of erased names are sealed."""

    kind: Literal["workspace"] = "workspace"
    callback: Callback
    verify_token: str | None = None
    erasure_key: str | None = None


class NumberLine(_Line):
    """A number's settings as the registry would store them, credentials sealed, and what is known of its connection."""

    kind: Literal["number"] = "number"
    settings: str
    evidence: Evidence


class CredentialLine(_Line):
    """A session or a token, by the digest of its secret; `ends_ms` is None for what does not end."""

    kind: Literal["credential"] = "credential"
    kept: Kept
    ends_ms: int | None = None


class InviteLine(_Line):
    """An invite that nobody has used, by the digest of its secret."""

    kind: Literal["invite"] = "invite"
    workspace_id: WorkspaceId
    digest: str
    ends_ms: int


class JoinKeyLine(_Line):
    """The join key that was made, sealed."""

    kind: Literal["join_key"] = "join_key"
    join_key: str


Line = WorkspaceLine | NumberLine | CredentialLine | InviteLine | JoinKeyLine
_LINE: TypeAdapter[Line] = TypeAdapter(Annotated[Line, Field(discriminator="kind")])


class Inventory:
    """Reads settings out of a store and puts them into one; `vault` seals what leaves it and opens what comes in."""

    def __init__(
        self, redis: Redis, registry: Registry, join_key: JoinKey, erasure_keys: ErasureKeys, vault: Vault
    ) -> None:
        self._registry = registry
        self._erasure_keys = erasure_keys
        self._store = CredentialStore(redis)
        self._evidence = EvidenceBook(redis)
        self._join_key = join_key
        self._vault = vault

    async def lines(self, now_ms: int) -> AsyncIterator[bytes]:
        """Every line, a workspace before what is in it. VaultError when a credential does not open."""
        made = await self._join_key.kept()
        if made is not None:
            yield _written(JoinKeyLine(join_key=self._vault.seal(made, _JOIN_KEY_PLACE)))
        async for workspace_id in self._registry.workspaces():
            yield _written(await self._workspace(workspace_id))
            for record in await self._registry.numbers(workspace_id):
                yield _written(await self._number(record))
            for kind in ("session", "token"):
                for kept in await self._store.kept(workspace_id, kind):
                    ends_ms = None if kept.ends_in_ms is None else now_ms + kept.ends_in_ms
                    yield _written(CredentialLine(kept=kept, ends_ms=ends_ms))
            for digest, ends_in_ms in await self._store.invites(workspace_id):
                yield _written(InviteLine(workspace_id=workspace_id, digest=digest, ends_ms=now_ms + ends_in_ms))

    async def put(self, text: bytes, now_ms: int, counted: Counter[str]) -> None:
        """Let one line be so in the store; what has ended meanwhile is left out."""
        line = read(text)
        match line:
            case WorkspaceLine(callback=callback, verify_token=sealed, erasure_key=erasure_key):
                place = _staged_place(callback.workspace_id)
                token = None if sealed is None else SecretStr(self._vault.open(sealed, place))
                if erasure_key is not None:  # before the workspace is there, and somebody makes another
                    opened = self._vault.open(erasure_key, _erasure_place(callback.workspace_id))
                    await self._erasure_keys.keep(callback.workspace_id, opened)
                await self._registry.put_workspace(callback.model_copy(update={"verify_token": token}))
            case NumberLine():
                await self._put_number(line)
            case CredentialLine(kept=kept, ends_ms=ends_ms):
                if ends_ms is not None and ends_ms <= now_ms:
                    return
                await self._put_credential(kept, None if ends_ms is None else ends_ms - now_ms)
            case InviteLine(workspace_id=workspace_id, digest=digest, ends_ms=ends_ms):
                if ends_ms <= now_ms:
                    return
                await self._store.add_invite(digest, workspace_id, now_ms, ends_ms, 2 * INVITES_MAX)
            case JoinKeyLine(join_key=sealed):
                await self._join_key.keep(self._vault.open(sealed, _JOIN_KEY_PLACE))
        counted[line.kind] += 1

    async def is_empty(self) -> bool:
        """Whether the store has no workspace."""
        async for _ in self._registry.workspaces():
            return False
        return True

    async def _workspace(self, workspace_id: WorkspaceId) -> WorkspaceLine:
        callback = await self._registry.callback(workspace_id)
        token = callback.verify_token
        sealed = None if token is None else self._vault.seal(token.get_secret_value(), _staged_place(workspace_id))
        return WorkspaceLine(
            callback=callback.model_copy(update={"verify_token": None}),
            verify_token=sealed,
            erasure_key=await self._erasure_key(workspace_id),
        )

    async def _erasure_key(self, workspace_id: WorkspaceId) -> str | None:
        """Also where nothing was erased yet: what is erased after this backup must not come back with it."""
        await self._erasure_keys.of(workspace_id)
        made = await self._erasure_keys.kept(workspace_id)
        return None if made is None else self._vault.seal(made, _erasure_place(workspace_id))

    async def _number(self, record: NumberRecord) -> NumberLine:
        evidence = await self._evidence.read(record.workspace_id, record.number_id)
        return NumberLine(settings=number_record.sealed(record, self._vault).decode(), evidence=evidence)

    async def _put_number(self, line: NumberLine) -> None:
        record = number_record.opened(line.settings.encode(), self._vault)
        ids = (record.workspace_id, record.number_id)

        def restored(present: NumberRecord | None) -> NumberRecord:
            # Above what is there, so that nobody takes these credentials for those that were refused meanwhile.
            version = record.credential_version if present is None else present.credential_version + 1
            return record.model_copy(update={"credential_version": max(record.credential_version, version)})

        try:
            await self._registry.change_number(*ids, restored)
        except VaultError:  # what is there opens with no key any more: that is what a backup is for
            await self._registry.save_number(
                record.model_copy(update={"credential_version": record.credential_version + 1})
            )
        await self._put_evidence(*ids, line.evidence)

    async def _put_evidence(self, workspace_id: WorkspaceId, number_id: NumberId, evidence: Evidence) -> None:
        kinds: tuple[EvidenceKind, ...] = get_args(EvidenceKind)
        for kind in kinds:
            at_ms = getattr(evidence, kind)
            if at_ms is not None:
                seen = Seen(kind, evidence.secrets.get(kind, 0))
                await self._evidence.note(workspace_id, number_id, seen, at_ms, evidence.account_id)

    async def _put_credential(self, kept: Kept, ends_in_ms: int | None) -> None:
        record = kept.record
        await self._store.add(kept.digest, record, ends_in_ms, 0, 2 * LISTED_MAX)
        if kept.used_ms is not None:
            about = (kept.digest, record.workspace_id, record.kind, record.id)
            await self._store.touch(*about, kept.used_ms, ends_in_ms)


def read(text: bytes) -> Line:
    """A line as it was written; ValidationError for what is none."""
    return _LINE.validate_json(text)


def _written(line: Line) -> bytes:
    return line.model_dump_json(exclude_none=True).encode()


def _erasure_place(workspace_id: WorkspaceId) -> str:
    return f"{workspace_id}:erasure_key"


def _staged_place(workspace_id: WorkspaceId) -> str:
    return f"{workspace_id}:verify_token"
