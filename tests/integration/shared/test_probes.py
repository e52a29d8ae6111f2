"""Probes, through a real port: for whoever runs the process, and for nobody outside."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientSession

from shared import http
from shared.health import Health
from shared.probes import Audience


@asynccontextmanager
async def served(audience: Audience) -> AsyncIterator[ClientSession]:
    """A process with nothing but its probes, and somebody on the same machine who calls it."""
    app = http.application([], Health(), probes=audience)
    async with (
        http.listening(app, "127.0.0.1", 0) as port,
        ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        yield session


async def test_the_probes_answer() -> None:
    """Whoever runs the process sees that it is up, ready and counted."""
    async with served("open") as session:
        await session.get("/nowhere/15557654321")
        for page in ("/livez", "/readyz"):
            assert 200 == (await session.get(page)).status
        metrics = await (await session.get("/metrics")).text()

    assert 'inbox_http_requests_total{method="GET",route="/livez",status="200"}' in metrics
    assert "inbox_http_request_seconds_bucket" in metrics
    assert "15557654321" not in metrics


async def test_on_one_port_with_everything_else_probes_are_for_this_machine_only() -> None:
    """Whoever comes through a proxy or a tunnel is told that there is no such page."""
    async with served("loopback") as session:
        for page in ("/livez", "/readyz", "/metrics"):
            assert 200 == (await session.get(page)).status
            for header in ("X-Forwarded-For", "forwarded", "X-Real-Ip", "Via", "CF-Connecting-IP"):
                assert 404 == (await session.get(page, headers={header: "203.0.113.9"})).status
