"""The door to Graph against a real server of its shape."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from aiohttp import web
from prometheus_client import REGISTRY

from shared.contract.events import Identity
from shared.contract.ids import NumberId
from shared.graph import NUMBER_FIELDS, Graph, Lost, NotSent, Refused
from shared.graph_app import AppFields, Inspection
from shared.graph_wiring import WIRING_FIELDS, App
from tests.real.waiting import S_MAX

NUMBER = NumberId("106540352242922")
TOKEN = "EAAtoken"
EXPIRED = {"error": {"message": "Session has expired", "type": "OAuthException", "code": 190, "fbtrace_id": "A1"}}


@dataclass
class Meta:
    """A server that answers everything alike and keeps what it was asked."""

    status: int = 200
    body: str | dict[str, Any] | list[Any] = field(default_factory=dict)
    delay_s: float = 0.0
    requests: list[dict[str, Any]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        """Note the request and answer."""
        asked = {"method": request.method, "path": request.raw_path, "headers": dict(request.headers)}
        self.requests.append(asked | {"body": await request.text()})
        await asyncio.sleep(self.delay_s)
        if isinstance(self.body, str):
            return web.Response(status=self.status, text=self.body, content_type="text/html")
        return web.json_response(self.body, status=self.status)


@asynccontextmanager
async def talking_to(meta: Meta, deadline_s: float = S_MAX) -> AsyncIterator[Graph]:
    """The door, open to that server."""
    application = web.Application()
    application.router.add_route("*", "/{tail:.*}", meta.answer)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with Graph(f"http://127.0.0.1:{port}", "v25.0", deadline_s=deadline_s) as graph:
            yield graph
    finally:
        await runner.cleanup()


async def test_a_send_is_one_post_with_the_token_in_its_header() -> None:
    """Address, method, token and body are what Meta's page asks for."""
    meta = Meta(body={"messages": [{"id": "wamid.A"}], "contacts": [{"input": "+1", "user_id": "US.1"}]})
    async with talking_to(meta) as graph:
        answer = await graph.send(NUMBER, TOKEN, {"text": {"body": "é"}})
    assert ("wamid.A", Identity(user_id="US.1"), 200) == (answer.wamid, answer.contact, answer.code)
    [asked] = meta.requests
    assert ("POST", f"/v25.0/{NUMBER}/messages") == (asked["method"], asked["path"])
    assert f"Bearer {TOKEN}" == asked["headers"]["Authorization"]
    assert ("application/json", '{"text":{"body":"é"}}') == (asked["headers"]["Content-Type"], asked["body"])


async def test_a_refusal_is_an_answer_with_meta_s_words() -> None:
    """Errors are no exceptions here: whoever sends decides what they mean."""
    async with talking_to(Meta(401, EXPIRED)) as graph:
        answer = await graph.send(NUMBER, TOKEN, {})
    assert answer.error is not None
    assert (401, 190, "Session has expired", "A1") == (
        answer.code,
        answer.error.code,
        answer.error.message,
        answer.error.fbtrace_id,
    )


@pytest.mark.parametrize("body", [{}, {"success": True}, {"messages": []}, "<html>ok</html>"])
async def test_success_without_a_wamid_is_lost(body: str | dict[str, Any]) -> None:
    """A 200 that names no message may stand for one."""
    async with talking_to(Meta(200, body)) as graph:
        with pytest.raises(Lost):
            await graph.send(NUMBER, TOKEN, {})


async def test_a_bad_gateway_is_an_answer_without_words() -> None:
    """HTML from something in between has neither an error nor a wamid."""
    async with talking_to(Meta(502, "<html>Bad Gateway</html>")) as graph:
        answer = await graph.send(NUMBER, TOKEN, {})
    assert (502, None, None) == (answer.code, answer.error, answer.wamid)


async def test_a_late_answer_is_lost() -> None:
    """After the deadline nobody knows."""
    meta = Meta(body={"messages": [{"id": "wamid.A"}]}, delay_s=3.0)
    async with talking_to(meta, deadline_s=1.0) as graph:
        with pytest.raises(Lost):
            await graph.send(NUMBER, TOKEN, {})


async def test_nobody_there_is_not_sent() -> None:
    """A refused connection cannot have carried anything."""
    async with Graph("http://127.0.0.1:9", "v25.0") as graph:
        with pytest.raises(NotSent):
            await graph.send(NUMBER, TOKEN, {})


@pytest.mark.parametrize("token", ["", "line\nbreak", "schlüssel", "nul\0"])
async def test_a_token_that_fits_no_header_is_refused_here(token: str) -> None:
    """It is the token's fault and not the network's, and nothing is asked."""
    meta = Meta()
    async with talking_to(meta) as graph:
        answer = await graph.send(NUMBER, token, {})
        with pytest.raises(Refused) as refused:
            await graph.number(NUMBER, token)
    assert ("bad_token", "bad_token", []) == (
        answer.error and answer.error.code,
        refused.value.error.code,
        meta.requests,
    )


async def test_a_read_receipt_succeeds_without_a_wamid() -> None:
    """Meta answers it with `success` alone."""
    async with talking_to(Meta(body={"success": True})) as graph:
        assert (await graph.mark_read(NUMBER, TOKEN, {})).success


async def test_a_number_is_asked_for_exactly_once() -> None:
    """One GET, its fields in the query, the token in the header and nowhere else."""
    meta = Meta(body={"id": NUMBER, "verified_name": "Shop"})
    async with talking_to(meta) as graph:
        number = await graph.number(NUMBER, TOKEN)
    [asked] = meta.requests
    assert "Shop" == number["verified_name"]
    assert ("GET", f"/v25.0/{NUMBER}?fields={','.join(NUMBER_FIELDS)}") == (asked["method"], asked["path"])
    assert (f"Bearer {TOKEN}", "") == (asked["headers"]["Authorization"], asked["body"])


