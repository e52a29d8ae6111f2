"""Signing in, inviting, signing out, over real HTTP and Redis."""

import asyncio

import pytest

from tests.real.inbox import JOIN_KEY, Inbox, inbox


async def test_the_join_key_opens_a_workspace_and_tells_its_secret_once(api: Inbox) -> None:
    """POST /v1/sessions with the join key is a new workspace each time."""
    first, second = await api.agent("Ada"), await api.agent("Bob")

    me = await first.ask("GET", "/v1/session")

    assert first.workspace_id != second.workspace_id
    assert 200 == me.code
    assert {"id": first.workspace_id} == me.json["workspace"]
    assert {"id": first.id, "name": "Ada"} == me.json["agent"]
    assert ["read", "send"] == me.json["scopes"]
    assert first.secret is not None
    assert len(first.secret) >= 43
    assert first.secret.encode() not in me.body
    assert "no-store" == me.headers["Cache-Control"]


async def test_without_the_join_key_there_is_no_new_workspace(api: Inbox) -> None:
    """Signup by key means: a wrong key, or none, is 403."""
    assert (403, "join_key") == (await api.stranger.ask("POST", "/v1/sessions", {})).problem
    assert (403, "join_key") == (await api.stranger.ask("POST", "/v1/sessions", {"join_key": "guess"})).problem


async def test_where_signup_is_open_nobody_needs_a_key(redis_url: str) -> None:
    """INBOX_SIGNUP=open."""
    async with inbox(redis_url, signup="open") as open_api:
        answer = await open_api.stranger.ask("POST", "/v1/sessions", {})

    assert 201 == answer.code
    assert {"token", "session", "workspace"} == set(answer.json)


async def test_an_invite_joins_its_workspace_once(api: Inbox) -> None:
    """One use; then it is 403, whatever else is sent."""
    ada = await api.agent("Ada")
    made = await ada.ask("POST", "/v1/invites")

    bob = await api.agent("Bob", invite=made.json["invite"])
    again = await api.stranger.ask("POST", "/v1/sessions", {"invite": made.json["invite"], "join_key": JOIN_KEY})

    assert 201 == made.code
    assert made.json["expires_at"].endswith("Z")
    assert ada.workspace_id == bob.workspace_id
    assert (403, "invite") == again.problem


async def test_devices_are_listed_and_signed_out(api: Inbox) -> None:
    """Each session sees all of its workspace and may end any; an ended one is out at once."""
    ada = await api.agent("Ada")
    invite = (await ada.ask("POST", "/v1/invites")).json["invite"]
    bob = await api.agent("Bob", invite=invite)

    rows = (await ada.ask("GET", "/v1/sessions")).json["sessions"]
    ended = await ada.ask("DELETE", f"/v1/sessions/{bob.id}")

    assert {ada.id: True, bob.id: False} == {row["id"]: row["current"] for row in rows}
    assert 204 == ended.code
    assert (401, "unauthenticated") == (await bob.ask("GET", "/v1/session")).problem
    assert (404, "no_such_session") == (await ada.ask("DELETE", f"/v1/sessions/{bob.id}")).problem


async def test_nobody_ends_a_session_of_another_workspace(api: Inbox) -> None:
    """What is not yours is not there."""
    ada, eve = await api.agent("Ada"), await api.agent("Eve")

    assert (404, "no_such_session") == (await eve.ask("DELETE", f"/v1/sessions/{ada.id}")).problem
    assert 200 == (await ada.ask("GET", "/v1/session")).code


async def test_signing_out_ends_the_tokens_made_for_this_browser(api: Inbox) -> None:
    """The token behind live updates goes with its session; the others stay."""
    ada = await api.agent("Ada")
    invite = (await ada.ask("POST", "/v1/invites")).json["invite"]
    bob = await api.agent("Bob", invite=invite)
    own = {"name": "This browser", "scopes": ["read", "live"], "ends_with_session": True}
    browser = ada.holding((await ada.ask("POST", "/v1/tokens", own)).json["token"])
    robot = await api.token(ada, "read")

    assert 204 == (await ada.ask("DELETE", "/v1/session")).code

    assert 401 == (await ada.ask("GET", "/v1/session")).code
    assert 401 == (await browser.ask("GET", "/v1/numbers")).code
    assert 200 == (await robot.ask("GET", "/v1/numbers")).code
    assert [robot.id] == [row["id"] for row in (await bob.ask("GET", "/v1/tokens")).json["tokens"]]


@pytest.mark.parametrize("guess", ["join_key", "invite"])
async def test_guessing_is_slowed_down_even_for_the_right_key(redis_url: str, guess: str) -> None:
    """After ten failures of one peer within a minute everybody there waits."""
    async with inbox(redis_url) as guessed:
        for _ in range(10):
            assert (403, guess) == (await guessed.stranger.ask("POST", "/v1/sessions", {guess: "guess"})).problem

        answer = await guessed.stranger.ask("POST", "/v1/sessions", {"join_key": JOIN_KEY})

    assert (429, "too_many_requests") == answer.problem
    assert 0 < int(answer.headers["Retry-After"]) <= 60


async def test_guessing_many_at_once_is_guessing_too(redis_url: str) -> None:
    """Each counts from the moment it comes in, not from when it turned out to be wrong."""
    async with inbox(redis_url) as guessed:
        body = {"invite": "cii_" + "a" * 43}
        answers = await asyncio.gather(*(guessed.stranger.ask("POST", "/v1/sessions", body) for _ in range(60)))

    assert 10 >= sum(answer.code == 403 for answer in answers)
    assert {403, 429} == {answer.code for answer in answers}


async def test_who_is_let_in_is_not_counted(redis_url: str) -> None:
    """An office may sign in as often as it likes."""
    async with inbox(redis_url, join_failures_per_minute=1) as welcoming:
        for _ in range(5):
            await welcoming.agent()


@pytest.mark.parametrize(
    ("origin", "code"),
    [
        ("https://evil.example", 403),
        ("null", 403),
        ("https://inbox.example.org", 201),
        ("moz-extension://" + "0" * 36, 201),
        (None, 201),
    ],
)
async def test_a_hostile_page_cannot_sign_its_reader_up(redis_url: str, origin: str | None, code: int) -> None:
    """Signing in needs no credential, so a browser would send it for any page, without asking beforehand."""
    async with inbox(redis_url, signup="open") as opened:
        headers = {"Origin": origin} if origin else {}
        text = {"headers": {**headers, "Content-Type": "text/plain"}, "data": b"{}"}
        assert code == (await opened.stranger.ask("POST", "/v1/sessions", **text)).code
        same = {"Origin": opened.url, "Content-Type": "text/plain"}
        assert 201 == (await opened.stranger.ask("POST", "/v1/sessions", headers=same, data=b"{}")).code


async def test_behind_a_trusted_proxy_each_peer_is_slowed_down_alone(redis_url: str) -> None:
    """X-Forwarded-For counts when a trusted proxy wrote it."""
    async with inbox(redis_url, trusted_proxies="127.0.0.0/8", join_failures_per_minute=1) as guessed:

        async def join(peer: str, key: str) -> int:
            headers = {"X-Forwarded-For": f"10.9.9.9, {peer}"}
            return (await guessed.stranger.ask("POST", "/v1/sessions", {"join_key": key}, headers=headers)).code

        assert 403 == await join("192.0.2.1", "guess")
        assert 429 == await join("192.0.2.1", JOIN_KEY)
        assert 201 == await join("192.0.2.2", JOIN_KEY)
