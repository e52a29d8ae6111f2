"""How bytes reach Graph: over aiohttp, also as a transport of httpx; tells "surely never left" from "nobody knows".

The ready-made bridges report a connection that was cut after the request had left as a failure to connect; a sender
that believed them would send a message twice.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import aiohttp
import httpx
from aiohttp.client_proto import ResponseHandler
from aiohttp.streams import StreamReader
from yarl import URL

DEADLINE_S = 10.0  # Graph answers in well under a second; who has waited ten will get no answer
CONNECT_S = 5.0  # leaves half of the deadline for the answer
IDLE_S = 15.0  # shorter than any server's own limit, so that no request meets a connection that is being closed
CONNECTIONS_MAX = 256  # more than one process has calls in flight: waiting for a connection is waiting unseen
ANSWER_BYTES_MAX = 256 * 1024  # an answer is a kilobyte or two
ADDRESSES_MAX = 1000  # remembered as they are asked: one for each busy number

# The body reaches httpx decoded and whole, so what described its journey no longer holds.
_OF_THE_JOURNEY = {b"content-encoding", b"content-length", b"transfer-encoding", b"connection", b"keep-alive"}
# Of each request, and told by ourselves.
_OURS = {"host", "content-length", "transfer-encoding", "connection"}
_EMPTY_IS_TOLD = {"POST", "PUT", "PATCH"}


Ready = Callable[[], Awaitable[None]]


class Cut(Exception):
    """No whole answer; unless `left`, surely not a byte of the request has gone."""

    def __init__(self, why: str, *, left: bool) -> None:
        super().__init__(why)
        self.left = left


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, whole and decoded."""

    code: int
    body: bytes
    headers: Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class _Address:
    """Where a URL leads, as the pool knows it, and what a request says of it."""

    request: aiohttp.ClientRequest
    path: str
    host: str


class Transport(httpx.AsyncBaseTransport):
    """A pool of connections, with httpx's door and a plain one.

    Of aiohttp it uses what opens, keeps and reads connections. Its session costs a call as much again, and may ask
    twice by itself when a connection is dropped.
    """

    def __init__(
        self,
        *,
        deadline_s: float = DEADLINE_S,
        connect_s: float = CONNECT_S,
        idle_s: float = IDLE_S,
        connections_max: int = CONNECTIONS_MAX,
    ) -> None:
        self._deadline_s = deadline_s
        self._timeout = aiohttp.ClientTimeout(total=None, connect=connect_s, sock_connect=connect_s)
        self._idle_s = idle_s
        self._connections_max = connections_max
        self._connector: aiohttp.TCPConnector | None = None
        self._addresses: dict[str, _Address] = {}

    async def __aenter__(self) -> Self:
        """Open the pool; nothing connects yet."""
        self._connector = aiohttp.TCPConnector(limit=self._connections_max, keepalive_timeout=self._idle_s)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        """Close every connection."""
        if self._connector is not None:
            await self._connector.close()

    async def exchange(
        self,
        method: str,
        url: str,
        headers: Iterable[tuple[str, str]],
        content: bytes = b"",
        ready: Ready | None = None,
    ) -> Reply:
        """One request, one departure at most, the whole answer within the deadline; else Cut.

        It leaves when `ready` returns, which is called with a connection in hand: nothing comes between the two.
        """
        assert self._connector is not None, "used outside its context"
        left, connection = False, None
        try:
            address = self._address(url)
            asked = _asked(method, address, headers, content)
            async with asyncio.timeout(self._deadline_s):
                connection = await self._connector.connect(address.request, [], self._timeout)
                if ready is not None:
                    await ready()
                protocol = _unused(connection.protocol)
                assert protocol.transport is not None
                left = True
                protocol.transport.write(asked)
                reply = await _answer(protocol)
        except Exception as error:
            # Not by class: `left` is set before the first byte is written, so that it is not set is proof.
            raise Cut(type(error).__name__, left=left) from error
        else:
            connection.release()  # kept, unless either side has said that it was the last
            return reply
        finally:
            if connection is not None:
                connection.close()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The same for whoever asks through httpx: ConnectError when nothing left, ReadError when nobody knows."""
        content = await request.aread()
        headers = [(name, value) for name, value in request.headers.items() if name not in _OURS]
        try:
            reply = await self.exchange(request.method, str(request.url), headers, content)
        except Cut as cut:
            kind = httpx.ReadError if cut.left else httpx.ConnectError
            raise kind(str(cut), request=request) from cut
        return httpx.Response(reply.code, headers=_kept(reply.headers), content=reply.body, request=request)

    def _address(self, url: str) -> _Address:
        address = self._addresses.get(url)
        if address is None:
            if len(self._addresses) >= ADDRESSES_MAX:
                self._addresses.clear()
            parsed = URL(url)
            request = aiohttp.ClientRequest("GET", parsed, loop=asyncio.get_running_loop())
            address = _Address(request, parsed.raw_path_qs, request.headers["Host"])
            self._addresses[url] = address
        return address


def _asked(method: str, address: _Address, headers: Iterable[tuple[str, str]], content: bytes) -> bytes:
    """The request as it leaves."""
    lines = [
        f"{method} {address.path} HTTP/1.1",
        f"Host: {address.host}",
        *(f"{name}: {told}" for name, told in headers),
    ]
    if content or method in _EMPTY_IS_TOLD:
        lines.append(f"Content-Length: {len(content)}")
    head = "\r\n".join(lines)
    # Whatever brings a line of its own would be a header, or a request.
    if head.count("\r") != len(lines) - 1 or head.count("\n") != len(lines) - 1:
        raise ValueError("a line within a line")
    return b"%b\r\n\r\n%b" % (head.encode("ascii"), content)


def _unused(protocol: ResponseHandler | None) -> ResponseHandler:
    """Ready for one answer, which nobody has given yet."""
    if protocol is None or not protocol.is_connected() or protocol.should_close:
        raise aiohttp.ServerDisconnectedError
    protocol.set_response_params(read_until_eof=True)
    return protocol


async def _answer(protocol: ResponseHandler) -> Reply:
    message, content = await protocol.read()
    while 100 <= message.code < 200:  # it says that there will be an answer
        message, content = await protocol.read()
    return Reply(message.code, await _read(content), message.raw_headers)


async def _read(content: StreamReader) -> bytes:
    body = bytearray()
    while piece := await content.readany():
        body += piece
        if len(body) > ANSWER_BYTES_MAX:
            raise ValueError("the answer is too long")
    return bytes(body)


def _kept(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name.lower() not in _OF_THE_JOURNEY]
