"""The hatch, met with raw bytes on a socket: what is plain is taken, and nobody can tell which way an answer came."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import pytest
import uvloop
from aiohttp import web
from prometheus_client import REGISTRY

from shared import http
from shared.body import read_body
from shared.hatch import Answer, HatchedRoute
from shared.health import Health
from shared.problem import ProblemError
from tests.real.logged import logged
from tests.real.waiting import S_MAX, until

BODY = b'{"asked": true}'


class Desk:
    """Takes what it is told to, and answers by hand; the long way answers at once."""

    def __init__(self) -> None:
        self.port = 0
        self.answers: Mapping[int, web.Response] = {200: web.Response(text="ok"), 503: ProblemError(503).response()}
        self.taken: list[tuple[str, bytes]] = []
        self.waiting: list[Answer] = []
        self.long: list[bytes] = []
        self.willing = True
        self.broken = False
        self.at_answer: Callable[[], object] = list

    def take(self, rest: str, named: Mapping[str, str], body: bytes, answer: Answer) -> bool:
        """As the test wants it."""
        if self.broken:
            raise RuntimeError
        if self.willing:
            self.taken.append((rest, body))
            self.waiting.append(answer)
        return self.willing

    async def go_the_long_way(self, request: web.Request) -> web.Response:
        """The handler."""
        self.long.append(await read_body(request, 1_000))
        self.at_answer()
        return web.Response(text="ok")

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection on which nothing was said yet."""
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def handed(self, count: int) -> None:
        """Return when so many were taken."""
        await until(lambda: len(self.taken) == count)


@asynccontextmanager
async def running(health: Health | None = None) -> AsyncIterator[Desk]:
    """A server with a hatch whose dependencies have answered."""
    desk = Desk()
    known = health or Health()
    if health is None:
        assert not await known.problems()
    app = http.application([HatchedRoute("/in/{key}", desk.go_the_long_way, desk)], known, probes="open")
    async with http.listening(app, "127.0.0.1", 0) as port:
        desk.port = port
        yield desk


def asking(*more: str, body: bytes = BODY, line: str = "POST /in/abc HTTP/1.1") -> bytes:
    """One whole request."""
    length = (f"Content-Length: {len(body)}",) if body else ()
    return "\r\n".join((line, "Host: a", *length, *more, "", "")).encode() + body


async def answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    """One whole answer."""
    async with asyncio.timeout(S_MAX):
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        fields = dict(line.split(": ", 1) for line in head[1:] if line)
        return int(head[0].split()[1]), fields, await reader.readexactly(int(fields["Content-Length"]))


async def test_what_is_plain_is_taken_and_answered_as_the_long_way_does() -> None:
    """The same status, headers and body, and both are counted and told."""
    async with running() as desk:
        reader, writer = await desk.open()
        writer.write(asking())
        await desk.handed(1)
        assert [("abc", BODY)] == desk.taken
        counted = ("inbox_http_requests_total", {"method": "POST", "route": "/in/{key}", "status": "200"})
        before = REGISTRY.get_sample_value(*counted) or 0
        desk.waiting[0](200)
        short = await answer(reader)
        await until(lambda: before + 1 == REGISTRY.get_sample_value(*counted))

        desk.willing = False
        writer.write(asking())
        long = await answer(reader)
        assert [BODY] == desk.long
        writer.close()

    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", short[1].pop("Date"))
    long[1].pop("Date")
    assert long == short


NOT_PLAIN = {
    "an end of the connection": asking("Connection: close"),
    "an old version": asking("Connection: keep-alive", line="POST /in/abc HTTP/1.0"),
    "a page of some origin": asking("Origin: https://a.example"),
    "a wish to be told to go on": asking("Expect: 100-continue"),
    "a coding": asking("Content-Encoding: gzip"),
    "pieces": asking("Transfer-Encoding: chunked", body=b"") + b"f\r\n" + BODY + b"\r\n0\r\n\r\n",
    "no body": asking("Content-Length: 0", body=b""),
    "two at once": asking() + asking(),
}


@pytest.mark.parametrize("told", NOT_PLAIN.values(), ids=NOT_PLAIN)
async def test_what_is_not_plain_goes_the_long_way(told: bytes) -> None:
    """Whatever asks for more than an answer is for whoever knows all of HTTP."""
    async with running() as desk:
        reader, writer = await desk.open()
        writer.write(told)
        if b"Expect" in told:
            await reader.readuntil(b"100 Continue\r\n\r\n")
        assert 200 == (await answer(reader))[0]
        writer.close()
        assert [] == desk.taken


