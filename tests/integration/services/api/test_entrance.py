"""The way in: what is refused before any answer is thought of, and how."""

from collections.abc import AsyncIterator

from tests.real.inbox import Inbox, inbox
from tests.real.server import Server


async def test_a_refusal_is_a_problem_with_a_code(api: Inbox) -> None:
    """RFC 9457, and nothing of it is kept by anybody on the way."""
    answer = await api.stranger.ask("GET", "/v1/numbers")

    assert "application/problem+json" == answer.headers["Content-Type"].partition(";")[0]
    assert {"type", "title", "status", "code", "detail"} == set(answer.json)
    assert 401 == answer.json["status"]
    assert "no-store" == answer.headers["Cache-Control"]


async def test_a_body_that_is_no_json_is_400(api: Inbox) -> None:
    """Empty ones too, where one is needed."""
    for raw in (b"{", b"", b"\xff"):
        assert (400, "bad_json") == (await api.stranger.ask("POST", "/v1/sessions", data=raw)).problem


async def test_a_body_over_1_mib_is_413(api: Inbox) -> None:
    """Announced by its length, or found out while it comes."""
    agent = await api.agent()
    large = b'{"verify_token":"' + b"x" * (1024 * 1024) + b'"}'

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 65536):
            yield large[start : start + 65536]

    for data in (large, in_pieces()):
        headers = {"Content-Type": "application/json"}
        assert (413, "too_large") == (await agent.ask("PUT", "/v1/callback", data=data, headers=headers)).problem


async def test_unknown_fields_and_parameters_are_422(api: Inbox) -> None:
    """In bodies, in queries, and where nothing is expected at all."""
    agent = await api.agent()
    path = await api.connected(agent)

    for method, below, body in (
        ("PATCH", "", {"surprise": 1}),
        ("GET", "/snapshot?surprise=1", None),
        ("GET", "/snapshot?limit=1&limit=2", None),
        ("GET", "/snapshot?limit=0", None),
        ("GET", "/snapshot?limit=201", None),
        ("GET", "/snapshot?limit=1.0", None),
        ("GET", "/changes", None),
        ("GET", "/changes?since=0-0.x&wait_s=26", None),
        ("DELETE", "", {"surprise": 1}),
    ):
        assert (422, "invalid") == (await agent.ask(method, path + below, body)).problem, below


async def test_a_value_of_another_type_is_422(api: Inbox) -> None:
    """A text is no truth and no number; nothing is guessed."""
    agent = await api.agent()
    path = await api.connected(agent)

    for patch in ({"enabled": "true"}, {"enabled": 1}, {"retention_days": "30"}, {"display_number": 5}):
        assert (422, "invalid") == (await agent.ask("PATCH", path, patch)).problem, patch


async def test_a_malformed_cursor_is_400(api: Inbox) -> None:
    """Wherever one is passed, whatever is wrong with it."""
    agent = await api.agent()
    path = await api.connected(agent)
    await api.customer_writes(agent, "Hello?")

    for below in (
        "/conversations?before=%20",
        "/conversations?before=nonsense",
        "/conversations/15550001111/messages?before=%C3%A9",
        "/conversations/15550001111/messages?before=nonsense",
        "/changes?since=nonsense",
        "/changes?since=a%2Fb",
    ):
        assert (400, "bad_cursor") == (await agent.ask("GET", path + below)).problem, below


async def test_a_number_id_of_impossible_form_is_not_there(api: Inbox) -> None:
    """It never reaches the store, where braces would mean something."""
    agent = await api.agent()

    for name in ("a%7Db", "a%20b", "x" * 65, "%2F"):
        assert 404 == (await agent.ask("GET", f"/v1/numbers/{name}")).code, name


async def test_too_many_requests_of_one_credential_are_429(redis_url: str) -> None:
    """With the time to wait; another credential is not slowed down by it."""
    async with inbox(redis_url, rate_per_s=0.5, rate_burst=3) as slow:
        agent, other = await slow.agent(), await slow.agent()

        codes = [(await agent.ask("GET", "/v1/session")).code for _ in range(3)]
        refused = await agent.ask("GET", "/v1/session")

        assert [200, 200, 200] == codes
        assert (429, "too_many_requests") == refused.problem
        assert 1 <= int(refused.headers["Retry-After"]) <= 2
        assert 200 == (await other.ask("GET", "/v1/session")).code


async def test_a_page_of_an_allowed_origin_may_read_the_answers(redis_url: str) -> None:
    """CORS for the allow list, refusals included; for no other page."""
    allowed, other = "https://crm.example.org", "https://evil.example.org"
    async with inbox(redis_url, allowed_origins=allowed) as crossing:
        ok = await crossing.stranger.ask("GET", "/v1/numbers", headers={"Origin": allowed})
        no = await crossing.stranger.ask("GET", "/v1/numbers", headers={"Origin": other})

    assert allowed == ok.headers["Access-Control-Allow-Origin"]
    assert "Access-Control-Allow-Origin" not in no.headers


async def test_without_redis_every_answer_is_503_until_it_is_back(real_redis: Server) -> None:
    """The same request is safe to repeat, and then succeeds: nothing crashes."""
    async with inbox(real_redis.url, broker_namespace="outage") as away:
        agent = await away.agent()
        real_redis.kill()

        down = await agent.ask("POST", "/v1/sessions", {"join_key": "the join key of this test"})
        real_redis.start()
        up = await agent.ask("POST", "/v1/sessions", {"join_key": "the join key of this test"})

    assert 503 == down.code
    assert "Retry-After" in down.headers
    assert 201 == up.code
