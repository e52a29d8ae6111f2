"""API tokens: what other programs, and the live socket of a browser, come with."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.api.fields import Line
from services.api.route import Answer, Body, Call, Nothing, route
from shared.auth import Credentials, Scope, TooMany
from shared.contract.chat import Complete, View
from shared.contract.clock import Timestamp
from shared.problem import ProblemError


def _sensible(scopes: list[Scope]) -> list[Scope]:
    if len(set(scopes)) < len(scopes):
        raise PydanticCustomError("unique_items", "A scope is named once")
    if "live" in scopes and "read" not in scopes:
        raise PydanticCustomError("live_needs_read", "`live` needs `read`")
    return scopes


_SCOPES = {
    "uniqueItems": True,
    "if": {"contains": {"const": "live"}},
    "then": {"contains": {"const": "read"}},
}
Scopes = Annotated[list[Scope], Field(min_length=1, max_length=3, json_schema_extra=_SCOPES), AfterValidator(_sensible)]


class NewToken(Body):
    """A name for people, and what it may; one that ends with the session is for this browser's own live updates."""

    name: Line
    scopes: Scopes
    ends_with_session: bool = False


class TokenMade(View):
    """The secret is shown here and nowhere again."""

    id: str
    name: str
    scopes: list[Scope]
    token: str


class TokenRow(Complete):
    """One token of the list, without its secret."""

    always = ("last_used_at",)

    id: str
    name: str
    scopes: list[Scope]
    created_at: Timestamp
    last_used_at: Timestamp | None = None


class TokenList(View):
    """All tokens of a workspace, newest first."""

    tokens: list[TokenRow]


class Tokens:
    """Answers what concerns API tokens."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    @route("GET", "/v1/tokens", summary="All API tokens", access="session", answers={200: TokenList})
    async def list_tokens(self, call: Call[Nothing, Nothing]) -> Answer:
        """Of the whole workspace."""
        rows = [
            TokenRow(
                id=each.id,
                name=each.name,
                scopes=sorted(each.scopes),
                created_at=each.created_ms,
                last_used_at=each.last_used_ms,
            )
            for each in await self._credentials.tokens(call.caller.workspace_id)
        ]
        return Answer(200, TokenList(tokens=rows))

    @route(
        "POST",
        "/v1/tokens",
        summary="Make an API token",
        access="session",
        body=NewToken,
        answers={201: TokenMade},
        refusals={409: ("too_many",)},
    )
    async def create_token(self, call: Call[Nothing, NewToken]) -> Answer:
        """Its secret is in this answer only."""
        asked, caller = call.body, call.caller
        session_id = caller.id if asked.ends_with_session else None
        try:
            secret, token = await self._credentials.create_token(
                caller.workspace_id, asked.name, asked.scopes, session_id
            )
        except TooMany:
            raise ProblemError(409, "too_many", "This workspace has as many tokens as it may: revoke some") from None
        return Answer(201, TokenMade(id=token.id, name=token.name, scopes=sorted(token.scopes), token=secret))

    @route(
        "DELETE",
        "/v1/tokens/{token_id}",
        summary="Revoke an API token",
        access="session",
        answers={204: None},
        refusals={404: ("no_such_token",)},
    )
    async def revoke_token(self, call: Call[Nothing, Nothing]) -> Answer:
        """Requests end within a second, live sockets within five."""
        if not await self._credentials.revoke_token(call.caller.workspace_id, call.path["token_id"]):
            raise ProblemError(404, "no_such_token", "This workspace has no such token")
        return Answer(204)
