"""The transport against servers that do each bad thing, on real sockets."""

import asyncio
import os
import socket
import sys
from pathlib import Path

import httpx
import pytest

from shared.graph_transport import ANSWER_BYTES_MAX, Transport
from tests.integration.shared.certificate import PEM, self_signed
from tests.integration.shared.raw_server import OK, Behaviour, Visits, answer, keep_alive, request_of, saying, serving
from tests.real.waiting import S_MAX


async def close_before_reading(visits: Visits, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hang up at once: the request may or may not have been read."""


async def reset_before_reading(visits: Visits, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Reset the connection as soon as something arrives."""
    await reader.read(1)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


async def close_after_reading(visits: Visits, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the request and say nothing."""
    await request_of(visits, reader)


async def hang(visits: Visits, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the request and never answer."""
    await request_of(visits, reader)
    await reader.read()


async def hang_in_the_answer(visits: Visits, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Begin an answer and never end it."""
    await answer(visits, reader, writer, b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"mess')
    await reader.read()


async def trickle(visits: Visits, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer a byte at a time, always in time for a read timeout and never in time for a person."""
    await answer(visits, reader, writer, b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


async def posted(url: str, **settings: float) -> httpx.Response:
    """One POST through a transport of its own."""
    async with httpx.AsyncClient(transport=Transport(**settings)) as client:  # type: ignore[arg-type]
        return await client.post(url, content=b'{"a":1}')


HANGING = ("never answered", "stuck in the body", "a trickle")
UNKNOWN: dict[str, Behaviour] = {
    "closed before reading": close_before_reading,
    "reset before reading": reset_before_reading,
    "closed after reading": close_after_reading,
    "never answered": hang,
    "half a body": saying(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"mess'),
    "half a header": saying(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "half a refusal": saying(b'HTTP/1.1 400 Bad Request\r\nContent-Length: 100\r\n\r\n{"error"'),
    "stuck in the body": hang_in_the_answer,
    "a trickle": trickle,
    "chunks of garbage": saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\nnonsense\r\n"),
    "chunks that stop": saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"),
    "not http at all": saying(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
    "false compression": saying(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"),
    "an endless answer": saying(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (ANSWER_BYTES_MAX + 1)),
}


@pytest.mark.parametrize("name", UNKNOWN)
async def test_once_the_request_has_left_its_fate_is_unknown(name: str) -> None:
    """However a server fails after the connection stands, it is never taken for "not sent"; and never asked twice."""
    async with serving(UNKNOWN[name]) as (url, visits):
        with pytest.raises(httpx.ReadError):
            await posted(url, deadline_s=2.0 if name in HANGING else S_MAX)
    assert visits.connections == 1
    assert len(visits.requests) <= 1


async def test_a_refused_connection_is_surely_not_sent() -> None:
    """Nobody listens: nothing left."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(httpx.ConnectError):
            await posted(f"http://127.0.0.1:{free.getsockname()[1]}/")


async def test_a_name_that_does_not_resolve_is_surely_not_sent() -> None:
    """No address: nothing left."""
    with pytest.raises(httpx.ConnectError):
        await posted("http://graph.invalid/", deadline_s=S_MAX)


async def test_a_connection_that_never_stands_is_surely_not_sent() -> None:
    """A host that drops our packets: the connect timeout says so, whoever strikes first, it or the deadline."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}/"
        try:
            for connect_s, deadline_s in ((0.3, 5.0), (5.0, 0.3)):
                with pytest.raises(httpx.ConnectError):
                    await posted(url, connect_s=connect_s, deadline_s=deadline_s)
        finally:
            for filler in fillers:
                filler.close()


async def test_waiting_in_vain_for_a_free_connection_is_surely_not_sent() -> None:
    """Who never got a connection out of the pool has sent nothing; who holds it is unknown."""
    async with serving(hang) as (url, visits):
        transport = Transport(deadline_s=3.0, connect_s=1.0, connections_max=1)
        async with httpx.AsyncClient(transport=transport) as client:
            first, second = await asyncio.gather(
                client.post(url, content=b"1"), client.post(url, content=b"2"), return_exceptions=True
            )
    assert (httpx.ReadError, httpx.ConnectError, 1) == (type(first), type(second), len(visits.requests))


async def test_a_certificate_that_is_not_trusted_is_surely_not_sent(tmp_path: Path) -> None:
    """TLS fails before a byte of the request, the token among them, has left."""
    async with serving(close_after_reading, self_signed(tmp_path)) as (url, visits):
        with pytest.raises(httpx.ConnectError):
            await posted(url)
    assert [] == visits.requests


# A process of its own: whom aiohttp trusts is settled when it is imported.
CALL_TWICE = """
import asyncio, sys
from shared.graph_transport import Transport

async def call():
    async with Transport() as transport:
        for text in (b"1", b"2"):
            reply = await transport.exchange("POST", sys.argv[1], (), text)
            print(reply.code, reply.body.decode())

asyncio.run(call())
"""


@pytest.mark.parametrize(("host", "said"), [("127.0.0.1", [b"200 {}", b"200 {}"]), ("localhost", [])])
async def test_who_is_trusted_is_called_over_tls_by_its_own_name_alone(
    tmp_path: Path, host: str, said: list[bytes]
) -> None:
    """A certificate of somebody trusted for another name is as bad as none; the connection is kept as any other."""
    async with serving(keep_alive, self_signed(tmp_path)) as (url, visits):
        calling = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", CALL_TWICE, url.replace("127.0.0.1", host)),
            env={**os.environ, "SSL_CERT_FILE": str(tmp_path / PEM)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, error = await calling.communicate()
    assert (said, len(said)) == (out.splitlines(), len(visits.requests)), error
    assert bool(said) == (b"CERTIFICATE_VERIFY_FAILED" not in error) == (visits.connections == 1)


async def test_a_server_without_tls_is_surely_not_sent() -> None:
    """A plain server under https: the handshake fails and nothing left."""
    async with serving(saying(OK)) as (url, _):
        with pytest.raises(httpx.ConnectError):
            await posted(url.replace("http:", "https:"), deadline_s=S_MAX)


@pytest.mark.parametrize("status", [200, 400, 401, 429, 500, 502, 503])
async def test_an_answer_is_handed_over_as_it_is(status: int) -> None:
    """Whole answers, HTML among them, arrive with status and body."""
    html = b"<html>Bad Gateway</html>"
    raw = b"HTTP/1.1 %d X\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (status, len(html), html)
    async with serving(saying(raw)) as (url, _):
        response = await posted(url)
    assert (status, html, "text/html") == (response.status_code, response.content, response.headers["content-type"])


async def test_a_redirect_is_not_followed() -> None:
    """The token goes to the address it was meant for, or nowhere."""
    async with serving(saying(OK)) as (elsewhere, visits):
        raw = f"HTTP/1.1 307 Moved\r\nLocation: {elsewhere}\r\nContent-Length: 0\r\n\r\n".encode()
        async with serving(saying(raw)) as (url, _):
            response = await posted(url)
    assert (307, 0) == (response.status_code, visits.connections)


async def keep_alive_once(visits: Visits, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the first request of each connection and drop the second."""
    await answer(visits, reader, writer, OK)
    await request_of(visits, reader)


@pytest.mark.parametrize("method", ["POST", "GET", "PUT"])
async def test_a_dropped_reused_connection_never_repeats_a_request(method: str) -> None:
    """The second request meets a connection that is being closed: it is unknown, and left exactly once."""
    async with serving(keep_alive_once) as (url, visits), httpx.AsyncClient(transport=Transport()) as client:
        await client.request(method, url)
        with pytest.raises(httpx.ReadError):
            await client.request(method, url)
    assert len(visits.requests) == 2


async def test_connections_are_kept_for_a_while_and_no_longer() -> None:
    """Within the idle time a connection is used again; after it, a new one is opened."""
    for idle_s, connections in ((S_MAX, 1), (0.1, 3)):
        async with (
            serving(keep_alive) as (url, visits),
            httpx.AsyncClient(transport=Transport(idle_s=idle_s)) as client,
        ):
            for _ in range(3):
                await client.post(url, content=b"1")
                await asyncio.sleep(0.3)
        assert (3, connections) == (len(visits.requests), visits.connections)
