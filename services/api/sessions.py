"""Signing in and out: sessions are browsers and devices of agents; invites let more of them into a workspace."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Annotated, Literal

from pydantic import Field

from services.api.entrance import too_many
from services.api.fields import Given, Line
from services.api.route import Answer, Body, Call, Nothing, route
from shared.auth import Credentials, Scope, TooMany
from shared.contract.chat import View
from shared.contract.clock import Timestamp
from shared.contract.commands import Agent
from shared.contract.ids import WorkspaceId
from shared.join_key import JoinKey
from shared.limits import Failures
from shared.problem import ProblemError
from shared.process import now_ms
from shared.registry import Registry

Guess = Annotated[str, Field(min_length=1, max_length=512)]


class SignIn(Body):
    """With an invite: into its workspace. Without: a new workspace, where signup is open or with the join key."""

    join_key: Annotated[Guess | None, Given()] = None
    invite: Annotated[Guess | None, Given()] = None
    agent_name: Line = "Agent"


class WorkspaceName(View):
    """Which workspace."""

    id: WorkspaceId


class SessionName(View):
    """Which session, and who answers with it."""

    id: str
    agent: Agent


class SignedIn(View):
    """The secret is shown here and nowhere again."""

    token: str
    session: SessionName
    workspace: WorkspaceName


class WhoAmI(View):
    """Whose credential this is, and what it may."""

    kind: Literal["session", "token"]
    id: str
    workspace: WorkspaceName
    agent: Agent
    scopes: list[Scope]


class SessionRow(View):
    """One device of the list; `current` is the one that asks."""

    id: str
    agent: Agent
    created_at: Timestamp
    last_used_at: Timestamp
    current: bool


class SessionList(View):
    """All devices of a workspace, newest first."""

    sessions: list[SessionRow]


class Invited(View):
    """One use, within 24 hours."""

    invite: str
    expires_at: Timestamp


class Sessions:
    """Answers what concerns sessions and invites."""

    def __init__(self, credentials: Credentials, registry: Registry, join_key: JoinKey, failures: Failures) -> None:
        self._credentials = credentials
        self._registry = registry
        self._join_key = join_key
        self._failures = failures

    @route(
        "POST",
        "/v1/sessions",
        summary="Sign in: a new workspace, or by an invite into one",
        access="anyone",
        body=SignIn,
        answers={201: SignedIn},
        refusals={403: ("join_key", "invite", "origin_not_allowed"), 409: ("too_many",), 429: ("too_many_requests",)},
    )
    async def sign_in(self, call: Call[Nothing, SignIn]) -> Answer:
        """An invite goes before a join key. Guessing is slowed down per peer, for right guesses too."""
        asked = call.body
        guesses = asked.invite is not None or asked.join_key is not None
        with self._guessing(call.peer) if guesses else nullcontext():
            workspace_id = await self._workspace(asked)
        try:
            secret, session = await self._credentials.create_session(workspace_id, asked.agent_name)
        except TooMany:
            raise ProblemError(409, "too_many", "This workspace has as many sessions as it may: end some") from None
        name = SessionName(id=session.id, agent=session.agent)
        return Answer(201, SignedIn(token=secret, session=name, workspace=WorkspaceName(id=workspace_id)))

    @contextmanager
    def _guessing(self, peer: str) -> Iterator[None]:
        """Whoever is let in is forgiven: until then it counts as a failure, or many at once would all be the first."""
        wait_s = self._failures.wait_s(peer, now_ms())
        if wait_s > 0:
            raise too_many(wait_s, "Too many failed attempts from here")
        self._failures.note(peer, now_ms())
        try:
            yield
        except ProblemError:
            raise
        except BaseException:
            self._failures.forgive(peer)  # it was our failure
            raise
        self._failures.forgive(peer)

    async def _workspace(self, asked: SignIn) -> WorkspaceId:
        if asked.invite is not None:
            found = await self._credentials.use_invite(asked.invite)
            if found is None:
                raise ProblemError(403, "invite", "This invite was used, has ended or never was")
            return found
        if not await self._join_key.admits(asked.join_key):
            raise ProblemError(403, "join_key", "A new workspace needs this inbox's join key")
        return await self._registry.create_workspace()

    @route("GET", "/v1/session", summary="Who am I", access="signed_in", answers={200: WhoAmI})
    async def who_am_i(self, call: Call[Nothing, Nothing]) -> Answer:
        """For sessions and tokens alike."""
        caller = call.caller
        return Answer(
            200,
            WhoAmI(
                kind=caller.kind,
                id=caller.id,
                workspace=WorkspaceName(id=caller.workspace_id),
                agent=caller.agent,
                scopes=sorted(caller.scopes),
            ),
        )

    @route("DELETE", "/v1/session", summary="Sign out", access="session", answers={204: None})
    async def sign_out(self, call: Call[Nothing, Nothing]) -> Answer:
        """The tokens that were made to end with this session end with it."""
        await self._credentials.revoke_session(call.caller.workspace_id, call.caller.id)
        return Answer(204)

    @route("GET", "/v1/sessions", summary="All devices", access="session", answers={200: SessionList})
    async def list_sessions(self, call: Call[Nothing, Nothing]) -> Answer:
        """Of the whole workspace."""
        rows = [
            SessionRow(
                id=each.id,
                agent=each.agent,
                created_at=each.created_ms,
                last_used_at=each.last_used_ms,
                current=each.id == call.caller.id,
            )
            for each in await self._credentials.sessions(call.caller.workspace_id)
        ]
        return Answer(200, SessionList(sessions=rows))

    @route(
        "DELETE",
        "/v1/sessions/{session_id}",
        summary="Sign another device out",
        access="session",
        answers={204: None},
        refusals={404: ("no_such_session",)},
    )
    async def revoke_session(self, call: Call[Nothing, Nothing]) -> Answer:
        """In force everywhere within a second."""
        if not await self._credentials.revoke_session(call.caller.workspace_id, call.path["session_id"]):
            raise ProblemError(404, "no_such_session", "This workspace has no such session")
        return Answer(204)

    @route(
        "POST",
        "/v1/invites",
        summary="Make an invite into this workspace: one use, 24 hours",
        access="session",
        answers={201: Invited},
        refusals={409: ("too_many",)},
    )
    async def create_invite(self, call: Call[Nothing, Nothing]) -> Answer:
        """Shown here and nowhere again."""
        try:
            invite, ends_ms = await self._credentials.create_invite(call.caller.workspace_id)
        except TooMany:
            raise ProblemError(409, "too_many", "Too many invites of this workspace are open") from None
        return Answer(201, Invited(invite=invite, expires_at=ends_ms))
