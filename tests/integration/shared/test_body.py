"""Bodies, through a real port: validated, bounded in size, time and depth, and never quoted back."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Literal

import pytest
from aiohttp import ClientSession, web
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from shared import http
from shared.health import Health
from tests.real.waiting import S_MAX


class Words(BaseModel):
    """One kind of note."""

    model_config = ConfigDict(extra="forbid")
    type: Literal["words"]
    words: str = Field(max_length=10)


class Count(BaseModel):
    """Another."""

    type: Literal["count"]
    count: int
    more: JsonValue = None


class Note(BaseModel):
    """What the test's route reads."""

    note: Annotated[Words | Count, Field(discriminator="type")]


async def _read(request: web.Request) -> web.Response:
    note = await http.read_json(request, Note, bytes_max=2_000_000)
    return web.json_response({"type": note.note.type})


async def _small(request: web.Request) -> web.Response:
    body = await http.read_body(request, 1000, s_max=0.3)
    return web.json_response({"length": len(body)})


@pytest.fixture
async def session() -> AsyncIterator[ClientSession]:
    """Somebody who calls."""
    routes = [web.post("/notes", _read), web.post("/small", _small)]
    async with (
        http.listening(http.application(routes, Health(), probes="open"), "127.0.0.1", 0) as port,
        ClientSession(f"http://127.0.0.1:{port}") as caller,
    ):
        yield caller


async def code(session: ClientSession, body: bytes, **headers: str) -> tuple[int, str]:
    """What a body is answered with."""
    async with session.post("/notes", data=body, headers=headers) as response:
        return response.status, (await response.json()).get("code", "")


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "text/plain", ""])
async def test_json_is_read_whatever_it_is_called(session: ClientSession, kind: str) -> None:
    """What parses is JSON; curl calls everything a form."""
    body = b'{"note":{"type":"words","words":"hello"}}'

    assert (200, "") == await code(session, body, **({"Content-Type": kind} if kind else {}))


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b'{"note": "\\ud800"}', b'{"a":1}x', b"[" * 100_000, b'{"note":' * 50_000],
    ids=["empty", "cut", "no utf-8", "half a pair", "too much", "deep list", "deep object"],
)
async def test_what_is_no_json_is_400(session: ClientSession, body: bytes) -> None:
    """Deep nesting too: it would exhaust the stack of whoever looks at it."""
    assert (400, "bad_json") == await code(session, body)


async def test_a_deep_value_in_an_open_field_is_refused(session: ClientSession) -> None:
    """An open field is no way around the bound."""
    deep = b"[" * 5_000 + b"]" * 5_000

    assert (400, "bad_json") == await code(session, b'{"note":{"type":"count","count":1,"more":' + deep + b"}}")


@pytest.mark.parametrize(
    ("body", "field", "kind"),
    [
        (b"{}", "note", "missing"),
        (b"[]", "", "model_type"),
        (b'{"note":{"type":"hunter2"}}', "note", "union_tag_invalid"),
        (b'{"note":{"type":"words","words":"hunter2hunter2"}}', "note.words.words", "string_too_long"),
        (b'{"note":{"type":"words","words":"x","extra":"hunter2"}}', "note.words.extra", "extra_forbidden"),
        (b'{"note":{"type":"count","count":"hunter2"}}', "note.count.count", "int_parsing"),
    ],
)
async def test_a_refused_field_is_named_and_its_value_is_not_repeated(
    session: ClientSession, body: bytes, field: str, kind: str
) -> None:
    """422 says where and why; what was sent may be a secret on its way into a log."""
    async with session.post("/notes", data=body) as response:
        text = await response.text()
        told = await response.json()

    assert (422, "invalid") == (response.status, told["code"])
    assert (field, kind) == (told["errors"][0]["field"], told["errors"][0]["code"])
    assert told["errors"][0]["message"]
    assert "hunter2" not in text


async def test_the_errors_of_one_answer_are_bounded(session: ClientSession) -> None:
    """A body of mistakes is not answered with a book."""
    many = ",".join(f'"{number}":1' for number in range(1000)) + ',"' + "k" * 5000 + '":1'
    async with session.post("/notes", data=b'{"note":{"type":"words","words":1,%s}}' % many.encode()) as response:
        assert 20 == len((await response.json())["errors"])
        assert 10_000 > len(await response.read())


@pytest.mark.parametrize("told", [True, False], ids=["with its length", "in chunks"])
async def test_a_body_over_the_bound_is_413(session: ClientSession, told: bool) -> None:
    """Whether its length is told beforehand or not."""

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 65_536

    async with session.post("/notes", data=b" " * 2_000_001 if told else parts()) as response:
        assert 413 == response.status
        assert "too_large" == (await response.json())["code"]


async def test_a_compressed_body_is_not_unpacked(session: ClientSession) -> None:
    """A kilobyte that becomes a gigabyte is refused by its name."""
    assert (415, "unsupported_media_type") == await code(session, b"x", **{"Content-Encoding": "gzip"})
    assert (415, "unsupported_media_type") == await code(session, b"x", **{"Content-Type": "multipart/form-data"})


async def test_a_slow_body_is_408_and_its_connection_ends(session: ClientSession) -> None:
    """Nobody holds a connection by sending a byte now and then."""
    port = session._base_url.port if session._base_url else 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nfew")
    async with asyncio.timeout(S_MAX):
        answer = await reader.read()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"too_slow"' in answer


async def test_a_body_that_is_badly_framed_is_refused_in_time(session: ClientSession) -> None:
    """A broken chunk is the caller's mistake, not ours: 400, or 408 when the server waits for the rest of it."""
    port = session._base_url.port if session._base_url else 0
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /small HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.write(b"zz\r\nhello\r\n")
    async with asyncio.timeout(S_MAX):
        answer = await reader.read()
    writer.close()

    assert answer.split(b" ")[1] in (b"400", b"408")
