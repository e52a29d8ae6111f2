"""Every route of the served description, asked by everybody: who may is written here, not read from the code."""

from typing import Any

import pytest

from tests.integration.security.household import PHONE, TEXT, Household, household, invites
from tests.real.inbox import Answered, Inbox

# Who may. A route that is not here fails the first test below: decide, then write it down.
ROUTES = {
    "POST /v1/sessions": "anyone",
    "GET /v1/session": "signed in",
    "DELETE /v1/session": "session",
    "GET /v1/sessions": "session",
    "DELETE /v1/sessions/{session_id}": "session",
    "POST /v1/invites": "session",
    "GET /v1/tokens": "session",
    "POST /v1/tokens": "session",
    "DELETE /v1/tokens/{token_id}": "session",
    "GET /v1/callback": "session",
    "PUT /v1/callback": "session",
    "GET /v1/numbers": "read",
    "POST /v1/numbers": "session",
    "GET /v1/numbers/{number_id}": "read",
    "PATCH /v1/numbers/{number_id}": "session",
    "DELETE /v1/numbers/{number_id}": "session",
    "GET /v1/numbers/{number_id}/health": "read",
    "GET /v1/numbers/{number_id}/snapshot": "read",
    "GET /v1/numbers/{number_id}/conversations": "read",
    "GET /v1/numbers/{number_id}/conversations/{contact_id}": "read",
    "GET /v1/numbers/{number_id}/conversations/{contact_id}/messages": "read",
    "GET /v1/numbers/{number_id}/changes": "read",
    "GET /v1/numbers/{number_id}/messages/{message_id}/timeline": "read",
    "POST /v1/numbers/{number_id}/conversations/{contact_id}/messages": "send",
    "POST /v1/numbers/{number_id}/conversations/{contact_id}/read": "send",
    "DELETE /v1/numbers/{number_id}/conversations/{contact_id}/read": "send",
    "DELETE /v1/numbers/{number_id}/conversations/{contact_id}": "session",
}
STRANGERS = ("nobody", "a guess", "an invite for a session", "a revoked session", "a revoked token")
MEMBERS = {
    "anyone": ("the session", "a token to read", "a token to send", "a token to listen"),
    "signed in": ("the session", "a token to read", "a token to send", "a token to listen"),
    "session": ("the session",),
    "read": ("the session", "a token to read", "a token to listen"),
    "send": ("the session", "a token to send"),
}
TOKENS = ("a token to read", "a token to send", "a token to listen")
OTHERS = ("another session", "another token")
DESCRIBED: dict[str, list[dict[str, list[str]]]] = {
    "anyone": [],
    "signed in": [{"session": []}, {"token": []}],
    "session": [{"session": []}],
}

rows = pytest.mark.parametrize(("route", "access"), ROUTES.items(), ids=ROUTES)


@pytest.fixture(scope="module")
async def house(api: Inbox) -> Household:
    """The same for the whole table: what is asked changes nothing."""
    return await household(api)


def let_in(answer: Answered) -> bool:
    """Past the entrance, whatever the route itself then says."""
    refused = answer.json is not None and answer.json.get("code") in ("no_such_number", "scope")
    return answer.code not in (401, 403) and answer.code < 500 and not refused


async def described(api: Inbox) -> dict[str, Any]:
    """Every operation that the running api describes."""
    paths = (await api.stranger.ask("GET", "/openapi.json")).json["paths"]
    return {f"{method.upper()} {path}": operation for path, ways in paths.items() for method, operation in ways.items()}


async def test_every_route_is_in_the_table(api: Inbox) -> None:
    """And says of itself who may."""
    served = await described(api)

    assert sorted(ROUTES) == sorted(served)
    for route, access in ROUTES.items():
        scoped = [{"session": []}, {"token": [access]}]
        assert DESCRIBED.get(access, scoped) == served[route]["security"], route


@rows
async def test_strangers_are_told_nothing(house: Household, route: str, access: str) -> None:
    """Without a credential, with one that never was, with one that is over, with one of another kind: 401."""
    if access == "anyone":
        return
    method, path = route.split()
    for who in STRANGERS:
        answer = await house.ask(who, method, path)
        assert (401, "unauthenticated") == answer.problem, who
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        unknown = await house.callers[who].ask(method, path.replace("{", "~").replace("}", "~"))
        assert answer.json == unknown.json, who  # an id that is there looks like one that is not


