"""`python -m bench.prepared PORT`: WebSockets to which what is posted is written, and nothing else is done.

What it needs for a delivery is the price of the kernel, and how fast it delivers shows how fast the counter can hear.
"""

import asyncio
import os
import struct
import sys
from typing import cast

_SWITCHED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
_TAKEN = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
_END = b"\r\n\r\n"


class Hall:
    """All sockets, and what is to be written to them at the end of a turn of the loop."""

    def __init__(self) -> None:
        self.sockets: dict[int, asyncio.Transport] = {}  # by file
        self._gathered: list[bytes] = []

    def post(self, payload: bytes) -> None:
        """To everybody, with what else comes in this turn."""
        if not self._gathered:
            asyncio.get_running_loop().call_soon(self._write)
        self._gathered.append(struct.pack("!BBH", 0x81, 126, len(payload)) + payload)

    def _write(self) -> None:
        together, self._gathered = b"".join(self._gathered), []
        for file, transport in self.sockets.items():
            if transport.get_write_buffer_size():
                transport.write(together)
                continue
            try:
                written = os.write(file, together)
            except BlockingIOError:
                written = 0
            if written < len(together):
                transport.write(together[written:])


class Line(asyncio.Protocol):
    """A publisher with one request at a time, or a socket, which says nothing."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._file = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep it."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """A whole request: what asks comes from this machine, and fits into one read."""
        head, _, payload = data.partition(_END)
        if head.startswith(b"POST"):
            self._hall.post(payload)
            self._transport.write(_TAKEN)
        elif head.startswith(b"GET /live"):
            self._transport.write(_SWITCHED)
            self._file = self._transport.get_extra_info("socket").fileno()
            self._hall.sockets[self._file] = self._transport
        elif head.startswith(b"GET"):
            self._transport.write(_TAKEN)

    def connection_lost(self, exc: Exception | None) -> None:
        """It hears nothing more."""
        self._hall.sockets.pop(self._file, None)


async def main(port: int) -> None:
    """For ever."""
    hall = Hall()
    server = await asyncio.get_running_loop().create_server(lambda: Line(hall), "127.0.0.1", port, backlog=4096)
    await server.serve_forever()


if __name__ == "__main__":
    import resource

    import uvloop

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20_000), hard))
    uvloop.run(main(int(sys.argv[1])))
