"""The careful headers of every answer of every door: routes, errors, what is not there, and the pages."""

import importlib
import inspect
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from services.api import app as api
from services.api import pages
from services.api.app import described_routes
from services.api.openapi import description
from services.api.settings import ApiSettings
from services.ingest import app as ingest
from services.ingest.settings import IngestSettings
from services.push import app as push
from services.push.settings import PushSettings
from shared.headers import CAREFUL, TRANSPORT, by_tls
from shared.http import application, listening
from shared.process import ground
from tests.real.waiting import until_answered

PAGE_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
)
LOOSE = ("unsafe-inline", "unsafe-eval", "http:", "*", "blob:")
TLS, PLAIN = "https://inbox.example.org", "http://127.0.0.1:8080"


@dataclass(frozen=True)
class Doors:
    """All of them behind one port, as in the all-in-one, reached by this public address."""

    url: str
    http: aiohttp.ClientSession
    public_url: str


@asynccontextmanager
async def doors(redis_url: str, public_url: str) -> AsyncIterator[Doors]:
    """Running, until left."""
    told: dict[str, Any] = {
        "amqp_url": None,
        "redis_url": redis_url,
        "broker_namespace": f"test-{uuid.uuid4().hex[:12]}",
        "secret_keys": (b"k" * 32,),
        "public_url": public_url,
        "log_level": "error",
    }
    async with AsyncExitStack() as opened:
        base = await opened.enter_async_context(ground(ApiSettings(**told)))
        routes = [
            *await opened.enter_async_context(ingest.serving(base, IngestSettings(**told))),
            *await opened.enter_async_context(push.serving(base, PushSettings(**told))),
            *await opened.enter_async_context(api.serving(base, ApiSettings(**told))),
        ]
        web = application(
            routes, base.health, probes="loopback", cross_origin=base.settings, over_tls=by_tls(public_url)
        )
        port = await opened.enter_async_context(listening(web, "127.0.0.1", 0))
        http = await opened.enter_async_context(aiohttp.ClientSession())
        await until_answered(base.health.problems, lambda problems: not problems)
        yield Doors(f"http://127.0.0.1:{port}", http, public_url)
        base.stopping.set()


@pytest.fixture(scope="module", params=[TLS, PLAIN])
async def open_doors(request: pytest.FixtureRequest, redis_url: str) -> AsyncIterator[Doors]:
    """Once behind TLS, and once on a machine of one's own."""
    async with doors(redis_url, request.param) as opened:
        yield opened


def everything() -> list[tuple[str, str]]:
    """Every route that is served, and what is not served at all."""
    declared = [(route.method, route.path) for route in described_routes()]
    files = [(route.method, route.path) for route in pages.routes(description(described_routes()))]
    others = [
        *(
            ("GET", path)
            for path in ("/livez", "/readyz", "/metrics", "/v1/live", "/webhooks/none", "/nothing", "/v1/x")
        ),
        *(("POST", path) for path in ("/webhooks/none", "/v1/sessions", "/", "/openapi.json", "/nothing")),
        *((method, "/v1/numbers") for method in ("OPTIONS", "HEAD", "PUT", "TRACE", "DELETE")),
        ("GET", "/%2e%2e/%2e%2e/etc/passwd"),
        ("GET", "/assets/..%2f..%2fserver.py"),
        ("GET", "/static/"),
    ]
    return [*declared, *files, *others]


async def test_every_answer_is_careful(open_doors: Doors) -> None:
    """Success or refusal, JSON or page: what differs is only what a page may load and what may be kept."""
    codes = set()
    for method, path in everything():
        async with open_doors.http.request(method, open_doors.url + path, allow_redirects=False) as answer:
            headers, where = answer.headers, f"{method} {path}"
            codes.add(answer.status)
            assert answer.status < 500, where
            for name in ("X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options"):
                assert CAREFUL[name] == headers[name], where
            for name in ("Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"):
                assert ["same-origin"] == headers.getall(name), where
            policy = headers.getall("Content-Security-Policy")
            assert 1 == len(policy), where
            assert "frame-ancestors 'none'" in policy[0], where
            assert "default-src 'none'" in policy[0], where
            assert not any(loose in policy[0].replace("data:", "") for loose in LOOSE), where
            assert 1 == len(headers.getall("Cache-Control")), where
            assert "Server" not in headers, where
            expected = TRANSPORT[1] if open_doors.public_url == TLS else None
            assert expected == headers.get(TRANSPORT[0]), where
            if answer.status >= 400 and method != "HEAD":
                assert "application/problem+json" == answer.content_type, where
            if answer.status >= 400 or path.startswith("/v1/"):
                assert "no-store" == headers["Cache-Control"], where
    assert {200, 400, 401, 404, 405} <= codes


@pytest.mark.parametrize("path", ["/", "/docs"])
async def test_a_page_loads_its_own_things_and_no_others(open_doors: Doors, path: str) -> None:
    """Nothing inline, nothing from elsewhere, no frame, no camera; and nothing in it asks for what is forbidden."""
    async with open_doors.http.get(open_doors.url + path) as answer:
        policy, page = answer.headers["Content-Security-Policy"], await answer.text()

    assert all(part in policy for part in PAGE_POLICY)
    assert "camera=()" in answer.headers["Permissions-Policy"]
    for forbidden in ("<script>", "javascript:", " onclick=", " onload=", " style=", 'src="http', 'href="http://'):
        assert forbidden not in page


async def test_a_page_elsewhere_is_not_lent_an_answer(open_doors: Doors) -> None:
    """No credentials by CORS, no wildcard, and no origin that only looks like ours."""
    ours = "inbox.example.org"
    for origin in (f"https://{ours}.evil.example", f"https://evil{ours}", f"http://{ours}:1", "null", "file://", "*"):
        for path in ("/v1/session", "/nothing", "/openapi.json"):
            async with open_doors.http.get(open_doors.url + path, headers={"Origin": origin}) as answer:
                assert "Access-Control-Allow-Origin" not in answer.headers, origin
                assert "Access-Control-Allow-Credentials" not in answer.headers
                assert "Origin" in answer.headers.getall("Vary")


async def test_no_answer_sets_a_cookie(open_doors: Doors) -> None:
    """So no page can ever ask in its reader's name."""
    for method, path in everything():
        async with open_doors.http.request(method, open_doors.url + path) as answer:
            assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("module", ["services", "services.ingest", "services.api", "services.push"])
def test_every_door_that_browsers_and_meta_reach_knows_whether_there_is_tls(module: str) -> None:
    """What is put together above is what each process puts together."""
    source = inspect.getsource(importlib.import_module(f"{module}.__main__"))

    assert "over_tls=by_tls(settings.public_url)" in source
