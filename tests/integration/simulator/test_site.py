"""The simulator's own page, as a browser gets it."""

import re

import pytest

from simulator import Simulator, site
from tests.integration.simulator.caller import Caller

SCRIPT_LINES_MAX = 200
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|innerHTML|@import|javascript:")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)


async def test_the_page_is_there_and_says_that_it_is_not_meta(sim: Simulator, caller: Caller) -> None:
    """At the root, in words that nobody can miss."""
    async with caller.http.get(f"{sim.url}/") as answer:
        assert (200, "text/html") == (answer.status, answer.content_type)
        page = await answer.text()
    assert "<title>Simulator" in page
    assert "not Meta" in page


@pytest.mark.parametrize("path", ["/", *(f"/page/{name}" for name in site.files())])
async def test_every_file_comes_with_its_type_and_runs_nothing_foreign(
    sim: Simulator, caller: Caller, path: str
) -> None:
    """The strictest policy there is; asked for again, it is not sent again."""
    async with caller.http.get(sim.url + path) as answer:
        assert 200 == answer.status
        assert POLICY == answer.headers["Content-Security-Policy"]
        assert ("nosniff", "no-referrer") == (
            answer.headers["X-Content-Type-Options"],
            answer.headers["Referrer-Policy"],
        )
        ending = "." + path.rpartition(".")[2] if "." in path else ".html"
        assert site.CONTENT_TYPES[ending] == answer.headers["Content-Type"]
        etag = answer.headers["ETag"]
    async with caller.http.get(sim.url + path, headers={"If-None-Match": etag}) as answer:
        assert 304 == answer.status


@pytest.mark.parametrize("path", ["/page/", "/page/nothing.js", "/page/..%2fsettings.py", "/page/%2e%2e/site.py"])
async def test_nothing_else_can_be_asked_for(sim: Simulator, caller: Caller, path: str) -> None:
    """Neither outside of the folder nor in it."""
    async with caller.http.get(f"{sim.url}{path}") as answer:
        assert answer.status in (403, 404)


def test_the_files_need_nothing_from_elsewhere() -> None:
    """No address of another host, nothing inline that the policy would refuse, and every file they name exists."""
    known = site.files()
    for name, path in known.items():
        text = path.read_text()
        foreign = re.findall(r"https?://[^\s\"'`<>]+", text.replace("http://www.w3.org/2000/svg", ""))
        assert [] == [address for address in foreign if not address.startswith("https://example.com/")], name
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|innerHTML|@import|javascript:", text), (
            name
        )
        named = re.findall(r"/page/([\w.-]+)", text) + re.findall(r"from \"\./([\w.-]+)\"", text)
        assert set() == set(named) - known.keys(), name


def test_every_module_is_small_and_says_what_it_is_for() -> None:
    """At most so many lines, and a sentence at the top."""
    for name, path in site.files().items():
        if path.suffix == ".js":
            assert path.read_text().startswith("/** "), name
            assert len(path.read_text().splitlines()) <= SCRIPT_LINES_MAX, name