async def test_a_refused_number_says_why_and_what_to_do() -> None:
    """Graph's own error comes with our words beside it."""
    async with talking_to(Meta(401, EXPIRED)) as graph:
        with pytest.raises(Refused) as refused:
            await graph.number(NUMBER, TOKEN)
    assert ("Session has expired", True) == (refused.value.error.message, bool(refused.value.error.advice))


@pytest.mark.parametrize(("status", "expected"), [(404, Refused), (502, Lost), (200, Lost), (302, Lost)])
async def test_a_number_never_comes_from_an_answer_that_is_not_graph_s(status: int, expected: type[Exception]) -> None:
    """HTML is a refusal with a 4xx, and says nothing otherwise."""
    async with talking_to(Meta(status, "<html></html>")) as graph:
        with pytest.raises(expected):
            await graph.number(NUMBER, TOKEN)


async def test_wiring_and_subscription_are_one_get_each_with_the_token_in_the_header() -> None:
    """Nothing secret is in a URL."""
    meta = Meta(body={"id": NUMBER, "data": [{"whatsapp_business_api_data": {"id": "1", "name": "Ours"}}]})
    async with talking_to(meta) as graph:
        await graph.wiring(NUMBER, TOKEN)
        assert (App("1", "Ours"),) == await graph.subscribed_apps("77", TOKEN)

    paths = [f"/v25.0/{NUMBER}?fields={','.join(WIRING_FIELDS)}", "/v25.0/77/subscribed_apps?limit=100"]
    assert [("GET", path) for path in paths] == [(asked["method"], asked["path"]) for asked in meta.requests]
    assert {f"Bearer {TOKEN}"} == {asked["headers"]["Authorization"] for asked in meta.requests}


async def test_a_token_is_inspected_and_fields_are_asked_for_without_a_secret_in_a_url() -> None:
    """The one in a batch, the other with the app's own token in the header."""
    inspected = {"data": {"is_valid": True, "expires_at": 0, "scopes": ["a"], "app_id": "1"}}
    meta = Meta(body=[{"code": 200, "body": orjson.dumps(inspected).decode()}])
    async with talking_to(meta) as graph:
        assert Inspection(True, 0, frozenset("a"), "1") == await graph.inspection(TOKEN)
        meta.body = {"data": [{"object": "whatsapp_business_account", "fields": [{"name": "messages"}]}]}
        assert AppFields(frozenset({"messages"})) == await graph.app_fields("1", "app-secret")

    assert [("POST", "/v25.0/"), ("GET", "/v25.0/1/subscriptions")] == [
        (asked["method"], asked["path"]) for asked in meta.requests
    ]
    assert [f"Bearer {TOKEN}", "Bearer 1|app-secret"] == [asked["headers"]["Authorization"] for asked in meta.requests]
    asked = orjson.loads(meta.requests[0]["body"])["batch"]
    assert [{"method": "GET", "relative_url": f"debug_token?input_token={TOKEN}"}] == asked


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, EXPIRED, Refused),
        (200, [{"code": 400, "body": '{"error": {"code": 100, "message": "No."}}'}], Refused),
        (200, [None], Lost),
        (200, [{"code": 200, "body": None}], Lost),
        (200, [{"code": 200, "body": "{}"}], Lost),
        (200, {}, Lost),
        (502, "<html></html>", Lost),
    ],
)
async def test_an_inspection_never_comes_from_what_is_none(status: int, body: Any, expected: type[Exception]) -> None:
    """A batch may fail as a whole, in part, or be cut short."""
    async with talking_to(Meta(status, body)) as graph:
        with pytest.raises(expected):
            await graph.inspection(TOKEN)


async def test_an_answer_without_a_list_of_apps_is_lost() -> None:
    """Rather than "nobody is subscribed"."""
    async with talking_to(Meta(body={"id": "77"})) as graph:
        with pytest.raises(Lost):
            await graph.subscribed_apps("77", TOKEN)


@pytest.mark.parametrize(
    ("status", "body", "outcome", "code"),
    [
        (200, {"id": NUMBER}, "ok", ""),
        (401, EXPIRED, "refused", "190"),
        (400, {"error": {"code": 987654, "message": "Something new"}}, "refused", "other"),
        (404, "<html></html>", "refused", "http_404"),
        (502, "<html></html>", "lost", "http_502"),
        (200, "<html></html>", "lost", "http_200"),
    ],
)
async def test_each_call_is_counted_by_what_came_of_it(status: int, body: Any, outcome: str, code: str) -> None:
    """Once, whatever it was; a code that nobody documents is no series of its own."""
    labels = {"call": "number", "outcome": outcome, "code": code}
    before = REGISTRY.get_sample_value("inbox_graph_calls_total", labels) or 0
    async with talking_to(Meta(status, body)) as graph:
        with contextlib.suppress(Refused, Lost):
            await graph.number(NUMBER, TOKEN)
    assert 1 == (REGISTRY.get_sample_value("inbox_graph_calls_total", labels) or 0) - before


async def test_a_call_that_never_left_is_counted_as_such() -> None:
    """It is no fault of Meta's."""
    labels = {"call": "send", "outcome": "never_left", "code": ""}
    before = REGISTRY.get_sample_value("inbox_graph_calls_total", labels) or 0
    async with Graph("http://127.0.0.1:1", "v25.0") as graph:
        with pytest.raises(NotSent):
            await graph.send(NUMBER, TOKEN, {})
    assert 1 == (REGISTRY.get_sample_value("inbox_graph_calls_total", labels) or 0) - before
