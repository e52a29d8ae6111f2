"""What the transport writes and what it takes for an answer, byte by byte, on real sockets."""

import asyncio

import pytest

from shared.graph_transport import Cut, Transport
from tests.integration.shared.raw_server import OK, Visits, answer, keep_alive, saying, serving


async def close_at_once(visits: Visits, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hang up before anything is asked."""


async def speak_out_of_turn(visits: Visits, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer each request twice, the second time a little later."""
    while True:
        await answer(visits, reader, writer, OK)
        await asyncio.sleep(0.05)
        writer.write(OK.replace(b"{}", b"[]"))
        await writer.drain()


async def test_an_answer_that_nobody_asked_for_is_never_taken_for_one() -> None:
    """What came while a connection lay idle belongs to no request: the next one does not leave over it."""
    async with serving(speak_out_of_turn) as (url, visits), Transport() as transport:
        reply = await transport.exchange("POST", url, (), b"1")
        await asyncio.sleep(0.5)
        with pytest.raises(Cut) as cut:
            await transport.exchange("POST", url, (), b"2")
        again = await transport.exchange("POST", url, (), b"3")
    assert (b"{}", False, b"{}", 2) == (reply.body, cut.value.left, again.body, visits.connections)


async def test_an_announcement_is_not_the_answer() -> None:
    """A server may say that an answer is coming before it comes."""
    async with serving(saying(b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK)) as (url, _), Transport() as transport:
        reply = await transport.exchange("POST", url, (), b"{}")
    assert (200, b"{}") == (reply.code, reply.body)


@pytest.mark.parametrize("told", ["a\r\nX-Other: b", "a\nb", "a\rb", "schlüssel"])
async def test_a_header_cannot_bring_another(told: str) -> None:
    """What holds an end of line, or letters that no header has, is not sent at all."""
    async with serving(saying(OK)) as (url, visits), Transport() as transport:
        with pytest.raises(Cut) as cut:
            await transport.exchange("POST", url, (("X-Told", told),), b"{}")
    assert (False, []) == (cut.value.left, visits.requests)


async def test_a_request_says_no_more_than_it_must() -> None:
    """Line by line; its length is told even if it is empty, where a server may wait for a body."""
    async with serving(keep_alive) as (url, visits), Transport() as transport:
        await transport.exchange("POST", f"{url}v1/a%2Fb?c=d", (("Authorization", "Bearer x"),), b"{}")
        await transport.exchange("POST", url, ())
        await transport.exchange("GET", url, ())
    host = url.removeprefix("http://").rstrip("/")
    assert [
        f"POST /v1/a%2Fb?c=d HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer x\r\nContent-Length: 2\r\n\r\n{{}}",
        f"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n",
    ] == [each.decode() for each in visits.requests]


async def test_what_closes_while_it_waits_to_leave_is_surely_not_sent() -> None:
    """The connection in hand ends before its time has come: nothing is written into it."""
    async with serving(close_at_once) as (url, visits), Transport() as transport:

        async def ready() -> None:
            await asyncio.sleep(0.5)

        with pytest.raises(Cut) as cut:
            await transport.exchange("POST", url, (), b"{}", ready)
    assert (False, []) == (cut.value.left, visits.requests)
