"""The proxy of the tests does to a connection what it says, and mends it again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

from tests.real.proxy import Proxy, Way, proxied
from tests.real.waiting import until

SOON_S = 0.2


@dataclass
class Echo:
    """A server that says everything again, and notes what it heard and how many have left."""

    heard: bytearray = field(default_factory=bytearray)
    left: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Until the other end has said all."""
        try:
            while chunk := await reader.read(1000):
                self.heard += chunk
                writer.write(chunk)
        except OSError:
            pass
        self.left += 1
        writer.close()


@asynccontextmanager
async def echo() -> AsyncIterator[tuple[Echo, str]]:
    """Running."""
    found = Echo()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    yield found, f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


@pytest.fixture
async def way() -> AsyncIterator[tuple[Echo, Proxy, asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection through a proxy, over which something has been said."""
    async with echo() as (server, url), proxied(url) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"1")
        assert b"1" == await reader.readexactly(1)
        yield server, proxy, reader, writer
        writer.close()


Connected = tuple[Echo, Proxy, asyncio.StreamReader, asyncio.StreamWriter]


async def hears_nothing(reader: asyncio.StreamReader) -> bool:
    """For a moment."""
    try:
        async with asyncio.timeout(SOON_S):
            return not await reader.read(10)
    except TimeoutError:
        return True


async def test_a_cut_ends_both_halves_and_new_connections_work(way: Connected) -> None:
    """Both ends notice."""
    server, proxy, reader, _ = way
    proxy.cut()
    assert b"" == await reader.read(10)
    await until(lambda: 1 == server.left)
    again, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"2")
    assert b"2" == await again.readexactly(1)


async def test_a_refusal_lasts_until_it_is_healed(way: Connected) -> None:
    """Whoever connects is cut off."""
    _, proxy, _, _ = way
    proxy.refuse()
    reader, _ = await asyncio.open_connection("127.0.0.1", proxy.port)
    with suppress(ConnectionResetError):
        assert b"" == await reader.read(10)
    proxy.heal()
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"3")
    assert b"3" == await reader.readexactly(1)


async def test_silence_one_way_holds_back_what_comes_that_way_and_nothing_else(way: Connected) -> None:
    """What was held back comes when it is over."""
    server, proxy, reader, writer = way
    proxy.silence(["back"])
    writer.write(b"4")
    await until(lambda: b"14" == server.heard)
    assert await hears_nothing(reader)
    proxy.heal()
    assert b"4" == await reader.readexactly(1)


async def test_a_delay_is_a_delay(way: Connected) -> None:
    """There and back."""
    _, proxy, reader, writer = way
    proxy.delay(SOON_S)
    began_s = asyncio.get_running_loop().time()
    writer.write(b"5")
    assert b"5" == await reader.readexactly(1)
    assert asyncio.get_running_loop().time() - began_s >= 2 * SOON_S


@pytest.mark.parametrize("half", ["there", "back"])
async def test_half_closed_is_told_to_one_end_alone(half: Way) -> None:
    """The other may go on speaking, and is not heard."""
    async with silent() as (ends, url), proxied(url) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        await until(lambda: ends)
        there_reader, there_writer = ends[0]
        proxy.half_close(half)
        told, other, lost = (there_reader, reader, writer) if half == "there" else (reader, there_reader, there_writer)
        assert b"" == await told.read(10)
        assert await hears_nothing(other)
        assert not other.at_eof()
        lost.write(b"6")
        (writer if half == "back" else there_writer).write(b"7")
        assert b"7" == await other.readexactly(1)


@asynccontextmanager
async def silent() -> AsyncIterator[tuple[list[tuple[asyncio.StreamReader, asyncio.StreamWriter]], str]]:
    """A server that gives its ends to the test."""
    ends: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends.append((reader, writer))

    server = await asyncio.start_server(keep, "127.0.0.1", 0)
    yield ends, f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for _, writer in ends:
        writer.close()
    server.close()
