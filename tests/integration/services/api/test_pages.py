"""The pages that people open."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from openapi_spec_validator import validate

from services.api import pages
from shared.health import Health
from shared.http import application, listening
from tests.real.inbox import Inbox, inbox


@pytest.fixture(scope="module")
async def api(redis_url: str) -> AsyncIterator[Inbox]:
    """One api for this file."""
    async with inbox(redis_url) as running:
        yield running


UNSERVED = ("/.page", "/secret.txt", "/..%2Fsecret.txt", "/assets/..%2F..%2Fsecret.txt", "/assets/page-5f1c.js.br")


@asynccontextmanager
async def serving(built: Path) -> AsyncIterator[aiohttp.ClientSession]:
    """The pages alone, as they were built into this folder."""
    async with (
        listening(application(pages.routes({}, built), Health(), probes="open"), "127.0.0.1", 0) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}", auto_decompress=False) as browser,
    ):
        yield browser


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """What a build leaves behind, in small."""
    for name, text in {
        "page/index.html": "<!doctype html>the inbox",
        "page/offline.js": "worker",
        "page/assets/page-5f1c.js": "script",
        "page/assets/page-5f1c.js.br": "smaller",
        "page/.page": "a note of the build",
        "secret.txt": "beside the page",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


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


async def test_only_the_built_files_are_served(built: Path) -> None:
    """No path leads out of the folder, and the notes of the build stay at home."""
    async with serving(built) as browser:
        for name in UNSERVED:
            async with browser.get(name) as answer:
                assert 404 == answer.status
        for name in ("/", "/index.html", "/offline.js", "/assets/page-5f1c.js"):
            async with browser.get(name) as answer:
                assert 200 == answer.status


async def test_what_never_changes_is_kept_and_the_rest_is_asked_for(built: Path) -> None:
    """A new version is there at the next visit, and nothing is loaded twice."""
    async with serving(built) as browser:
        kept = {
            name: (await browser.get(name)).headers["Cache-Control"]
            for name in ("/", "/offline.js", "/assets/page-5f1c.js")
        }

    assert {
        "/": "no-cache",
        "/offline.js": "no-cache",
        "/assets/page-5f1c.js": "public, max-age=31536000, immutable",
    } == kept


async def test_a_browser_gets_the_compressed_form_where_there_is_one(built: Path) -> None:
    """Compressed once, when it was built."""
    async with serving(built) as browser:
        async with browser.get("/assets/page-5f1c.js", headers={"Accept-Encoding": "br"}) as answer:
            assert ("br", b"smaller") == (answer.headers.get("Content-Encoding"), await answer.read())
            assert "text/javascript" == answer.headers["Content-Type"].partition(";")[0]
        async with browser.get("/assets/page-5f1c.js", headers={"Accept-Encoding": "identity"}) as answer:
            assert (None, b"script") == (answer.headers.get("Content-Encoding"), await answer.read())


async def test_without_a_build_the_page_says_how_to_get_one(tmp_path: Path) -> None:
    """The server runs without its page."""
    async with serving(tmp_path) as browser, browser.get("/") as answer:
        assert 200 == answer.status
        assert "make web" in await answer.text()
