"""The web side, through a real port: probes, the gate, problems, bounds, origins and a graceful end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, web

from shared import http
from shared.broker.door import BrokerUnavailable
from shared.health import Health
from shared.problem import ProblemError
from shared.settings import Settings, SettingsError
from tests.real.waiting import until_answered

SETTINGS = Settings(
    redis_url="redis://nowhere", amqp_url=None, secret_keys=(b"k" * 32,), public_url="https://inbox.example.org"
)
PAGE = "https://inbox.example.org"


class Gate:
    """Handlers that a test can hold and release."""

    def __init__(self) -> None:
        self.entered = asyncio.Event()
        self.open = asyncio.Event()

    async def wait(self, _: web.Request) -> web.Response:
        """Answer when the test says so."""
        self.entered.set()
        await self.open.wait()
        return web.json_response({"finished": True})


async def _outage(_: web.Request) -> web.Response:
    raise BrokerUnavailable


async def _boom(_: web.Request) -> web.Response:
    raise RuntimeError("a private text")


async def _conflict(_: web.Request) -> web.Response:
    raise ProblemError(409, "id_reused", "Other content.", headers={"X-Why": "because"}, errors=[{"field": "id"}])


async def _moved(_: web.Request) -> web.Response:
    raise web.HTTPFound("/elsewhere")


async def _own(_: web.Request) -> web.Response:
    return web.Response(
        text="page", headers={"Cache-Control": "private", "Content-Security-Policy": "default-src 'self'"}
    )


ROUTES = [
    web.get("/outage", _outage),
    web.get("/boom", _boom),
    web.get("/conflict", _conflict),
    web.get("/moved", _moved),
    web.get("/own", _own),
    web.put("/numbers/{number_id}", _own),
]


@contextlib.asynccontextmanager
async def served(*routes: web.RouteDef, health: Health | None = None, **given: Any) -> AsyncIterator[ClientSession]:
    """An application on a port of its own, and somebody who calls it."""
    given = {"probes": "open", "cross_origin": SETTINGS, **given}
    app = http.application([*ROUTES, *routes], health or Health(), **given)
    async with (
        http.listening(app, "127.0.0.1", 0) as port,
        ClientSession(f"http://127.0.0.1:{port}", raise_for_status=False) as session,
    ):
        yield session


async def until(session: ClientSession, page: str, status: int) -> ClientResponse:
    """The first answer with this status."""
    return await until_answered(lambda: session.get(page), lambda answer: answer.status == status)


async def problem(response: ClientResponse) -> tuple[int, str]:
    """Status and code of a problem."""
    assert "application/problem+json" == response.content_type
    told = await response.json()
    assert response.status == told["status"]
    assert {"type", "title", "status", "code"} <= told.keys()
    return response.status, told["code"]


async def test_until_the_dependencies_have_answered_only_livez_does() -> None:
    """A process that has never seen its store has nothing to say; one that loses it later still has."""
    away = True

    async def check() -> None:
        if away:
            raise ConnectionError

    health = Health()
    health.depends_on("redis", check)
    async with served(health=health) as session:
        assert 200 == (await session.get("/livez")).status
        for page in ("/readyz", "/metrics", "/own", "/nowhere"):
            assert (503, "starting") == await problem(await session.get(page))

        away = False
        await until(session, "/readyz", 200)
        away = True
        answer = await until(session, "/readyz", 503)
        assert (503, "not_ready") == await problem(answer)
        assert [{"dependency": "redis", "problem": "ConnectionError"}] == (await answer.json())["errors"]
        assert 200 == (await session.get("/own")).status


async def test_every_error_is_a_problem_with_a_code() -> None:
    """RFC 9457, whoever raised it."""
    async with served() as session:
        assert (404, "not_found") == await problem(await session.get("/nowhere"))
        assert (500, "internal") == await problem(await session.get("/boom"))
        assert (503, "unavailable") == await problem(await session.get("/outage"))
        refused = await session.get("/numbers/1")
        assert (405, "method_not_allowed") == await problem(refused)
        assert "PUT" == refused.headers["Allow"]
        conflict = await session.get("/conflict")
        assert (409, "id_reused") == await problem(conflict)
        assert "because" == conflict.headers["X-Why"]
        assert [{"field": "id"}] == (await conflict.json())["errors"]
        assert "private" not in await (await session.get("/boom")).text()
        moved = await session.get("/moved", allow_redirects=False)
        assert (302, "/elsewhere") == (moved.status, moved.headers["Location"])


async def test_answers_name_no_version_and_carry_careful_headers() -> None:
    """What is private is not stored, not sniffed, not framed; a page's own headers stay."""
    async with served() as session:
        for page in ("/livez", "/nowhere", "/boom"):
            headers = (await session.get(page)).headers
            assert "Server" not in headers
            assert ("nosniff", "no-store") == (headers["X-Content-Type-Options"], headers["Cache-Control"])
        own = (await session.get("/own")).headers
        assert ("private", "default-src 'self'") == (own["Cache-Control"], own["Content-Security-Policy"])

        reader, writer = await asyncio.open_connection("127.0.0.1", session._base_url.port)  # type: ignore[union-attr]
        writer.write(b"no http at all\r\n\r\n")
        assert b"aiohttp" not in await reader.read()
        writer.close()


