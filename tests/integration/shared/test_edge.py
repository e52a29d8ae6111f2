"""The edge of a server, met by those who mean it harm: raw bytes on a socket, and what becomes of them."""

import asyncio
import contextlib
import json
import re
import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from shared import edge, headers, http
from shared.body import read_body
from shared.edge import Limits
from shared.health import Health
from tests.real.waiting import S_MAX, until

CANARY = "cis_canary-that-nobody-may-repeat"
BODY_BYTES_MAX = 1_000
QUICK = Limits(head_s_max=0.3, sweep_s=0.05)
BEHIND = b"GET /hidden HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


class Server:
    """A running one, which notes what it was asked for."""

    def __init__(self) -> None:
        self.port = 0
        self.asked: list[str] = []
        self.held = asyncio.Event()
        self.cut_off = asyncio.Event()

    async def echo(self, request: web.Request) -> web.Response:
        """How long the body was."""
        self.asked.append(request.path)
        body = await read_body(request, BODY_BYTES_MAX, s_max=0.5)
        return web.json_response({"length": len(body)})

    async def hold(self, request: web.Request) -> web.Response:
        """Answer when the test says so."""
        self.asked.append(request.path)
        await self.held.wait()
        return web.json_response({})

    async def wire(self, request: web.Request) -> web.Response:
        """What the system was told of the connection."""
        assert request.transport is not None
        held = request.transport.get_extra_info("socket")
        told = ((socket.SOL_SOCKET, socket.SO_KEEPALIVE), (socket.IPPROTO_TCP, socket.TCP_NODELAY))
        return web.json_response([bool(held.getsockopt(*option)) for option in told])

    async def pour(self, request: web.Request) -> web.StreamResponse:
        """Answer without end."""
        answer = web.StreamResponse()
        await answer.prepare(request)
        try:
            while True:
                await answer.write(b"a" * 65_536)
        except ConnectionError:
            self.cut_off.set()
            raise

    async def say(self, *pieces: bytes, every_s: float = 0.0) -> bytes:
        """All that is answered until the connection ends."""
        reader, writer = await self.open()
        answered = asyncio.create_task(self.rest(reader, writer))
        for piece in pieces:
            if answered.done():
                break
            with contextlib.suppress(ConnectionError):
                writer.write(piece)
                await writer.drain()
            if every_s:
                await asyncio.sleep(every_s)
        return await answered

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection on which nothing was said yet."""
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def rest(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        """What comes until the other side ends it."""
        told = b""
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(S_MAX):
                while piece := await reader.read(65_536):
                    told += piece
        writer.close()
        return told


@contextlib.asynccontextmanager
async def running(limits: Limits | None = None) -> AsyncIterator[Server]:
    """A server with these limits."""
    server = Server()
    routes = [web.route("*", "/echo", server.echo), web.get("/hidden", server.echo), web.get("/hold", server.hold)]
    routes += [web.get("/pour", server.pour), web.get("/wire", server.wire)]
    app = http.application(routes, Health(), probes="open")
    async with http.listening(app, "127.0.0.1", 0, limits=limits, drain_s_max=0.5) as port:
        server.port = port
        yield server
        server.held.set()


def head(*lines: str, method: str = "POST", version: str = "1.1") -> bytes:
    """The head of a request."""
    return "\r\n".join((f"{method} /echo HTTP/{version}", "Host: a", *lines, "", "")).encode("latin-1")


def codes(told: bytes) -> list[int]:
    """The status of each answer."""
    return [int(code) for code in re.findall(rb"HTTP/1\.[01] (\d{3}) ", told)]


CHUNKS = b"4\r\nabcd\r\n0\r\n\r\n"

AMBIGUOUS = {
    "length and coding": (400, head("Content-Length: 4", "Transfer-Encoding: chunked") + b"0\r\n\r\n"),
    "coding and length": (400, head("Transfer-Encoding: chunked", "Content-Length: 4") + b"0\r\n\r\n"),
    "two lengths": (400, head("Content-Length: 4", "Content-Length: 38") + b"abcd"),
    "a list of lengths": (400, head("Content-Length: 4, 38") + b"abcd"),
    "a length with a sign": (400, head("Content-Length: +4") + b"abcd"),
    "a length below nothing": (400, head("Content-Length: -4") + b"abcd"),
    "a length in hex": (400, head("Content-Length: 0x4") + b"abcd"),
    "a length with a blank before its colon": (400, head("Content-Length : 4") + b"abcd"),
    "a coding that only looks chunked": (400, head("Transfer-Encoding: xchunked") + CHUNKS),
    "a coding behind a control character": (400, head("Transfer-Encoding: \x0bchunked") + CHUNKS),
    "chunked, then something": (400, head("Transfer-Encoding: chunked, identity") + CHUNKS),
    "chunked twice": (400, head("Transfer-Encoding: chunked", "Transfer-Encoding: chunked") + CHUNKS),
    "another coding before chunked": (501, head("Transfer-Encoding: gzip, chunked") + CHUNKS),
    "chunks in a version that has none": (400, head("Transfer-Encoding: chunked", version="1.0") + CHUNKS),
    "a folded header": (400, head("X: a", " b", "Content-Length: 4") + b"abcd"),
    "bare line feeds": (400, b"POST /echo HTTP/1.1\nHost: a\nContent-Length: 4\n\nabcd"),
    "a chunk below nothing": (400, head("Transfer-Encoding: chunked") + b"-4\r\nabcd\r\n0\r\n\r\n"),
    "a chunk without its end": (400, head("Transfer-Encoding: chunked") + b"4\nabcd\n0\n\n"),
    "a chunk beyond all numbers": (400, head("Transfer-Encoding: chunked") + b"f" * 17 + b"\r\nabcd\r\n0\r\n\r\n"),
    "two hosts": (400, head("Host: b", method="GET")),
    "no host": (400, b"GET /echo HTTP/1.1\r\n\r\n"),
    "another protocol": (400, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
}


@pytest.mark.parametrize("name", AMBIGUOUS)
async def test_a_request_that_ends_at_two_places_hides_no_other(name: str) -> None:
    """What a gateway might read differently is refused, and the connection ends before what stands behind it."""
    code, raw = AMBIGUOUS[name]
    async with running() as server:
        told = await server.say(raw + BEHIND)

        assert [code] == codes(told)
        assert "/hidden" not in server.asked


async def test_what_follows_a_sound_request_is_the_next_one() -> None:
    """So the test above can fail: pipelining itself works."""
    async with running() as server:
        assert [200, 200] == codes(await server.say(head("Transfer-Encoding: chunked") + CHUNKS + BEHIND))
        assert ["/echo", "/hidden"] == server.asked


@pytest.mark.parametrize(
    ("code", "raw"),
    [
        (400, head(f"Authori zation: Bearer {CANARY}")),
        (400, head(f"X: {CANARY}\x01")),
        (400, f"GET /echo\x00{CANARY} HTTP/1.1\r\nHost: a\r\n\r\n".encode()),
        (400, f"{CANARY} /echo HTTP/1.1\r\nHost: a\r\n\r\n".encode()),
        (400, f"GET /echo HTTP/9.{CANARY}\r\n\r\n".encode()),
        (400, head(*[f"X: {CANARY}"] * 100)),
        (431, head(f"X: {CANARY * 300}")),
        (431, f"GET /{CANARY * 300} HTTP/1.1\r\nHost: a\r\n\r\n".encode()),
    ],
)
async def test_what_cannot_be_read_is_not_repeated(code: int, raw: bytes) -> None:
    """A mistyped header may be somebody's secret; the answer is a problem like any other, careful headers too."""
    async with running() as server:
        told = await server.say(raw)
        before, _, body = told.partition(b"\r\n\r\n")

        assert [code] == codes(told)
        assert CANARY.encode() not in told
        assert code == json.loads(body)["status"]
        lines = before.decode().split("\r\n")
        assert {f"{name}: {value}" for name, value in headers.CAREFUL.items()} <= set(lines)
        assert b"aiohttp" not in told.lower()


