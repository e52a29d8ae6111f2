"""`python -m bench.trivial PORT`: a server that does nothing but answer, to see how fast the generator can ask."""

import asyncio
import sys
from typing import cast

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Trivial(asyncio.Protocol):
    """Every read is one request: the generator writes none before the last is answered."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep it."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer, unread."""
        self._transport.write(_ANSWER)


async def main(port: int) -> None:
    """For ever."""
    server = await asyncio.get_running_loop().create_server(Trivial, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(int(sys.argv[1])))
