"""How bytes reach Graph: over aiohttp, also as a transport of httpx; tells "surely never left" from "nobody knows".

The ready-made bridges report a connection that was cut after the request had left as a failure to connect; a sender
that believed them would send a message twice.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp
import httpx

DEADLINE_S = 10.0  # Graph answers in well under a second; who has waited ten will get no answer
CONNECT_S = 5.0  # leaves half of the deadline for the answer
IDLE_S = 15.0  # shorter than any server's own limit, so that no request meets a connection that is being closed
CONNECTIONS_MAX = 256  # more than one process has calls in flight: waiting for a connection is waiting unseen
ANSWER_BYTES_MAX = 256 * 1024  # an answer is a kilobyte or two

# The body reaches httpx decoded and whole, so what described its journey no longer holds.
_OF_THE_JOURNEY = {b"content-encoding", b"content-length", b"transfer-encoding", b"connection", b"keep-alive"}


# What aiohttp would add by itself to what it is told.
_UNTOLD = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


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


@dataclass(slots=True)
class _Departure:
    """Whether the first byte of a request may have left; `ready` is waited for before it."""

    ready: Ready | None = None
    left: bool = False


class _SecondDeparture(Exception):
    """aiohttp wanted to repeat a GET by itself on a dropped connection."""


_departure: ContextVar[_Departure] = ContextVar("departure")


class _Request(aiohttp.ClientRequest):
    """Notes when it is handed to a connection: nothing of it has been written before."""

    async def send(self, conn: Any) -> aiohttp.ClientResponse:
        departure = _departure.get()
        if departure.left:
            raise _SecondDeparture
        if departure.ready is not None:
            await departure.ready()
            if conn.transport is None or conn.transport.is_closing():
                raise aiohttp.ServerDisconnectedError
        departure.left = True
        return await super().send(conn)


class Transport(httpx.AsyncBaseTransport):
    """A pool of connections, with httpx's door and a plain one: through httpx a call costs twice as much."""

    def __init__(
        self,
        *,
        deadline_s: float = DEADLINE_S,
        connect_s: float = CONNECT_S,
        idle_s: float = IDLE_S,
        connections_max: int = CONNECTIONS_MAX,
    ) -> None:
        self._deadline_s = deadline_s
        self._connect_s = connect_s
        self._idle_s = idle_s
        self._connections_max = connections_max
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Open the pool; nothing connects yet."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._connections_max, keepalive_timeout=self._idle_s),
            # No total: the deadline below ends in our own hands, with `left` still known.
            timeout=aiohttp.ClientTimeout(total=None, connect=self._connect_s, sock_connect=self._connect_s),
            cookie_jar=aiohttp.DummyCookieJar(),
            request_class=_Request,
            skip_auto_headers=_UNTOLD,
        )
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def exchange(
        self,
        method: str,
        url: str,
        headers: Sequence[tuple[str, str]],
        content: bytes | None = None,
        ready: Ready | None = None,
    ) -> Reply:
        """One request, one departure at most, the whole answer within the deadline; else Cut.

        It leaves when `ready` returns, which is called with a connection in hand: nothing comes between the two.
        """
        assert self._session is not None, "used outside its context"
        departure = _Departure(ready)
        _departure.set(departure)
        try:
            async with (
                asyncio.timeout(self._deadline_s),
                self._session.request(
                    method, url, data=content or None, headers=headers, allow_redirects=False
                ) as answer,
            ):
                return Reply(answer.status, await _read(answer), answer.raw_headers)
        except (aiohttp.ClientError, _SecondDeparture, OSError, TimeoutError, ValueError, RuntimeError) as error:
            # Not by class: `left` is set before the first byte is written, so that it is not set is proof.
            raise Cut(type(error).__name__, left=departure.left) from error

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The same for whoever asks through httpx: ConnectError when nothing left, ReadError when nobody knows."""
        content = await request.aread()
        try:
            reply = await self.exchange(request.method, str(request.url), list(request.headers.items()), content)
        except Cut as cut:
            kind = httpx.ReadError if cut.left else httpx.ConnectError
            raise kind(str(cut), request=request) from cut
        return httpx.Response(reply.code, headers=_kept(reply.headers), content=reply.body, request=request)


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for piece in answer.content.iter_any():
        body += piece
        if len(body) > ANSWER_BYTES_MAX:
            raise ValueError("the answer is too long")
    return bytes(body)


def _kept(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in headers if name.lower() not in _OF_THE_JOURNEY]