async def test_a_head_that_comes_by_drops_is_waited_for_so_long_and_no_longer() -> None:
    """However regularly the drops come."""
    async with running(QUICK) as server:
        slow = [b"GET /echo HTTP/1.1\r\n", *[b"X: a\r\n"] * 60]
        async with asyncio.timeout(S_MAX):
            assert [408] == codes(await server.say(*slow, every_s=0.02))


async def test_so_is_the_head_of_a_second_request() -> None:
    """The first one opened no door for ever; but to be idle between two is allowed."""
    async with running(QUICK) as server:
        reader, writer = await server.open()
        for _ in range(2):
            writer.write(head(method="GET"))
            assert b"200 OK" in await reader.readuntil(b"}")
            await asyncio.sleep(2 * QUICK.head_s_max)
        writer.write(b"GET /echo")
        assert [408] == codes(await server.rest(reader, writer))


async def test_who_says_nothing_at_all_is_parted_with_in_silence() -> None:
    """Browsers connect on a guess; they need no answer to nothing."""
    async with running(QUICK) as server:
        assert b"" == await server.rest(*await server.open())


async def test_a_body_that_comes_by_drops_is_waited_for_so_long_and_no_longer() -> None:
    """Its length was promised; it does not come."""
    async with running() as server:
        drops = [b"a"] * 60
        assert [408] == codes(await server.say(head("Content-Length: 900"), *drops, every_s=0.05))


