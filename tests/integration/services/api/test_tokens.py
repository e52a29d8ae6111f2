"""API tokens: made, listed, limited to their scopes, revoked."""

from typing import Any

import pytest

from tests.real.inbox import Inbox

NUMBER = "/v1/numbers/106540352242922"
CONVERSATION = f"{NUMBER}/conversations/15550001111"
TEXT = {"id": "0b4e0d0e-6f0e-4b0e-9b0e-0b4e0d0e6f0e", "content": {"type": "text", "text": {"body": "Hi"}}}

# Every way in, and the scope that opens it to a token; None is for sessions only.
DOORS: list[tuple[str, str, Any, str | None]] = [
    ("GET", "/v1/session", None, "any"),
    ("DELETE", "/v1/session", None, None),
    ("GET", "/v1/sessions", None, None),
    ("DELETE", "/v1/sessions/s_1", None, None),
    ("POST", "/v1/invites", None, None),
    ("GET", "/v1/tokens", None, None),
    ("POST", "/v1/tokens", {"name": "robot", "scopes": ["read"]}, None),
    ("DELETE", "/v1/tokens/t_1", None, None),
    ("GET", "/v1/callback", None, None),
    ("PUT", "/v1/callback", {"verify_token": "x"}, None),
    ("POST", "/v1/numbers", {}, None),
    ("PATCH", NUMBER, {}, None),
    ("DELETE", NUMBER, None, None),
    ("GET", "/v1/numbers", None, "read"),
    ("GET", NUMBER, None, "read"),
    ("GET", f"{NUMBER}/snapshot", None, "read"),
    ("GET", f"{NUMBER}/conversations", None, "read"),
    ("GET", CONVERSATION, None, "read"),
    ("GET", f"{CONVERSATION}/messages", None, "read"),
    ("GET", f"{NUMBER}/changes?since=0-0.x", None, "read"),
    ("POST", f"{CONVERSATION}/messages", TEXT, "send"),
    ("POST", f"{CONVERSATION}/read", {"up_to": "x"}, "send"),
    ("DELETE", f"{CONVERSATION}/read", None, "send"),
]


async def test_a_token_is_shown_once_and_listed_without_its_secret(api: Inbox) -> None:
    """201 with the secret; the list has name, scopes and times only."""
    agent = await api.agent()

    made = await agent.ask("POST", "/v1/tokens", {"name": "Reports", "scopes": ["read", "live"]})
    listed = await agent.ask("GET", "/v1/tokens")

    assert 201 == made.code
    assert {"id", "name", "scopes", "token"} == set(made.json)
    assert [("Reports", ["live", "read"])] == [(row["name"], row["scopes"]) for row in listed.json["tokens"]]
    assert made.json["token"].encode() not in listed.body


@pytest.mark.parametrize("scopes", [["live"], [], ["read", "read"], ["everything"]])
async def test_scopes_that_make_no_sense_are_refused(api: Inbox, scopes: list[str]) -> None:
    """`live` needs `read`; at least one; each once; only those there are."""
    agent = await api.agent()

    assert (422, "invalid") == (await agent.ask("POST", "/v1/tokens", {"name": "robot", "scopes": scopes})).problem


async def test_a_revoked_token_is_out_at_once(api: Inbox) -> None:
    """204, and the next request with it is 401."""
    agent = await api.agent()
    robot = await api.token(agent, "read")
    assert 200 == (await robot.ask("GET", "/v1/numbers")).code

    assert 204 == (await agent.ask("DELETE", f"/v1/tokens/{robot.id}")).code

    assert (401, "unauthenticated") == (await robot.ask("GET", "/v1/numbers")).problem
    assert (404, "no_such_token") == (await agent.ask("DELETE", f"/v1/tokens/{robot.id}")).problem


async def test_every_door_asks_who_calls(api: Inbox) -> None:
    """Without a credential, or with an unknown one, every one of them is 401, with a challenge."""
    for caller in (api.stranger, api.stranger.holding("cis_" + "A" * 43), api.stranger.holding("x")):
        for method, path, body, _ in DOORS:
            answer = await caller.ask(method, path, body)
            assert (401, "unauthenticated") == answer.problem, (method, path)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("scope", ["read", "send"])
async def test_a_token_may_what_its_scopes_say(api: Inbox, scope: str) -> None:
    """Another scope's doors, and those for sessions, are 403 `scope`, before anything else is looked at."""
    robot = await api.token(await api.agent(), scope)

    for method, path, body, needed in DOORS:
        answer = await robot.ask(method, path, body)
        if needed in (scope, "any"):
            assert 403 != answer.code, (method, path)
        else:
            assert (403, "scope") == answer.problem, (method, path)


async def test_what_a_token_sends_is_sent_in_its_name(api: Inbox) -> None:
    """The agent of its messages is the token itself."""
    agent = await api.agent()
    await api.connected(agent)
    await api.customer_writes(agent, "Hello?")
    robot = await api.token(agent, "send")

    answer = await robot.ask("POST", f"{CONVERSATION}/messages", TEXT)

    assert 202 == answer.code
    assert {"id": robot.id, "name": "robot"} == answer.json["agent"]
