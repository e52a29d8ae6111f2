"""Servers of which it is known what they do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
BUSY = b"HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n"


@asynccontextmanager
async def serving(answers: Callable[[int], tuple[float, bytes]]) -> AsyncIterator[int]:
    """A port where the nth request is answered so many seconds later."""
    asked = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        while head := await _head(reader):
            await reader.readexactly(int(head.rpartition(b"Content-Length: ")[2]))
            after_s, answer = answers(asked)
            asked += 1
            await asyncio.sleep(after_s)
            writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