async def test_a_head_without_end_is_refused_before_it_fills_the_memory() -> None:
    """In pieces, each of them sound."""
    async with running() as server:
        pieces = [f"X-{number}: {'a' * 4000}\r\n".encode() for number in range(20)]
        assert [431] == codes(await server.say(b"GET /echo HTTP/1.1\r\nHost: a\r\n", *pieces, every_s=0.01))


async def test_a_slow_head_does_not_keep_others_from_asking() -> None:
    """When all places are taken, who has not asked makes room for who does."""
    async with running(Limits(connections_max=5)) as server:
        dripping = [await server.open() for _ in range(5)]
        for _, writer in dripping:
            writer.write(b"GET /echo HT")
        async with asyncio.timeout(S_MAX):
            for _ in range(20):
                assert [200] == codes(await server.say(head("Connection: close", method="GET")))
        for _, writer in dripping:
            writer.close()


async def test_an_idle_connection_makes_room_too() -> None:
    """It has had its answer."""
    async with running(Limits(connections_max=3)) as server:
        idle = [await server.open() for _ in range(3)]
        for reader, writer in idle:
            writer.write(head(method="GET"))
            assert b"200 OK" in await reader.readuntil(b"}")

        assert [200] == codes(await server.say(head("Connection: close", method="GET")))
        for _, writer in idle:
            writer.close()


async def test_whose_request_is_in_hand_keeps_the_place_and_the_next_one_is_told_to_come_again() -> None:
    """Nobody's answer is thrown away for a newcomer."""
    async with running(Limits(connections_max=2)) as server:
        asked = [await server.open() for _ in range(2)]
        for _, writer in asked:
            writer.write(b"GET /hold HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        await until(lambda: 2 == len(server.asked))

        told = await server.say(b"")
        assert [503] == codes(told)
        assert b"Retry-After: 1" in told
        server.held.set()
        for reader, writer in asked:
            assert [200] == codes(await server.rest(reader, writer))


async def test_a_dead_peer_is_found_and_no_answer_waits_for_more() -> None:
    """Every connection is told so by the listener that it came to."""
    async with running() as server:
        told = await server.say(b"GET /wire HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert told.endswith(b"[true, true]")


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux alone gives up by itself")
async def test_an_answer_that_nobody_takes_is_given_up() -> None:
    """Whoever asks and then does not read would hold a request for ever."""
    async with running(Limits(untaken_ms_max=500)) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as deaf:
            deaf.sendall(b"GET /pour HTTP/1.1\r\nHost: a\r\n\r\n")
            async with asyncio.timeout(S_MAX):
                await server.cut_off.wait()


def test_the_bound_is_what_the_system_allows() -> None:
    """Where files are scarce, connections are refused politely before the system refuses them rudely."""
    assert 0 < edge.reachable() <= edge.CONNECTIONS_MAX
    assert 10 == edge.reachable(10)