@rows
async def test_members_may_what_the_table_says_and_no_more(house: Household, route: str, access: str) -> None:
    """A session everything; a token what its scopes say, else 403 `scope`."""
    method, path = route.split()
    for who in ("the session", *TOKENS):
        answer = await house.ask(who, method, path)
        if who in MEMBERS[access]:
            assert let_in(answer), (who, answer.body)
        else:
            assert (403, "scope") == answer.problem, who


@rows
async def test_another_workspace_meets_nothing_of_ours(house: Household, route: str, access: str) -> None:
    """Its ids are not there; where no id is named, the answer is about the other workspace alone."""
    method, path = route.split()
    for who in OTHERS:
        caller = house.callers[who]
        answer = await house.ask(who, method, path)
        if who == "another token" and access == "session":
            assert (403, "scope") == answer.problem
        elif "{number_id}" in path:
            assert (404, "no_such_number") == answer.problem, who
            nowhere = house.filled(path.replace("{number_id}", "999999999999999"))
            assert answer.json == (await caller.ask(method, nowhere)).json
        elif "{" in path:
            assert 404 == (await caller.ask(method, house.filled(path))).code
        for ours in (TEXT, PHONE, house.wamid, house.ada.id, house.ada.workspace_id, *house.parameters.values()):
            assert ours.encode() not in answer.body, who


async def test_what_was_refused_was_not_done(house: Household) -> None:
    """After all of the above Ada's workspace is as it was."""
    sessions = {each["id"] for each in (await house.ada.ask("GET", "/v1/sessions")).json["sessions"]}
    tokens = {each["id"] for each in (await house.ada.ask("GET", "/v1/tokens")).json["tokens"]}

    assert house.ada.id in sessions
    assert house.parameters["token_id"] in tokens
    assert "connected" == (await house.ada.ask("GET", house.path)).json["state"]


@pytest.mark.parametrize("kind", ["used", "ended", "guessed", "another kind"])
async def test_an_invite_that_is_over_lets_nobody_in(api: Inbox, house: Household, kind: str) -> None:
    """Nor does what is no invite; a join key beside it changes nothing."""
    invite = (await invites(api, house.ada))[kind]
    for more in ({}, {"join_key": "the join key of this test"}):
        answer = await api.stranger.ask("POST", "/v1/sessions", {"invite": invite, **more})
        assert (403, "invite") == answer.problem


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "{}"},
        {"Authorization": "Basic {}"},
        {"Authorization": "Bearer {} {}"},
        {"Authorization": "Bearer {}x"},
        {"Authorization": "Token {}"},
        {"Cookie": "session={}; token={}"},
        {"X-Api-Key": "{}"},
    ],
)
async def test_a_good_secret_elsewhere_than_in_its_header_is_none(
    api: Inbox, house: Household, headers: dict[str, str]
) -> None:
    """Not in a cookie, which every page could send, and not in an address, which everybody keeps."""
    secret = str(house.ada.secret)
    given = {name: value.replace("{}", secret) for name, value in headers.items()}

    assert 401 == (await api.stranger.ask("GET", "/v1/session", headers=given)).code
    for name in ("token", "access_token", "authorization"):
        assert 401 == (await api.stranger.ask("GET", f"/v1/session?{name}={secret}")).code


async def test_an_id_in_another_form_is_not_another_way_in(house: Household) -> None:
    """Whatever is put where a number's id stands, it names a number of the caller's or none."""
    number_id, workspace = house.parameters["number_id"], house.ada.workspace_id
    odd = [f"{workspace}:{number_id}", f"%7B{workspace}:{number_id}%7D", f"..%2F{number_id}", f"{number_id}%00", "*"]
    for each in (*odd, f"+{number_id}", f"{number_id}%20", f"0{number_id}"):
        answer = await house.eve.ask("GET", f"/v1/numbers/{each}")
        assert 404 == answer.code, each
