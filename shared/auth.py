"""Who may: sessions, tokens and invites, each an opaque secret that is shown once and stored as its hash."""

import asyncio
import hashlib
import re
import secrets
import time
from collections.abc import Callable, Collection, Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.contract.commands import Agent
from shared.contract.ids import AgentId, WorkspaceId
from shared.credential_store import CredentialStore, Record
from shared.recent import Recent
from shared.redis import Redis, RedisError, is_outage
from shared.rounds import Rounds

Scope = Literal["read", "send", "live"]
Kind = Literal["session", "token"]

SECRET_BYTES = 32
SESSION_MS = 90 * 24 * 3600 * 1000  # without use
INVITE_MS = 24 * 3600 * 1000
TOUCHED_S = 60.0  # `last used` is for people: once a minute is often enough
REMEMBERED_MAX = 10_000  # principals; about a kilobyte each
# So often those who have asked meanwhile are looked up again, all in one round trip, before they are forgotten.
RENEWED_S = 0.4
LISTED_MAX = 1_000  # sessions, and as many tokens, of one workspace: more is a script gone wrong
INVITES_MAX = 100  # open invites of one workspace

# A session does everything but open the socket: live updates ride on a token.
SESSION_SCOPES: frozenset[Scope] = frozenset(("read", "send"))

_SECRET = re.compile(r"ci[sti]_[A-Za-z0-9_-]{43}")


class TooMany(Exception):
    """The workspace holds as many of these as it may: revoke some first."""


class Principal(BaseModel):
    """Who asks: a session or a token of a workspace. `digest` is the SHA-256 of the secret, in hex."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    id: str
    workspace_id: WorkspaceId
    agent: Agent
    scopes: frozenset[Scope]
    digest: str = Field(repr=False)


class Session(BaseModel):
    """One browser or device of an agent."""

    model_config = ConfigDict(frozen=True)

    id: str
    agent: Agent
    created_ms: int
    last_used_ms: int


class Token(BaseModel):
    """An API token; one made for a session ends with it."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    scopes: frozenset[Scope]
    created_ms: int
    last_used_ms: int | None = None
    session_id: str | None = None


