"""A server on a real socket that says exactly what a test wants, and keeps what it was asked."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


@dataclass
class Visits:
    """What a raw server saw."""

    connections: int = 0
    requests: list[bytes] = field(default_factory=list)


Behaviour = Callable[[Visits, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> AsyncIterator[tuple[str, Visits]]:
    """A server that treats each connection so."""
    visits = Visits()

    async def visited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.connections += 1
        try:
            await behaviour(visits, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(visited, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}/", visits
    finally:
        server.close()


async def request_of(visits: Visits, reader: asyncio.StreamReader) -> None:
    """Take in one whole request."""
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")]
    visits.requests.append(head + await reader.readexactly(int(lengths[0]) if lengths else 0))


async def answer(visits: Visits, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, raw: bytes) -> None:
    """Read one request, write these bytes, hang up."""
    await request_of(visits, reader)
    writer.write(raw)
    await writer.drain()


def saying(raw: bytes) -> Behaviour:
    """Answer every request with these bytes and hang up."""

    async def behaviour(visits: Visits, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await answer(visits, reader, writer, raw)

    return behaviour


async def keep_alive(visits: Visits, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer for as long as the connection stands."""
    while True:
        await answer(visits, reader, writer, OK)
