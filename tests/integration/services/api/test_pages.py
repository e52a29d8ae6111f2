"""The pages that people open."""

import re
from collections.abc import AsyncIterator

import pytest
from openapi_spec_validator import validate

from tests.real.inbox import Inbox, inbox


@pytest.fixture(scope="module")
async def api(redis_url: str) -> AsyncIterator[Inbox]:
    """One api for this file."""
    async with inbox(redis_url) as running:
        yield running


async def test_the_description_is_served_and_valid(api: Inbox) -> None:
    """GET /openapi.json is OpenAPI 3.1, for anybody."""
    answer = await api.stranger.ask("GET", "/openapi.json")

    assert "application/json" == answer.headers["Content-Type"].partition(";")[0]
    assert "3.1.1" == answer.json["openapi"]
    validate(answer.json)


@pytest.mark.parametrize("page", ["/", "/docs"])
async def test_a_page_asks_nobody_else_for_anything(api: Inbox, page: str) -> None:
    """Every address in it is ours and answers; nothing runs inline; the policy forbids the rest."""
    answer = await api.stranger.ask("GET", page)
    html = answer.body.decode()
    addresses = re.findall(r'(?:src|href)="([^"]+)"', html)

    assert 200 == answer.code
    assert "text/html" == answer.headers["Content-Type"].partition(";")[0]
    assert addresses
    for address in addresses:
        assert address.startswith("/")
        loaded = await api.stranger.ask("GET", address)
        assert 200 == loaded.code
        assert "nosniff" == loaded.headers["X-Content-Type-Options"]
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=", html)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


async def test_only_the_named_files_are_served(api: Inbox) -> None:
    """No path leads out of the folder."""
    for name in ("..%2Fapp.py", "index.html", "swagger-ui.js"):
        assert 404 == (await api.stranger.ask("GET", f"/static/{name}")).code