def digest_of(secret: str) -> str:
    """What is stored of a secret; it has 256 random bits, so a plain hash cannot be turned back."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Credentials:
    """Makes, checks, lists and revokes them; a revoked one is gone from the store before the answer."""

    def __init__(self, redis: Redis, now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> None:
        self._store = CredentialStore(redis)
        self._now_ms = now_ms
        self._known: Recent[str, Principal] = Recent(REMEMBERED_MAX)
        self._touched: Recent[str, bool] = Recent(REMEMBERED_MAX, TOUCHED_S)
        self._rounds = Rounds[str](RENEWED_S)
        self._renewing: set[asyncio.Task[None]] = set()  # one, but for a store that is slow

    async def authenticate(self, secret: str) -> Principal | None:
        """Whose secret this is; None when it was never given out, was revoked, or has ended."""
        if not _SECRET.fullmatch(secret):
            return None
        digest = digest_of(secret)
        # All sockets of a token that come back together ask once.
        principal = await self._known.read(digest, lambda: self._asked(digest))
        if principal is not None:
            self._renew_in_time(digest)
            await self._touch(principal)
        return principal

    def at_hand(self, secret: str) -> Principal | None:
        """The same for who cannot wait; None as well for whom the store would have to be asked, or told."""
        if not _SECRET.fullmatch(secret):
            return None
        digest = digest_of(secret)
        principal = self._known.get(digest) if self._touched.get(digest) else None
        if principal is not None:
            self._renew_in_time(digest)
        return principal

    async def still_good(self, digests: Collection[str]) -> set[str]:
        """Which of these have not been revoked or ended: always asked of the store."""
        return await self._store.existing(digests)

    async def create_session(self, workspace_id: WorkspaceId, agent_name: str | None) -> tuple[str, Session]:
        """A new session and its secret, which nobody can read again."""
        now_ms = self._now_ms()
        record = Record(kind="session", id=_new_id("s"), workspace_id=workspace_id, name=agent_name, created_ms=now_ms)
        secret = await self._create(record, "cis_", ends_ms=SESSION_MS)
        return secret, _session(record, now_ms)

    async def sessions(self, workspace_id: WorkspaceId) -> list[Session]:
        """Those that have not ended, newest first."""
        listed = await self._store.listed(workspace_id, "session")
        alive_ms = self._now_ms() - SESSION_MS
        return [_session(record, used) for record, used in _newest_first(listed) if used is None or used > alive_ms]

    async def revoke_session(self, workspace_id: WorkspaceId, session_id: str) -> bool:
        """End a session and the tokens made for it; False when there is none of that id."""
        for token, _ in await self._store.listed(workspace_id, "token"):
            if token.session_id == session_id:
                await self._revoke(workspace_id, "token", token.id)
        return await self._revoke(workspace_id, "session", session_id)

    async def create_token(
        self, workspace_id: WorkspaceId, name: str, scopes: Iterable[Scope], session_id: str | None = None
    ) -> tuple[str, Token]:
        """A new token and its secret; with `session_id` it is revoked when that session is."""
        record = Record(
            kind="token",
            id=_new_id("t"),
            workspace_id=workspace_id,
            name=name,
            scopes=frozenset(scopes),
            created_ms=self._now_ms(),
            session_id=session_id,
        )
        return await self._create(record, "cit_", ends_ms=None), _token(record, None)

    async def tokens(self, workspace_id: WorkspaceId) -> list[Token]:
        """All of them, newest first."""
        return [_token(record, used) for record, used in _newest_first(await self._store.listed(workspace_id, "token"))]

    async def revoke_token(self, workspace_id: WorkspaceId, token_id: str) -> bool:
        """End a token; False when there is none of that id."""
        return await self._revoke(workspace_id, "token", token_id)

    async def create_invite(self, workspace_id: WorkspaceId) -> tuple[str, int]:
        """An invite into the workspace, and when it ends."""
        invite, ends_ms = _new_secret("cii_"), self._now_ms() + INVITE_MS
        if not await self._store.add_invite(digest_of(invite), workspace_id, self._now_ms(), ends_ms, INVITES_MAX):
            raise TooMany("open invites")
        return invite, ends_ms

    async def use_invite(self, invite: str) -> WorkspaceId | None:
        """Where it leads, once; None when it was used, has ended or never was."""
        if not _SECRET.fullmatch(invite):
            return None
        return await self._store.take_invite(digest_of(invite))

    def _renew_in_time(self, digest: str) -> None:
        if used := self._rounds.want(digest, self._known.now_s()):
            renewing = asyncio.create_task(self._renew(used))
            self._renewing.add(renewing)
            renewing.add_done_callback(self._renewing.discard)

    async def _renew(self, used: Collection[str]) -> None:
        began_s = self._known.now_s()
        try:
            good = await self._store.existing(used)
        except (RedisError, OSError) as error:
            if not is_outage(error):
                raise
            return  # who asks when it is forgotten is told
        for digest in used:
            principal = self._known.get(digest)  # what is written of one never changes
            if digest not in good:
                self._known.forget(digest)
            elif principal is not None:
                self._known.keep(digest, principal, began_s)

    async def _asked(self, digest: str) -> Principal | None:
        record = await self._store.record(digest)
        return None if record is None else _principal(record, digest)

    async def _create(self, record: Record, prefix: str, ends_ms: int | None) -> str:
        secret = _new_secret(prefix)
        oldest_ms = self._now_ms() - SESSION_MS if record.kind == "session" else 0
        if not await self._store.add(digest_of(secret), record, ends_ms, oldest_ms, LISTED_MAX):
            raise TooMany(f"{record.kind}s")
        return secret

    async def _revoke(self, workspace_id: WorkspaceId, kind: Kind, listed_id: str) -> bool:
        digest = await self._store.remove(workspace_id, kind, listed_id)
        if digest is not None:
            self._known.drop(digest)
        return digest is not None

    async def _touch(self, principal: Principal) -> None:
        if self._touched.get(principal.digest):
            return
        self._touched.keep(principal.digest, True, self._touched.now_s())
        ends_ms = SESSION_MS if principal.kind == "session" else None
        try:
            await self._store.touch(
                principal.digest, principal.workspace_id, principal.kind, principal.id, self._now_ms(), ends_ms
            )
        except (RedisError, OSError) as error:
            if not is_outage(error):
                raise
            self._touched.drop(principal.digest)  # who is known need not wait for a note about it


def _new_secret(prefix: str) -> str:
    return prefix + secrets.token_urlsafe(SECRET_BYTES)


def _new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(8)}"


def _newest_first(listed: Iterable[tuple[Record, int | None]]) -> list[tuple[Record, int | None]]:
    return sorted(listed, key=lambda entry: (-entry[0].created_ms, entry[0].id))


def _agent(record: Record) -> Agent:
    return Agent(id=AgentId(record.id), name=record.name)


def _principal(record: Record, digest: str) -> Principal:
    scopes = SESSION_SCOPES if record.kind == "session" else record.scopes
    return Principal(
        kind=record.kind,
        id=record.id,
        workspace_id=record.workspace_id,
        agent=_agent(record),
        scopes=scopes,
        digest=digest,
    )


def _session(record: Record, used_ms: int | None) -> Session:
    return Session(
        id=record.id, agent=_agent(record), created_ms=record.created_ms, last_used_ms=used_ms or record.created_ms
    )


def _token(record: Record, used_ms: int | None) -> Token:
    return Token(
        id=record.id,
        name=record.name or "",
        scopes=record.scopes,
        created_ms=record.created_ms,
        last_used_ms=used_ms,
        session_id=record.session_id,
    )
