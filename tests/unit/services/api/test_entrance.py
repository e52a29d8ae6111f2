"""Who may come in, decided without asking anybody."""

from typing import Literal

import pytest

from services.api.entrance import bearer, may
from services.api.route import Access, Nothing, Route
from shared.auth import Principal, Scope
from shared.contract.commands import Agent
from shared.contract.ids import AgentId, WorkspaceId


def caller(kind: Literal["session", "token"], *scopes: Scope) -> Principal:
    """Somebody with these scopes."""
    agent = Agent(id=AgentId("a"))
    return Principal(
        kind=kind, id="a", workspace_id=WorkspaceId("w"), agent=agent, scopes=frozenset(scopes), digest="d"
    )


def door(access: Access) -> Route:
    """A route with this access."""
    return Route("GET", "/v1/x", "x", "", access, Nothing, Nothing, {}, {})


@pytest.mark.parametrize("access", ["signed_in", "session", "read", "send"])
def test_a_session_may_everything(access: Access) -> None:
    """But the socket, which is no route."""
    assert may(caller("session"), door(access))


@pytest.mark.parametrize("scope", ["read", "send", "live"])
def test_a_token_may_what_its_scope_says(scope: Scope) -> None:
    """And who it is; never what is for sessions."""
    token = caller("token", scope)

    assert may(token, door("signed_in"))
    assert not may(token, door("session"))
    assert (scope == "read") == may(token, door("read"))
    assert (scope == "send") == may(token, door("send"))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Bearer secret", "secret"),
        ("bearer   secret ", "secret"),
        ("Basic secret", None),
        ("Bearer", None),
        ("Bearer ", None),
        ("secret", None),
        ("Bearer sécret", None),
        ("Bearer " + "x" * 513, None),
    ],
)
def test_a_bearer_secret_is_read_from_its_header(header: str, expected: str | None) -> None:
    """Anything else is no credential."""
    assert expected == bearer({"Authorization": header})


def test_no_header_is_no_secret() -> None:
    """Nobody."""
    assert bearer({}) is None