async def test_other_paths_and_methods_are_not_its_own() -> None:
    """They meet what they always have met."""
    async with running() as desk:
        reader, writer = await desk.open()
        for line, code in (("POST /out/abc HTTP/1.1", 404), ("PUT /in/abc HTTP/1.1", 405)):
            writer.write(asking(line=line))
            assert code == (await answer(reader))[0]
        writer.close()
        assert [] == desk.taken


async def test_a_body_that_comes_later_goes_the_long_way() -> None:
    """Only what is whole at once is taken."""
    async with running() as desk:
        reader, writer = await desk.open()
        whole = asking()
        writer.write(whole[:-5])
        await asyncio.sleep(0.05)
        writer.write(whole[-5:])
        assert 200 == (await answer(reader))[0]
        writer.close()
        assert ([], [BODY]) == (desk.taken, desk.long)


async def test_answers_leave_in_the_order_of_their_requests() -> None:
    """Who asks again before the answer waits for it, by whichever way the next one goes."""
    async with running() as desk:
        reader, writer = await desk.open()
        writer.write(asking(body=b"1"))
        await desk.handed(1)
        writer.write(asking(body=b"2") + asking("Connection: close", body=b"3"))
        await asyncio.sleep(0.05)
        assert ([("abc", b"1")], []) == (desk.taken, desk.long)

        desk.waiting[0](503)
        assert [503, 200, 200] == [(await answer(reader))[0] for _ in range(3)]
        assert [b"2", b"3"] == desk.long
        writer.close()


def test_who_went_the_long_way_comes_to_the_hatch_again() -> None:
    """Also when the next request is there in the very moment of the answer, as on a busy connection."""
    uvloop.run(asking_in_the_moment_of_the_answer())  # which reads what has come before it goes on


async def asking_in_the_moment_of_the_answer() -> None:
    """The first request goes the long way, and the second is sent before that has answered."""
    async with running() as desk:
        desk.willing = False
        with socket.create_connection(("127.0.0.1", desk.port)) as wire:

            def ask_again() -> None:
                desk.willing = True
                wire.send(asking())

            desk.at_answer = ask_again
            wire.send(asking())
            await until(lambda: len(desk.taken) + len(desk.long) == 2)
            assert ([("abc", BODY)], [BODY]) == (desk.taken, desk.long)
            desk.waiting[0](200)


async def test_a_mistake_behind_the_hatch_is_the_long_ways_to_tell() -> None:
    """Nobody is left without an answer."""
    async with running() as desk:
        desk.broken = True
        reader, writer = await desk.open()
        writer.write(asking())
        assert 200 == (await answer(reader))[0]
        writer.close()


async def test_until_the_dependencies_have_answered_nothing_is_taken() -> None:
    """As for everybody."""

    async def away() -> None:
        raise ConnectionError

    health = Health()
    health.depends_on("store", away)
    async with running(health) as desk:
        reader, writer = await desk.open()
        writer.write(asking())
        assert 503 == (await answer(reader))[0]
        writer.close()
        assert [] == desk.taken


async def test_leaving_waits_for_what_is_in_hand() -> None:
    """And reads nothing more meanwhile."""
    async with running() as desk:
        reader, writer = await desk.open()
        writer.write(asking())
        await desk.handed(1)
        writer.write(asking())
        await asyncio.sleep(0.05)
        asyncio.get_running_loop().call_later(0.2, desk.waiting[0], 200)
    assert 200 == (await answer(reader))[0]
    assert b"" == await reader.read()
    assert 1 == len(desk.taken)
    writer.close()


async def test_who_is_gone_is_counted_and_harms_nobody() -> None:
    """The answer comes to nobody."""
    async with running() as desk:
        _, writer = await desk.open()
        writer.write(asking())
        await desk.handed(1)
        writer.transport.abort()
        gone = ("inbox_http_requests_total", {"method": "POST", "route": "/in/{key}", "status": "499"})
        before = REGISTRY.get_sample_value(*gone) or 0
        await asyncio.sleep(0.05)
        desk.waiting[0](200)
        await until(lambda: before + 1 == REGISTRY.get_sample_value(*gone))


async def test_many_answers_are_told_in_one_line() -> None:
    """How many, and the slowest; nothing of what was asked."""
    with logged() as lines:
        async with running() as desk:
            opened = [await desk.open() for _ in range(5)]
            for _, writer in opened:
                writer.write(asking())
            await desk.handed(5)
            for each in desk.waiting:
                each(200)
            for reader, writer in opened:
                assert 200 == (await answer(reader))[0]
                writer.close()
    told = [line for line in lines if line["event"] == "http.answered"]
    assert [("POST", "/in/{key}", 200, 5)] == [
        (line["method"], line["route"], line["status"], line["count"]) for line in told
    ]
    assert told[0]["took_ms_max"] >= 0