async def test_pages_of_allowed_origins_may_read_the_answers_errors_too() -> None:
    """The page that called has to see why it was refused."""
    async with served() as session:
        for page in ("/own", "/nowhere", "/boom"):
            allowed = await session.get(page, headers={"Origin": PAGE})
            assert PAGE == allowed.headers["Access-Control-Allow-Origin"]
            assert "Origin" in allowed.headers.getall("Vary")
            stranger = await session.get(page, headers={"Origin": "https://evil.example"})
            assert "Access-Control-Allow-Origin" not in stranger.headers


async def test_browsers_may_ask_beforehand() -> None:
    """A preflight needs no credentials and is answered for every path; the overlay may call its own machine."""
    ask = {
        "Origin": PAGE,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization",
        "Access-Control-Request-Private-Network": "true",
    }
    async with served() as session:
        answer = await session.options("/numbers/1", headers=ask)
        assert 204 == answer.status
        assert PAGE == answer.headers["Access-Control-Allow-Origin"]
        assert "PUT" in answer.headers["Access-Control-Allow-Methods"]
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
        assert "true" == answer.headers["Access-Control-Allow-Private-Network"]

        refused = await session.options("/numbers/1", headers={**ask, "Origin": "https://evil.example"})
        assert (403, "origin_not_allowed") == await problem(refused)


async def test_leaving_finishes_what_is_in_hand_and_takes_nothing_new() -> None:
    """A request that was accepted is answered, even if the process was told to stop."""
    gate = Gate()
    app = http.application([web.get("/slow", gate.wait)], Health(), probes="open")
    async with ClientSession() as session, asyncio.TaskGroup() as group:
        async with http.listening(app, "127.0.0.1", 0) as port:
            asked = group.create_task(session.get(f"http://127.0.0.1:{port}/slow"))
            await gate.entered.wait()
            asyncio.get_running_loop().call_later(0.2, gate.open.set)

        assert {"finished": True} == await (await asked).json()
        with pytest.raises(OSError, match="Connect call failed"):
            await asyncio.open_connection("127.0.0.1", port)


async def test_a_taken_port_is_one_clear_line() -> None:
    """Somebody else listens there: that is a setting to change, not a traceback."""
    app = http.application([], Health(), probes="open")
    async with http.listening(app, "127.0.0.1", 0) as port:
        second = http.application([], Health(), probes="open")
        with pytest.raises(SettingsError, match=rf"^INBOX_PORT: cannot listen on 127.0.0.1:{port}"):
            async with http.listening(second, "127.0.0.1", port):
                pass


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1"])
async def test_an_address_that_is_not_this_machines_names_the_host(host: str) -> None:
    """The setting to change is the host, not the port."""
    with pytest.raises(SettingsError, match=rf"^INBOX_HOST: cannot listen on {host}:0"):
        async with http.listening(http.application([], Health(), probes="open"), host, 0):
            pass


async def test_two_processes_may_share_a_port_when_asked_to() -> None:
    """`reuse_port` lets the kernel spread connections over several processes."""
    first, second = (http.application([], Health(), probes="open") for _ in range(2))
    async with (
        http.listening(first, "127.0.0.1", 0, reuse_port=True) as port,
        http.listening(second, "127.0.0.1", port, reuse_port=True) as same,
    ):
        assert port == same
