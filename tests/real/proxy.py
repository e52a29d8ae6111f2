"""A way to a server that can be cut, slowed down, half closed, or go silent as a lost network does."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from tests.real.server import LOOPBACK

Way = Literal["there", "back"]  # towards the server, and from it
BOTH: tuple[Way, Way] = ("there", "back")
CHUNK_BYTES = 65_536


@dataclass(eq=False, slots=True)
class _Direction:
    """Half a connection."""

    way: Way
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    ended: bool = False  # whoever listens there has been told that this was all


class Proxy:
    """Forwards bytes both ways, until told otherwise."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)
        self._flowing: dict[Way, asyncio.Event] = {way: asyncio.Event() for way in BOTH}
        self._refusing = False
        self._delay_s = 0.0
        self._open: set[_Direction] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self.url = ""
        self.port = 0
        self.resume()

    def leads_to(self, url: str) -> None:
        """Another server from now on; connections that are open stay with the old one."""
        self._parts = urlsplit(url)

    def cut(self) -> None:
        """End every connection now; new ones work."""
        for direction in list(self._open):
            direction.writer.transport.abort()

    def refuse(self, refusing: bool = True) -> None:
        """Accept no connection that gets anywhere, until told otherwise."""
        self._refusing = refusing
        if refusing:
            self.cut()

    def delay(self, delay_s: float) -> None:
        """Pass on what comes so much later, and so no more than a chunk in that time; 0 is at once again."""
        self._delay_s = delay_s

    def half_close(self, way: Way) -> None:
        """End one direction of every open connection; the other goes on, and what comes for the ended one is lost."""
        for direction in list(self._open):
            if direction.way == way and not direction.ended:
                direction.ended = True
                with suppress(OSError, RuntimeError):
                    direction.writer.write_eof()

    def silence(self, ways: Iterable[Way] = BOTH) -> None:
        """Pass nothing on, and tell nobody."""
        for way in ways:
            self._flowing[way].clear()

    def resume(self) -> None:
        """Pass on again, beginning with what was held back."""
        for flowing in self._flowing.values():
            flowing.set()

    def heal(self) -> None:
        """As good as new, but for what has been cut."""
        self.refuse(False)
        self.delay(0)
        self.resume()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Connect through, unless refusing."""
        try:
            if self._refusing:
                raise ConnectionRefusedError
            there = await asyncio.open_connection(self._parts.hostname, self._parts.port)
        except OSError:
            writer.transport.abort()
            return
        for direction in (_Direction("there", reader, there[1]), _Direction("back", there[0], writer)):
            self._open.add(direction)
            pump = asyncio.create_task(self._pump(direction))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)

    def listens_on(self, port: int, address: str = LOOPBACK) -> None:
        """Know the address to give out."""
        login, at, _ = self._parts.netloc.rpartition("@")
        self.port = port
        self.url = urlunsplit(self._parts._replace(netloc=f"{login}{at}{address}:{port}"))

    async def close(self) -> None:
        """End everything."""
        self.cut()
        for pump in list(self._pumps):
            pump.cancel()
        if self._pumps:
            await asyncio.wait(self._pumps)

    async def _pump(self, direction: _Direction) -> None:
        flowing = self._flowing[direction.way]
        # uvloop's word for writing to what has been closed meanwhile; the other end has to hear of it all the same.
        with suppress(OSError, RuntimeError):
            while chunk := await direction.reader.read(CHUNK_BYTES):
                if self._delay_s:
                    await asyncio.sleep(self._delay_s)
                await flowing.wait()
                if not direction.ended:
                    direction.writer.write(chunk)
                    await direction.writer.drain()
        direction.writer.transport.abort()
        self._open.discard(direction)


@asynccontextmanager
async def proxied(url: str, address: str = LOOPBACK) -> AsyncIterator[Proxy]:
    """A proxy to the server of this address."""
    proxy = Proxy(url)
    server = await asyncio.start_server(proxy.serve, address, 0)
    proxy.listens_on(server.sockets[0].getsockname()[1], address)
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
